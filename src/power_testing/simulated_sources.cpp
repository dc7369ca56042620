#include "power_testing/simulated_sources.h"

#include <cmath>

#include "base/format.h"

namespace power_testing {
namespace {

using units::Scope;
using units::Seconds;
using units::Watts;

// Between the two stamps around a read: a pread of sysfs and a read of perf take about as long.
constexpr Seconds kHalfRead{0.000'001};

power::Zone describe(const Machine& machine, ZoneId id, Kind kind, std::size_t index, const SourceSettings& settings) {
  power::Zone zone;
  zone.path = base::format("simulated-{}:{}", name(kind), index);
  zone.scope = id.scope;
  zone.quality = units::Quality::simulated;
  const auto& facts = machine.facts();
  switch (id.scope) {
    case Scope::package:
      zone.name = base::format("package-{}", id.socket), zone.socket = id.socket;
      zone.limit = facts.socket.peak;
      break;
    case Scope::dram:
      zone.name = base::format("dram-{}", id.socket), zone.socket = id.socket;
      zone.limit = facts.memory.idle + facts.memory.full;
      break;
    case Scope::gpu:
      zone.name = "gpu-0", zone.split = power::Zone::Split::device_use;
      if (const auto& gpu = facts.gpu) zone.limit = gpu->idle + gpu->full;
      break;
    case Scope::psys:
    case Scope::machine:
      zone.name = "machine";
      zone.limit = facts.supply.wall(facts.supply.rated);
      break;
  }
  if (index < settings.idle.size()) zone.idle = settings.idle[index];
  return zone;
}

class Counters final : public power::Source {
 public:
  Counters(Machine& machine, Kind kind, const SourceSettings& settings) : machine_(machine), kind_(kind) {
    const auto ids = shown_zones(machine, kind);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto zone = describe(machine, ids[i], kind, i, settings);
      CounterSensor sensor{.zone = ids[i], .counter = {}, .updates = {}};
      sensor.updates.seed = settings.seed + i;
      // Anywhere in its range, so that some zone wraps in most runs.
      const double phase = drawn(settings.seed, i);
      auto& shown = sensor.counter;
      switch (kind) {
        case Kind::perf:
          shown = {.bits = 64, .numerator = 1 << 18, .denominator = 1, .joules_before = phase * 1e5};
          zone.joules_per_unit = 0x1.0p-32;
          break;
        case Kind::nvml:
          shown = {.joules_per_step = 1e-3, .bits = 64, .joules_before = phase * 1e6};
          sensor.updates.period = Seconds(0.020);
          zone.joules_per_unit = 1e-3;
          pause_ = Seconds(1);
          break;
        case Kind::wall_energy:
          shown = {.joules_per_step = 3'600, .bits = 64, .joules_before = phase * 3'600};
          sensor.updates.period = Seconds(1);
          zone.joules_per_unit = 3'600;
          break;
        default:
          shown = {.numerator = 61'035, .denominator = 1'000, .joules_before = phase * 262'144};
          zone.joules_per_unit = 1e-6;
      }
      if (settings.update) sensor.updates.period = *settings.update;
      zone.range = shown.range();
      // What is new is seen when the register moves (one in Wh: when an hour's worth is full) and when it is asked for.
      zone.tick = kind == Kind::wall_energy ? Seconds(3'600 / machine.idle(ids[i]).value())
                                            : std::max(sensor.updates.period, pause_);
      zones_.push_back(std::move(zone));
      sensors_.push_back(sensor);
    }
  }
  std::string_view name() const override { return power_testing::name(kind_); }
  std::span<const power::Zone> zones() const override { return zones_; }

  void read(const os::Clock& clock, power::Readings& out) override {
    const auto now = clock.boot();
    if (last_.empty() || now - last_.front().at >= pause_) {
      last_.clear();
      for (std::size_t i = 0; i < sensors_.size(); ++i) {
        power::Reading reading;
        reading.zone = i, reading.at = now, reading.half_width = kHalfRead;
        reading.raw = sensors_[i].raw(machine_, now);
        last_.push_back(reading);
      }
      fresh_ = true;
    }
    out.good.insert(out.good.end(), last_.begin(), last_.end());
  }

  // The driver tells utilisation in whole percent.
  void device_use(std::vector<power::DeviceUse>& out) override {
    if (kind_ != Kind::nvml || !fresh_ || last_.empty()) return;
    fresh_ = false;
    const auto now = last_.front().at;
    const auto elapsed = now - used_at_;
    used_at_ = now;
    used_.resize(machine_.programs());
    for (std::size_t id = 0; id < used_.size(); ++id) {
      const auto used = machine_.gpu_time_of(id, now);
      if (used > used_[id])
        out.push_back({.zone = 0,
                       .process = process_of(id),
                       .use = elapsed * (std::round((used - used_[id]) / elapsed * 100) / 100)});
      used_[id] = used;
    }
  }

 private:
  Machine& machine_;
  Kind kind_;
  Seconds pause_{0};
  std::vector<power::Zone> zones_;
  std::vector<CounterSensor> sensors_;
  std::vector<power::Reading> last_;
  bool fresh_ = false;
  units::BootTime used_at_ = machine_.started();
  std::vector<Seconds> used_;
};

class Gauge final : public power::Source {
 public:
  Gauge(Machine& machine, Kind kind, const SourceSettings& settings) : machine_(machine), kind_(kind) {
    const auto id = shown_zones(machine, kind).front();
    zone_ = describe(machine, id, kind, 0, settings);
    zone_.kind = power::Zone::Kind::gauge;
    sensor_.zone = id;
    sensor_.updates.seed = settings.seed;
    if (kind == Kind::redfish) {
      sensor_.smoothing = sensor_.updates.period = Seconds(60);
      sensor_.resolution = Watts(1), sensor_.noise = machine.idle(id) * 0.005;
    }
    if (settings.update) sensor_.updates.period = *settings.update;
    zone_.tick = sensor_.updates.period;
  }
  std::string_view name() const override { return power_testing::name(kind_); }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }

  void read(const os::Clock& clock, power::Readings& out) override {
    const auto look = sensor_.look(machine_, clock.boot());
    power::Reading reading;
    reading.power = look.power, reading.at = look.at, reading.half_width = kHalfRead;
    out.good.push_back(reading);
  }

 private:
  Machine& machine_;
  Kind kind_;
  power::Zone zone_;
  GaugeSensor sensor_;
};

}  // namespace

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::powercap:
      return "powercap";
    case Kind::perf:
      return "perf";
    case Kind::nvml:
      return "nvml";
    case Kind::redfish:
      return "redfish";
    case Kind::wall_power:
      return "wall_power";
    case Kind::wall_energy:
      return "wall_energy";
  }
  return "";
}

std::vector<ZoneId> shown_zones(const Machine& machine, Kind kind) {
  std::vector<ZoneId> list;
  for (const auto zone : machine.zones()) {
    const bool cpu = zone.scope == Scope::package || zone.scope == Scope::dram;
    const bool shown = kind == Kind::powercap || kind == Kind::perf ? cpu
                       : kind == Kind::nvml                         ? zone.scope == Scope::gpu
                                                                    : zone.scope == Scope::machine;
    if (shown) list.push_back(zone);
  }
  return list;
}

std::unique_ptr<power::Source> simulated_source(Machine& machine, Kind kind, const SourceSettings& settings) {
  if (kind == Kind::redfish || kind == Kind::wall_power) return std::make_unique<Gauge>(machine, kind, settings);
  return std::make_unique<Counters>(machine, kind, settings);
}

}  // namespace power_testing
