#include "meter/local_meter.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>

#include "meter/division.h"
#include "meter/learning.h"
#include "meter/pass_queue.h"
#include "meter/running.h"
#include "meter/step.h"
#include "os/new_processes.h"
#include "power/temperature.h"

namespace meter {
namespace {

using units::Joules;
using units::Seconds;

constexpr std::string_view kNotRunning = "the meter knows no such workload";
// How long the account of an ended workload is shown, so that no scraper misses its last value; and how many at most.
constexpr Seconds kShownAfterEnd{300};
constexpr std::size_t kMostShown = 1'000;

std::vector<std::string> sources_of(const power::Sampler& sampler) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sampler.zones().size(); ++i) names.emplace_back(sampler.source_of(i));
  return names;
}

}  // namespace

// Two locks: the sampler's is held during a pass, on_pass() and what follows a boundary read; ours guards what others
// read. Workloads come and go only under both, so a pass may walk over them without ours.
struct LocalMeter::State {
  State(os::Host& machine, std::vector<std::unique_ptr<power::Source>> opened, Settings wanted)
      : host(machine),
        settings(std::move(wanted)),
        sampler(host.clock, std::move(opened), {settings.idle_rate, settings.busy_rate},
                [this](const power::Snapshot& now) { on_pass(now); }),
        groups(groups_of(sampler)),
        load(open_load()),
        new_processes(host.files, host.root),
        division(sampler.zones(), load ? load->topology() : unknown_topology,
                 load ? load->precision() : power::MachineLoad::Precision::ticks),
        learning(sampler.zones(), sources_of(sampler), settings.calibration,
                 [this] { return power::cpu_temperature(host.files, host.root); }),
        common{.sampler = &sampler,
               .zones = sampler.zones(),
               .groups = groups,
               .place_of = division.place_of(),
               .idle = learning.idle(),
               .wall = &learning.wall(),
               .busy_rate = settings.busy_rate,
               .shortest_ticks = settings.shortest_ticks,
               .policy = settings.idle},
        charged(sampler.zones().size()),
        accounts(sampler.zones().size()) {
    for (const auto& zone : sampler.zones()) devices |= zone.split == power::Zone::Split::device_use;
    for (const auto& group : groups) group_power.emplace_back(shortest_interval(group, common));
  }

  std::optional<power::MachineLoad> open_load() const {
    if (groups.empty()) return std::nullopt;
    auto opened = power::MachineLoad::open(host.files, host.root);
    return opened ? std::optional(*std::move(opened)) : std::nullopt;
  }
  const os::CpuTopology& topology() const { return load ? load->topology() : unknown_topology; }

  void on_pass(const power::Snapshot& now);
  void trace_kept();
  void look_at_groups(const power::Snapshot& now);
  void charge(const power::Snapshot& now);
  void steps_since(const power::Snapshot& before, const power::Snapshot& now);
  MachineStep machine_step(Seconds elapsed);
  void look_at_workloads(const MachineStep& machine, units::BootTime now);
  void charge_workloads(const MachineStep& machine);
  void book(std::span<const attribution::Charge> charges);

  os::Host& host;
  const Settings settings;
  const os::CpuTopology unknown_topology;
  power::Sampler sampler;
  const std::vector<Group> groups;

  // Under the sampler's lock.
  std::optional<power::MachineLoad> load;
  os::NewProcesses new_processes;
  power::MachineTimes times, last_times;
  std::vector<Seconds> by_socket;
  bool times_known = false;
  bool devices = false;
  Division division;
  std::vector<ZoneStep> steps, part;
  std::atomic<int> boundaries = 0;        // reads at a begin or an end that are under way: those charge at once
  Seconds every = settings.charge_every;  // twice as long where all that run cost much to look at
  std::vector<os::CpuTime> seen;
  std::vector<Division::Member> members;
  std::vector<power::DeviceUse> used;  // since the last charge

