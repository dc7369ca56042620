// simulator: the energy of a machine that does not exist, driven by the load of this one: a demonstration where no
// sensor can be read. Its physics are those that the meter is tested on (simulated/machine.h). Never used unless it is
// named, and all that it says is labelled simulated.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "os/machine.h"
#include "power/machine_load.h"
#include "power_sources/open_source.h"
#include "power_sources/simulated/machine.h"

namespace power_sources {
namespace {

using simulated::Machine;
using units::Seconds;

constexpr double kMicrojoulesPerJoule = 1e6;
// /proc/stat counts in ticks of 10 ms per CPU; a load over less time than this is mostly rounding.
constexpr Seconds kWindow{0.1};
// Wraps like the counter of a real package.
constexpr std::uint64_t kRange = 262'143'328'850;

simulated::MachineFacts facts_of(const os::MachineFacts& host) {
  simulated::MachineFacts facts;
  facts.sockets = std::clamp(host.sockets, 1, simulated::kMostSockets);
  const int cores = std::max(1, host.threads / facts.sockets);
  // The reference socket, scaled to as many cores as this machine has: a small one is not a large one half asleep.
  const double scale = static_cast<double>(cores) / facts.socket.cores;
  auto& socket = facts.socket;
  socket.cores = cores;
  socket.idle = socket.idle * scale, socket.uncore = socket.uncore * scale;
  socket.sustained = socket.sustained * scale, socket.peak = socket.peak * scale;
  socket.leakage *= scale, socket.kelvin_per_watt /= scale;
  facts.memory.idle = facts.memory.idle * scale, facts.memory.full = facts.memory.full * scale;
  facts.board = facts.board * scale;
  facts.supply.rated = facts.supply.rated * (scale * facts.sockets / 2);
  facts.remembers = Seconds(0);
  // The load of this machine has its background in it.
  facts.background.demand = {.shape = simulated::Demand::Shape::steady, .high = 0};
  return facts;
}

power::Zone describe(const Machine& machine, simulated::ZoneId id) {
  power::Zone zone;
  zone.name = std::string(units::name(id.scope));
  if (id.scope != units::Scope::machine) zone.socket = id.socket, zone.name += base::format("-{}", id.socket);
  zone.path = "simulator:" + zone.name;
  zone.scope = id.scope;
  zone.quality = units::Quality::simulated;
  zone.range = kRange;
  const auto& facts = machine.facts();
  zone.limit = id.scope == units::Scope::package ? facts.socket.peak
               : id.scope == units::Scope::dram  ? facts.memory.idle + facts.memory.full
                                                 : facts.supply.wall(facts.supply.rated);
  zone.tick = power::kCpuTick;
  const auto idle = machine.idle(id);
  zone.idle = units::Measured<units::Watts>::of(idle, idle, idle, zone.quality, "simulator", zone.scope);
  return zone;
}

class Simulator final : public power::Source {
 public:
  Simulator(const simulated::MachineFacts& facts, power::MachineLoad load, Seconds busy, units::BootTime now)
      : machine_(facts, now), load_(std::move(load)), busy_(busy), began_(now) {
    all_ = machine_.add({.demand = {.shape = simulated::Demand::Shape::steady, .high = 0}, .start = now});
    ids_ = machine_.zones();
    for (const auto id : ids_) zones_.push_back(describe(machine_, id));
    energy_.resize(ids_.size());
  }
  std::string_view name() const override { return "simulator"; }
  std::span<const power::Zone> zones() const override { return zones_; }

  void read(const os::Clock& clock, power::Readings& out) override {
    const auto before = clock.boot();
    const auto times = load_.read();
    if (!times) {
      for (std::size_t i = 0; i < zones_.size(); ++i) out.faults.push_back({i, times.error()});
      return;
    }
    const auto half = (clock.boot() - before) / 2.0;
    const auto now = std::max(before + half, began_);
    advance(times->busy, now);
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      power::Reading reading;
      reading.zone = i, reading.at = now, reading.half_width = half;
      reading.raw = static_cast<std::uint64_t>(energy_[i].value() * kMicrojoulesPerJoule) % kRange;
      out.good.push_back(reading);
    }
  }

 private:
  // What this machine has worked since the window began is done by the simulated one in the same time; at each read
  // anew, from its state then, until the window is long enough. So the result hardly depends on when somebody reads.
  void advance(Seconds busy, units::BootTime now) {
    if (busy < busy_) busy_ = busy;  // the kernel's count began anew
    const auto elapsed = now - began_;
    if (elapsed <= Seconds(0)) return;
    auto trial = machine_;
    const auto done = trial.cpu_of(all_, began_);
    trial.set_demand(all_, std::min((busy - busy_) / elapsed, static_cast<double>(machine_.cores())), began_);
    for (std::size_t i = 0; i < ids_.size(); ++i) energy_[i] = std::max(energy_[i], trial.energy(ids_[i], now));
    if (elapsed < kWindow) return;
    // Ticks that it could not do in so short a time are left for the next window, so that none is lost.
    busy_ = std::min(busy, busy_ + (trial.cpu_of(all_, now) - done));
    machine_ = std::move(trial);
    began_ = now;
  }

  Machine machine_;             // as it was when the window began
  Machine::ProgramId all_ = 0;  // all that runs on this machine
  power::MachineLoad load_;
  Seconds busy_;           // of this machine, as far as the simulated one has done it
  units::BootTime began_;  // the window
  std::vector<simulated::ZoneId> ids_;
  std::vector<units::Joules> energy_;
  std::vector<power::Zone> zones_;
};

}  // namespace

Attempt open_simulator(os::Host& host, const Settings& settings) {
  if (std::ranges::find(settings.only, "simulator") == settings.only.end())
    return refused("only on request (ffwatt run --power-source simulator): what it shows is no measurement");
  const auto facts = os::machine_facts(host.files, host.root);
  if (!facts) return refused(base::format("nothing to simulate: {}", facts.error().text()));
  auto load = power::MachineLoad::open(host.files, host.root);
  if (!load) return refused(base::format("the load of the CPUs cannot be read: {}", load.error().text()));
  const auto times = load->read();
  if (!times) return refused(base::format("the load of the CPUs cannot be read: {}", times.error().text()));
  const auto simulated_facts = facts_of(*facts);
  auto detail = base::format("a simulated machine of {} x {} cores, driven by the load of this one",
                             simulated_facts.sockets, simulated_facts.socket.cores);
  return {std::make_unique<Simulator>(simulated_facts, *std::move(load), times->busy, host.clock.boot()),
          std::move(detail),
          {}};
}

}  // namespace power_sources
