// model: the estimate of energy where nothing can be measured, as a source like any other: its counter is the integral
// of the estimated power over time, in microjoules, and it knows its own idle power.
//
// A machine of its own: P(u) by the load u of its CPUs. A virtual machine: its part of the host's idle power, plus its
// CPU seconds at the host's mean price of a busy thread, (P_100 − P_idle) ÷ threads, since the host's load is not
// known.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "os/machine.h"
#include "power/machine_load.h"
#include "power_sources/estimate.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

// P(u) is curved, and /proc/stat counts in ticks of 10 ms per CPU; a load over less time than this is mostly rounding.
constexpr units::Seconds kWindow{0.1};
constexpr double kMicrojoulesPerJoule = 1e6;

class Model final : public power::Source {
 public:
  Model(Estimate estimate, power::MachineLoad load) : estimate_(std::move(estimate)), load_(std::move(load)) {
    const auto idle = estimate_.server.idle() * estimate_.idle_fraction;
    const auto range = bounds(estimate_, 0, 0);
    zone_.path = "model:machine";
    zone_.name = "machine";
    zone_.scope = units::Scope::machine;
    zone_.quality = units::Quality::estimated;
    zone_.joules_per_unit = 1 / kMicrojoulesPerJoule;
    zone_.limit = estimate_.server.full() * estimate_.idle_fraction;
    zone_.tick = power::kCpuTick;
    zone_.idle = units::Measured<units::Watts>::of(idle, idle * range.low, idle * range.high, units::Quality::estimated,
                                                   "model", units::Scope::machine);
  }
  std::string_view name() const override { return "model"; }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }

  void read(const os::Clock& clock, power::Readings& out) override {
    const auto before = clock.boot();
    const auto times = load_.read();
    if (!times) {
      out.faults.push_back({0, times.error()});
      return;
    }
    const auto half = (clock.boot() - before) / 2.0;
    out.good.push_back(advance(*times, before + half));
    out.good.back().half_width = half;
  }

 private:
  struct Anchor {
    os::CpuTimes times;
    units::BootTime at;
    units::Joules energy{};
  };

  // The energy since the anchor is estimated anew at each read, from all that happened since; the anchor moves on once
  // the window is long enough. So the result hardly depends on how often and when somebody reads.
  power::Reading advance(const os::CpuTimes& times, units::BootTime at) {
    power::Reading reading;
    if (!anchor_) anchor_ = Anchor{times, at, {}};
    const auto elapsed = at - anchor_->at;
    const auto busy = times.busy - anchor_->times.busy, idle = times.idle - anchor_->times.idle;
    const auto steal = times.steal - anchor_->times.steal;
    const auto all = busy + idle + steal;
    const double load = all > units::Seconds(0) ? std::clamp(busy / all, 0.0, 1.0) : 0;
    const double stolen = all > units::Seconds(0) ? std::clamp(steal / all, 0.0, 1.0) : 0;
    newest_ = std::max(newest_, anchor_->energy + energy(load, busy, elapsed));
    if (elapsed >= kWindow) anchor_ = Anchor{times, at, newest_};

    const auto range = bounds(estimate_, load, stolen);
    reading.raw = static_cast<std::uint64_t>(newest_.value() * kMicrojoulesPerJoule);
    reading.at = at;
    reading.low_factor = range.low, reading.high_factor = range.high;
    return reading;
  }

  units::Joules energy(double load, units::Seconds busy, units::Seconds elapsed) const {
    if (estimate_.kind == Estimate::Kind::machine) return estimate_.server.at(load) * elapsed;
    const auto& server = estimate_.server;
    return server.idle() * estimate_.idle_fraction * elapsed +
           (server.full() - server.idle()) / estimate_.host_threads * std::max(busy, units::Seconds(0));
  }

  Estimate estimate_;
  power::MachineLoad load_;
  power::Zone zone_;
  std::optional<Anchor> anchor_;
  units::Joules newest_{};
};

}  // namespace

Attempt open_model(os::Host& host, const Settings& settings) {
  auto facts = os::machine_facts(host.files, host.root);
  if (!facts) return refused(base::format("nothing to estimate from: {}", facts.error().text()));
  const auto families = parse_cpu_families(cpu_families_text());
  if (!families) return refused(families.error().text());
  const auto text = [&](std::string_view path) { return host.files.read(host.root.path(path)).value_or(""); };
  auto name = cpu_name(text("/proc/cpuinfo"));
  name.machine = machine_name(text("/sys/class/dmi/id/sys_vendor"), text("/sys/class/dmi/id/product_name"),
                              text("/proc/device-tree/model"));
  facts->virtual_machine = facts->virtual_machine || names_virtual_machine(name.machine);
  auto estimate = make_estimate(*facts, name, *families, settings);
  if (!estimate) return refused(estimate.error().text());
  auto load = power::MachineLoad::open(host.files, host.root);
  if (!load) return refused(base::format("the load of the CPUs cannot be read: {}", load.error().text()));
  if (const auto times = load->read(); !times)
    return refused(base::format("the load of the CPUs cannot be read: {}", times.error().text()));
  auto detail = estimate->detail, fix = estimate->fix;
  return {std::make_unique<Model>(*std::move(estimate), *std::move(load)), std::move(detail), std::move(fix)};
}

}  // namespace power_sources