  mutable std::mutex mutex;
  Learning learning;
  Common common;
  std::map<Handle, Running> running;
  std::vector<attribution::Charge> charged;
  std::vector<ZoneAccount> accounts;
  std::deque<std::pair<WorkloadAccount, units::BootTime>> ended;  // and when
  power::Snapshot last;                                           // the newest pass that is charged
  PassQueue passes;
  std::vector<GroupPower> group_power;
  Handle next = 1;
};

MachineStep LocalMeter::State::machine_step(Seconds elapsed) {
  MachineStep step{.elapsed = elapsed};
  by_socket.clear();
  if (!load || !load->read(times)) {
    step.load = MachineStep::Load::unreadable;
    times_known = false;
    return step;
  }
  if (times_known) {
    const auto since_last = [](Seconds now, Seconds before) { return std::max(now - before, Seconds(0)); };
    step.busy = since_last(times.total.busy, last_times.total.busy);
    step.steal = since_last(times.total.steal, last_times.total.steal);
    step.capacity = step.busy + step.steal + since_last(times.total.idle, last_times.total.idle);
    for (std::size_t s = 0; s < times.busy_by_socket.size(); ++s)
      by_socket.push_back(since_last(times.busy_by_socket[s], last_times.busy_by_socket[s]));
  }
  std::swap(last_times, times);
  times_known = true;
  return step;
}

void LocalMeter::State::look_at_workloads(const MachineStep& machine, units::BootTime now) {
  // Whose CPU time is not told exactly at its end has it read once more: of every process, also the newest.
  if (boundaries > 0) new_processes.look(host.clock.boot(), os::NewProcesses::When::now);
  seen.resize(running.size());
  members.resize(running.size());
  std::size_t i = 0, cheap = 0;
  for (auto& [handle, workload] : running) {
    auto& member = members[i];
    auto& time = seen[i++];
    member.workload = &workload.workload();
    member.late = workload.cpu_is_late();
    member.processes.clear();
    if (devices) workload.cpu().members(member.processes);
    const auto final_cpu = workload.final_cpu();
    const bool read = static_cast<bool>(workload.cpu().look(time));
    cheap += workload.cpu().cost() == WorkloadCpu::Cost::little;
    // What wait4 or the group said at the end is exact; how it was spread is still the group's to tell.
    if (final_cpu) {
      const auto most = workload.most_cpu(machine, read ? &time : nullptr, now);
      if (!read) time.by_socket.clear();
      time.total = most ? std::min(*final_cpu, *most) : *final_cpu;
    }
    member.used = workload.take_cpu(read || final_cpu ? &time : nullptr);
  }
  every = settings.charge_every * (!running.empty() && cheap == 0 ? 2 : 1);
}

void LocalMeter::State::charge_workloads(const MachineStep& machine) {
  std::size_t i = 0;
  for (auto& [handle, workload] : running) {
    const auto places = division.steps(i++);
    part.clear();
    for (std::size_t z = 0; z < steps.size(); ++z) {
      part.push_back(since(steps[z], workload.began()));
      const auto place = division.place_of()[z];
      const auto load_now = division.load(place);
      const auto& own = places[place].own;
      if (!load_now || !own || division.capacity(place) <= Seconds(0)) continue;
      part.back().marginal = learning.marginal(z, *load_now, *own / division.capacity(place));
    }
    workload.add(part, machine, places, charged);
  }
}

void LocalMeter::State::book(std::span<const attribution::Charge> charges) {
  for (std::size_t z = 0; z < accounts.size(); ++z) {
    accounts[z].above_idle += charges[z].above_idle;
    accounts[z].idle_share += charges[z].idle_share;
  }
}

void LocalMeter::State::steps_since(const power::Snapshot& before, const power::Snapshot& now) {
  steps.clear();
  for (std::size_t i = 0; i < now.zones.size(); ++i)
    steps.push_back(step_between(sampler.zones()[i], before.zones[i].total, now.zones[i].total));
}

