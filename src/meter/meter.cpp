#include "meter/meter.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "meter/running.h"
#include "os/machine.h"
#include "power/machine_load.h"

namespace meter {
namespace {

using units::Seconds;

constexpr std::string_view kNoSource = "no power source is readable; see ffwatt doctor";
constexpr std::string_view kNotRunning = "the meter knows no such workload";

template <class Q>
units::Measured<Q> unmeasurable(std::string_view reason) {
  return units::Measured<Q>::unmeasurable(units::Scope::machine, std::string(reason));
}

ZoneStep step_between(const power::Zone& zone, const power::Total& before, const power::Total& now) {
  // The first reading of a zone begins its account; there is no interval before it.
  if (before.readings == 0 || now.readings == before.readings) return {};
  const double joules_per_step = zone.kind == power::Zone::Kind::counter ? zone.joules_per_unit : 1e-6;
  return {.energy = units::Joules(static_cast<double>(now.steps - before.steps) * joules_per_step),
          .low = now.low - before.low,
          .high = now.high - before.high,
          .duration = now.at - before.at};
}

}  // namespace

// Two locks: the sampler's is held during a pass, on_pass() and what follows a boundary read; ours guards what live()
// reads. Workloads come and go only under both, so a pass may walk over them without ours.
struct Meter::State {
  State(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, const Settings& wanted)
      : settings(wanted),
        sampler(host.clock, std::move(sources), {wanted.idle_rate, wanted.busy_rate},
                [this](const power::Snapshot& now) { on_pass(now); }),
        groups(groups_of(sampler)) {
    if (groups.empty()) return;
    if (auto opened = power::MachineLoad::open(host.files, host.root)) load.emplace(*std::move(opened));
    if (const auto cpu = os::machine_cpu(host.files, host.root)) cpus = std::max<std::size_t>(1, cpu->by_cpu.size());
  }

  void on_pass(const power::Snapshot& now);
  MachineStep machine_step(Seconds elapsed);
  Seconds settle_ticks(Seconds busy, Seconds workloads);

  const Settings settings;
  power::Sampler sampler;
  const std::vector<Group> groups;

  // Under the sampler's lock.
  std::optional<power::MachineLoad> load;
  std::optional<os::CpuTimes> last_times;
  std::size_t cpus = 1;
  Seconds ticks_owed{};
  std::vector<ZoneStep> steps;
  std::vector<std::optional<Seconds>> seen, used;  // CPU times of the workloads in their order

