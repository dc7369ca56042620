#include "run_scenario.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "meter/local_meter.h"
#include "os/host.h"
#include "power/ledger.h"
#include "power_testing/machine_tree.h"
#include "virtual_time.h"

namespace truth {
namespace {

using power_sources::simulated::ZoneId;
using power_testing::LiveFiles;
using power_testing::MachineTree;
using units::BootTime;
using units::Joules;
using units::Seconds;
using units::Watts;

// A meter learns its baseline in a quiet minute; a few seconds more, so that it has.
constexpr Seconds kQuiet{64};
// A sensor that updates rarely tells nothing in a minute: `ffwatt calibrate idle` gives it so many updates.
constexpr double kUpdatesOfCalibration = 30;

std::vector<std::unique_ptr<power::Source>> list_of(std::unique_ptr<power::Source> source) {
  std::vector<std::unique_ptr<power::Source>> list;
  list.push_back(std::move(source));
  return list;
}

struct Slot {
  BootTime next;  // when its job ends, or its next one begins
  JobPlan plan;
  std::optional<Machine::ProgramId> job;
  meter::Meter::Handle handle = 0;
  // When the job began.
  BootTime began;
  Seconds busy{};
  std::map<units::Scope, Joules> energy;
};

class Run final : public Events {
 public:
  explicit Run(const Scenario& scenario)
      : scenario_(scenario),
        machine_(facts_of(scenario), clock_.boot()),
        tree_(files_, machine_, clock_, scenario.groups, scenario.seed),
        parts_(os::Root("/")),
        host_{clock_, parts_.host().random, os::Root("/"), files_, parts_.host().processes, parts_.host().cgroups},
        shown_(power_testing::shown_zones(machine_, scenario.source)) {}

  ScenarioResult result() {
    const auto begin = clock_.boot();
    // Out of step with the machine's own grid of time.
    clock_.advance(Seconds(0.0371));
    auto known = calibrate();
    if (scenario_.baseline_age > Seconds(0)) {
      run_meter(known, clock_.boot() + kQuiet);
      clock_.advance(scenario_.baseline_age);
    }
    const auto quiet = scenario_.baseline_age > Seconds(0) ? Seconds(0) : kQuiet;
    for (int s = 0; s < scenario_.neighbours; ++s) {
      Slot slot;
      slot.plan = plan_job(scenario_, planned_++);
      slot.next = clock_.boot() + quiet + slot.plan.gap;
      slots_.push_back(std::move(slot));
    }
    run_meter(known, {});

    ScenarioResult result{.scenario = scenario_, .scopes = {}, .simulated = clock_.boot() - begin};
    for (std::size_t z = 0; z < shown_.size(); ++z) {
      auto& scope = scope_of(result, shown_[z].scope);
      const auto& account = accounts_[z];
      const double terms[] = {account.above_idle.value(), account.idle_share.value(), account.system.value(),
                              account.unallocated_idle.value()};
      double sum = 0, size = 1e-9;
      for (const double term : terms) sum += term, size += std::abs(term);
      scope.conservation = std::max(scope.conservation, std::abs(sum - account.energy.value()) / size);
      scope.measured += account.energy;
      scope.truth += truth_[z];
    }
    return result;
  }

  std::optional<BootTime> next() const override {
    if (slots_.empty() || finished_ >= scenario_.jobs) return end_;
    return std::ranges::min_element(slots_, {}, &Slot::next)->next;
  }

  void happen() override {
    if (slots_.empty() || finished_ >= scenario_.jobs) return end_.reset();
    auto& slot = *std::ranges::min_element(slots_, {}, &Slot::next);
    if (slot.job)
      end(slot);
    else
      begin(slot);
  }

 private:
  static MachineFacts facts_of(const Scenario& scenario) {
    auto facts = scenario.machine;
    if (scenario.source == power_testing::Kind::nvml) facts.gpu = power_sources::simulated::GpuFacts{};
    facts.background.demand.seed = facts.wander.seed = scenario.seed;
    return facts;
  }

  // The real meter, until all jobs are done (or, before there are any, until `end`). What it has learned is in `known`.
  void run_meter(attribution::Calibration& known, std::optional<BootTime> end) {
    meter::Settings settings;
    settings.busy_rate = scenario_.rate, settings.idle_rate = std::min(scenario_.rate, units::Hertz(1));
    settings.calibration = known;
    meter::LocalMeter meter(host_, list_of(source()), settings);
    meter_ = &meter;
    end_ = end;
    clock_.play(*this);
    const auto begin = clock_.boot();
    std::vector<Joules> before;
    for (const auto zone : shown_) before.push_back(machine_.energy(zone, begin));
    meter.start();
    clock_.await_end();
    meter.stop();
    meter_ = nullptr;
    known = meter.calibration();
    accounts_ = meter.accounts();
    truth_.clear();
    // The counter has told what was until its last reading, and no more.
    const auto last = meter.snapshot();
    for (std::size_t z = 0; z < shown_.size(); ++z)
      truth_.push_back(machine_.energy(shown_[z], last.zones[z].total.at) - before[z]);
  }