void LocalMeter::State::on_pass(const power::Snapshot& now) {
  if (groups.empty()) return;
  const std::lock_guard lock(mutex);
  if (running.empty())
    passes.see(now);
  else
    passes.keep(now);
  used.insert(used.end(), now.device_use.begin(), now.device_use.end());
  // The clock's integer nanoseconds may make a full interval a hair shorter than it should be.
  if (last.zones.empty() || boundaries > 0 || now.at - last.at >= every * 0.999) charge(now);
}

void LocalMeter::State::trace_kept() {
  passes.drain([this](const power::Snapshot& before, const power::Snapshot& now) {
    steps_since(before, now);
    for (auto& [handle, workload] : running) {
      part.clear();
      for (const auto& step : steps) part.push_back(since(step, workload.began()));
      workload.trace(part, now);
    }
  });
}

void LocalMeter::State::look_at_groups(const power::Snapshot& now) {
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Joules energy{};
    Seconds duration{};
    for (const auto zone : groups[g].zones) {
      if (now.zones[zone].role != power::Role::counted) continue;
      energy += steps[zone].energy;
      duration = std::max(duration, steps[zone].duration);
    }
    group_power[g].add(energy, duration, now.at);
  }
}

void LocalMeter::State::charge(const power::Snapshot& now) {
  // Workloads come and go only at boundaries, so that those kept are of all that run.
  if (boundaries > 0 || passes.full()) trace_kept();
  const auto machine = machine_step(last.zones.empty() ? Seconds(0) : now.at - last.at);
  look_at_workloads(machine, now.at);
  division.divide(machine, by_socket, used, settings.idle, members);
  used.clear();
  if (!last.zones.empty()) {
    steps_since(last, now);
    look_at_groups(now);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      auto& account = accounts[i];
      const auto& idle = learning.idle()[i];
      account.energy += steps[i].energy;
      // Until workloads are charged all of it is the system's and nobody's.
      const auto baseline = idle && idle->known() ? idle->value() * steps[i].duration : Joules(0);
      account.unallocated_idle += baseline;
      account.system += steps[i].energy - baseline;
    }
    std::ranges::fill(charged, attribution::Charge{});
    charge_workloads(machine);
    book(charged);
    if (running.empty() || machine.busy > Seconds(0)) learning.add(steps, machine, division, host.clock.wall());
  }
  last = now;
}

LocalMeter::LocalMeter(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, Settings settings)
    : state_(std::make_unique<State>(host, std::move(sources), std::move(settings))) {}

LocalMeter::~LocalMeter() { stop(); }

void LocalMeter::start() {
  if (!state_->groups.empty()) state_->sampler.start();
}

void LocalMeter::stop() { state_->sampler.stop(); }

std::vector<units::Quality> LocalMeter::qualities() {
  std::vector<units::Quality> all;
  for (const auto& zone : zones()) all.push_back(zone.quality);
  return all;
}

Meter::Handle LocalMeter::begin(const Workload& workload) {
  return begin(workload, watch_cpu(state_->host, state_->topology(), state_->new_processes, workload));
}

Meter::Handle LocalMeter::begin(const Workload& workload, std::unique_ptr<WorkloadCpu> cpu) {
  auto& state = *state_;
  Handle handle = 0;
  ++state.boundaries;
  state.sampler.read_now([&](const power::Snapshot& now) {
    --state.boundaries;
    const std::lock_guard lock(state.mutex);
    handle = state.next++;
    state.running.try_emplace(handle, workload, std::move(cpu), state.common, now);
  });
  state.sampler.set_pace(power::Pace::busy);
  return handle;
}

void LocalMeter::follow(Handle handle, pid_t process) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->running.find(handle);
  if (found != state_->running.end()) found->second.cpu().follow(process);
}

LiveReading LocalMeter::live(Handle handle) {
  const auto& state = *state_;
  const std::lock_guard lock(state.mutex);
  const auto found = state.running.find(handle);
  if (found == state.running.end() || state.groups.empty())
    return nothing_live(state.groups.empty() ? std::string_view(state.settings.why_no_source) : kNotRunning);
  return found->second.live(state.last, state.group_power);
}