  mutable std::mutex mutex;
  std::map<Handle, Running> running;
  power::Snapshot last;  // the newest one that is charged
  Handle next = 1;
};

MachineStep Meter::State::machine_step(Seconds elapsed) {
  MachineStep step{.elapsed = elapsed, .busy = {}, .capacity = {}, .steal = {}};
  const auto times = load ? load->read() : base::Error::absent("/proc/stat");
  if (!times) {
    step.load = MachineStep::Load::unreadable;
    last_times.reset();
    return step;
  }
  if (last_times) {
    step.busy = std::max(times->busy - last_times->busy, Seconds(0));
    step.steal = std::max(times->steal - last_times->steal, Seconds(0));
    step.capacity = step.busy + step.steal + std::max(times->idle - last_times->idle, Seconds(0));
  }
  last_times = *times;
  return step;
}

// The workloads' CPU time is exact, the machine's comes in ticks, so in one step the machine may seem less busy than
// its workloads. Those ticks show up in the next step; counted there once more they would pass for other work.
Seconds Meter::State::settle_ticks(Seconds busy, Seconds workloads) {
  const auto settled = std::max(busy - ticks_owed, Seconds(0));
  const auto most = power::kCpuTick * static_cast<double>(cpus);
  ticks_owed = std::clamp(workloads + ticks_owed - busy, Seconds(0), most);
  return settled;
}

void Meter::State::on_pass(const power::Snapshot& now) {
  if (groups.empty()) return;
  const auto machine = machine_step(last.zones.empty() ? Seconds(0) : now.at - last.at);
  seen.clear();
  {
    const std::lock_guard lock(mutex);
    for (const auto& [handle, workload] : running) seen.push_back(workload.final_cpu());
  }
  std::size_t n = 0;
  for (const auto& [handle, workload] : running) {
    auto& cpu = seen[n++];
    if (!cpu) cpu = workload.look_at_cpu();
  }

  const std::lock_guard lock(mutex);
  used.clear();
  Seconds all{}, punctual{};
  double reserved = 0;
  for (auto& [handle, workload] : running) {
    used.push_back(workload.take_cpu(seen[used.size()]));
    all += used.back().value_or(Seconds(0));
    if (!workload.cpu_is_late()) punctual += used.back().value_or(Seconds(0));
    reserved += workload.reserved();
  }
  const auto busy = settle_ticks(machine.busy, punctual);
  if (!last.zones.empty() && !running.empty()) {
    steps.clear();
    for (std::size_t i = 0; i < now.zones.size(); ++i)
      steps.push_back(step_between(sampler.zones()[i], last.zones[i].total, now.zones[i].total));
    std::size_t i = 0;
    for (auto& [handle, workload] : running) {
      const auto own = used[i++];
      workload.add(steps, now, machine,
                   {.elapsed = machine.elapsed,
                    .own = own,
                    .others = all - own.value_or(Seconds(0)),
                    .busy = busy,
                    .others_reserved = reserved - workload.reserved()});
    }
  }
  last = now;
}

Meter::Meter(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, Settings settings)
    : state_(std::make_unique<State>(host, std::move(sources), settings)) {}

Meter::~Meter() { stop(); }

void Meter::start() {
  if (!state_->groups.empty()) state_->sampler.start();
}

void Meter::stop() { state_->sampler.stop(); }

Meter::Handle Meter::begin(Workload workload) {
  auto& state = *state_;
  Handle handle = 0;
  state.sampler.read_now([&](const power::Snapshot& now) {
    Running running(std::move(workload), state.sampler.zones(), state.groups, now, state.settings);
    const std::lock_guard lock(state.mutex);
    handle = state.next++;
    state.running.emplace(handle, std::move(running));
  });
  state.sampler.set_pace(power::Pace::busy);
  return handle;
}

LiveReading Meter::live(Handle handle) const {
  const auto& state = *state_;
  const std::lock_guard lock(state.mutex);
  const auto found = state.running.find(handle);
  if (found == state.running.end() || state.groups.empty()) {
    const auto reason = state.groups.empty() ? kNoSource : kNotRunning;
    return {unmeasurable<units::Watts>(reason), unmeasurable<units::Joules>(reason)};
  }
  return found->second.live(state.last);
}

WorkloadEnergy Meter::end(Handle handle, std::optional<Seconds> cpu_time) {
  auto& state = *state_;
  WorkloadEnergy result{.energy = {},
                        .power = unmeasurable<units::Watts>(kNotRunning),
                        .peak = unmeasurable<units::Watts>(kNotRunning),
                        .trace = {},
                        .caveats = {}};
  const auto nothing = [&](std::string_view reason) {
    result.energy = {{jobs::Part::total, unmeasurable<units::Joules>(reason)}};
    result.power = result.peak = unmeasurable<units::Watts>(reason);
  };
  std::optional<Running> ended;
  {
    const std::lock_guard lock(state.mutex);
    const auto found = state.running.find(handle);
    if (found == state.running.end()) return nothing(kNotRunning), result;
    if (cpu_time) found->second.end_with(*cpu_time);
  }
  bool last_one = false;
  power::Snapshot at_end;
  state.sampler.read_now([&](const power::Snapshot& now) {
    const std::lock_guard lock(state.mutex);
    auto node = state.running.extract(handle);
    if (node.empty()) return;  // another thread was faster
    ended.emplace(std::move(node.mapped()));
    last_one = state.running.empty();
    at_end = now;
  });
  if (last_one) state.sampler.set_pace(power::Pace::idle);
  if (!ended) return nothing(kNotRunning), result;
  if (state.groups.empty()) return nothing(kNoSource), result;
  return ended->finish(at_end);
}

}  // namespace meter