  std::unique_ptr<power::Source> source() {
    return power_testing::simulated_source(machine_, scenario_.source,
                                           {.seed = scenario_.seed, .update = {}, .idle = {}});
  }

  attribution::Calibration calibrate() {
    attribution::Calibration calibration;
    auto sensor = source();
    const auto& zone = sensor->zones().front();
    if (zone.tick <= Seconds(1)) return calibration;
    power::Ledger ledger(sensor->zones());
    const auto begin = clock_.boot();
    while (clock_.boot() - begin < zone.tick * kUpdatesOfCalibration) {
      power::Readings readings;
      sensor->read(clock_, readings);
      for (const auto& reading : readings.good) ledger.add(reading);
      clock_.advance(Seconds(1) / scenario_.rate.value());
    }
    const auto& total = ledger.total(0);
    const auto idle = total.energy / (total.at - begin);
    const attribution::Baseline baseline{.median = idle,
                                         .low = idle * 0.975,
                                         .high = idle * 1.025,
                                         .temperature = {},
                                         .at = clock_.wall(),
                                         .window = clock_.boot() - begin};
    calibration.zones.push_back(
        {.path = zone.path, .source = std::string(sensor->name()), .baseline = baseline, .curve = {}});
    return calibration;
  }

  void begin(Slot& slot) {
    const auto now = clock_.boot();
    auto program = slot.plan.program;
    program.end = now + (program.end - program.start);
    program.start = now;
    slot.next = program.end;
    slot.job = machine_.add(program);
    slot.began = now;
    slot.busy = busy();
    slot.energy.clear();
    for (const auto zone : shown_) slot.energy[zone.scope] += machine_.energy(zone, now);
    meter::Workload workload;
    workload.name = "job";
    workload.control_group = tree_.add_group(*slot.job);
    workload.reserved = std::min(1.0, 1.0 / scenario_.neighbours);
    slot.handle = meter_->begin(workload);
  }

  void end(Slot& slot) {
    const auto now = clock_.boot();
    const auto cpu = machine_.cpu_of(*slot.job, now);
    const auto said = meter_->end(slot.handle, cpu);
    tree_.remove_group(*slot.job);

    std::map<units::Scope, JobResult> jobs;
    for (const auto zone : shown_) {
      auto& job = jobs[zone.scope];
      job.truth += machine_.energy_of(*slot.job, zone, now);
      job.times_share += machine_.energy(zone, now);
    }
    for (auto& [scope, job] : jobs) {
      const auto energy = job.times_share - slot.energy.at(scope);
      job.times_share = energy * (cpu / (busy() - slot.busy));
      job.times_utilisation = energy * (cpu / ((now - slot.began) * machine_.cores()));
    }
    for (const auto& line : said.energy) {
      if (line.part != jobs::Part::above_idle || !line.energy.known()) continue;
      auto& job = jobs[line.energy.scope()];
      job.known = JobResult::Known::yes;
      job.stated = line.energy.value(), job.low = line.energy.low(), job.high = line.energy.high();
    }
    for (const auto& [scope, job] : jobs) jobs_[scope].push_back(job);

    slot.job.reset();
    slot.plan = plan_job(scenario_, planned_++);
    slot.next = now + slot.plan.gap;
    if (++finished_ < scenario_.jobs) return;
    // Until slow sensors have shown what the last jobs took.
    const auto tick = meter_->zones().front().tick;
    end_ = now + std::max(tick * 3, Seconds(2));
  }

  Seconds busy() {
    Seconds sum{};
    for (int s = 0; s < machine_.facts().sockets; ++s) sum += machine_.busy(s, clock_.boot());
    return sum;
  }

  ScopeResult& scope_of(ScenarioResult& result, units::Scope scope) {
    const auto found = std::ranges::find(result.scopes, scope, &ScopeResult::scope);
    if (found != result.scopes.end()) return *found;
    result.scopes.push_back({.scope = scope, .measured = {}, .truth = {}, .conservation = 0, .jobs = jobs_[scope]});
    return result.scopes.back();
  }

  const Scenario scenario_;
  VirtualTime clock_;
  Machine machine_;
  LiveFiles files_;
  MachineTree tree_;
  os::RealHost parts_;
  os::Host host_;
  const std::vector<ZoneId> shown_;
  meter::LocalMeter* meter_ = nullptr;

  std::vector<Slot> slots_;
  std::uint64_t planned_ = 0;
  std::size_t finished_ = 0;
  std::optional<BootTime> end_;
  std::map<units::Scope, std::vector<JobResult>> jobs_;
  std::vector<meter::ZoneAccount> accounts_;
  std::vector<Joules> truth_;
};

}  // namespace

ScenarioResult run_scenario(const Scenario& scenario) { return Run(scenario).result(); }

}  // namespace truth