WorkloadEnergy LocalMeter::end(Handle handle, std::optional<Seconds> cpu_time) {
  auto& state = *state_;
  {
    const std::lock_guard lock(state.mutex);
    const auto found = state.running.find(handle);
    if (found == state.running.end()) return nothing_measured(kNotRunning);
    if (cpu_time) found->second.end_with(*cpu_time);
  }
  bool last_one = false;
  std::optional<WorkloadEnergy> result;
  ++state.boundaries;
  state.sampler.read_now([&](const power::Snapshot& now) {
    --state.boundaries;
    const std::lock_guard lock(state.mutex);
    auto node = state.running.extract(handle);
    if (node.empty()) return;  // another thread was faster
    last_one = state.running.empty();
    if (state.groups.empty()) return;
    std::ranges::fill(state.charged, attribution::Charge{});
    result = node.mapped().finish(now, state.charged);
    if (auto stale = state.learning.stale(state.host.clock.wall()); !stale.empty())
      result->caveats.push_back(std::move(stale));
    state.book(state.charged);
    state.ended.push_back({node.mapped().account(now), now.at});
    while (!state.ended.empty() &&
           (now.at - state.ended.front().second > kShownAfterEnd || state.ended.size() > kMostShown))
      state.ended.pop_front();
  });
  if (last_one) state.sampler.set_pace(power::Pace::idle);
  if (result) return *std::move(result);
  return nothing_measured(state.groups.empty() ? std::string_view(state.settings.why_no_source) : kNotRunning);
}

std::span<const power::Zone> LocalMeter::zones() const { return state_->sampler.zones(); }
std::string_view LocalMeter::source_of(std::size_t zone) const { return state_->sampler.source_of(zone); }
power::Snapshot LocalMeter::snapshot() const { return state_->sampler.snapshot(); }

std::vector<ZoneAccount> LocalMeter::accounts() const {
  const auto& state = *state_;
  const std::lock_guard lock(state.mutex);
  auto accounts = state.accounts;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    // What came in since the last charge is nobody's yet.
    if (!state.last.zones.empty()) {
      const auto step =
          step_between(state.sampler.zones()[i], state.last.zones[i].total, state.passes.newest().zones[i].total);
      const auto& idle = state.learning.idle()[i];
      const auto baseline = idle && idle->known() ? idle->value() * step.duration : Joules(0);
      accounts[i].energy += step.energy;
      accounts[i].unallocated_idle += baseline;
      accounts[i].system += step.energy - baseline;
    }
    // What was charged came out of what was the system's and nobody's.
    accounts[i].system -= accounts[i].above_idle;
    accounts[i].unallocated_idle -= accounts[i].idle_share;
    accounts[i].idle = state.learning.idle()[i];
  }
  return accounts;
}

std::vector<WorkloadAccount> LocalMeter::workloads() const {
  const auto& state = *state_;
  const std::lock_guard lock(state.mutex);
  std::vector<WorkloadAccount> list;
  if (state.groups.empty()) return list;
  for (const auto& [handle, workload] : state.running) list.push_back(workload.account(state.last));
  for (const auto& [account, at] : state.ended) {
    if (state.last.at - at <= kShownAfterEnd) list.push_back(account);
  }
  return list;
}

Seconds LocalMeter::own_cpu_time() const { return state_->sampler.cost(); }

void LocalMeter::take(const attribution::Calibration& calibration) {
  const std::lock_guard lock(state_->mutex);
  state_->learning.take(calibration);
}

Learning::State LocalMeter::learned() const {
  const std::lock_guard lock(state_->mutex);
  return state_->learning.state();
}

attribution::Calibration LocalMeter::calibration() const {
  const std::lock_guard lock(state_->mutex);
  return state_->learning.calibration();
}

}  // namespace meter
