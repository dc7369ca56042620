#include "run_scenario.h"

#include <algorithm>
#include <cmath>

#include "accountant.h"
#include "error_model.h"

namespace truth {
namespace {

using units::BootTime;
using units::Joules;
using units::Seconds;

struct Slot {
  std::optional<Machine::ProgramId> job;
  BootTime next;  // when its job ends, or its next one begins
  JobPlan plan;
};

class Run {
 public:
  explicit Run(const Scenario& scenario)
      : scenario_(scenario), machine_(with_background(scenario), clock_.boot()), begin_(clock_.boot()) {}

  ScenarioResult result() {
    quiet_window();
    const auto measured_from = clock_.boot();
    const auto zones = power_testing::shown_zones(machine_, scenario_.source);
    std::vector<Joules> before;
    for (const auto zone : zones) before.push_back(machine_.energy(zone, measured_from));
    while (ended_.size() < scenario_.jobs) next_event();
    cool_down();

    ScenarioResult result{.scenario = scenario_, .scopes = {}, .simulated = clock_.boot() - begin_};
    for (std::size_t z = 0; z < zones.size(); ++z) {
      auto found = std::ranges::find(result.scopes, zones[z].scope, &ScopeResult::scope);
      if (found == result.scopes.end()) {
        result.scopes.push_back({.scope = zones[z].scope, .measured = {}, .truth = {}, .conservation = 0, .jobs = {}});
        result.scopes.back().jobs.resize(ended_.size());
        found = std::prev(result.scopes.end());
      }
      found->measured += accountant_->energy(z);
      found->truth += machine_.energy(zones[z], clock_.boot()) - before[z];
      found->conservation = std::max(found->conservation, accountant_->conservation(z));
      for (std::size_t i = 0; i < ended_.size(); ++i) add(found->jobs[i], ended_[i], z, zones[z]);
    }
    for (auto& scope : result.scopes)
      for (auto& job : scope.jobs) job.low = job.above_idle - job.low, job.high = job.above_idle + job.high;
    return result;
  }

 private:
  static MachineFacts with_background(const Scenario& scenario) {
    auto facts = scenario.machine;
    if (scenario.source == power_testing::Kind::nvml) facts.gpu = power_sources::simulated::GpuFacts{};
    facts.background.demand.seed = scenario.seed;
    return facts;
  }
  std::unique_ptr<power::Source> source() {
    return power_testing::simulated_source(machine_, scenario_.source,
                                           {.seed = scenario_.seed, .update = {}, .idle = {}});
  }

  void quiet_window() {
    // A sensor that updates once a minute needs longer for as many values.
    const bool slow = scenario_.source == power_testing::Kind::redfish;
    const bool coarse = scenario_.source == power_testing::Kind::wall_energy;
    const Seconds window(coarse ? 12 * 36'000 : slow ? 1'200 : 60);
    auto baselines = calibrate(machine_, clock_, source(), window, coarse ? units::Hertz(0.1) : scenario_.rate);
    accountant_ = std::make_unique<Accountant>(machine_, clock_, source(), std::move(baselines));
    next_pass_ = clock_.boot() + period();
    for (int s = 0; s < scenario_.neighbours; ++s) {
      slots_.push_back({.job = {}, .next = {}, .plan = plan_job(scenario_, planned_++)});
      slots_.back().next = clock_.boot() + slots_.back().plan.gap;
    }
  }
  Seconds period() const { return Seconds(1 / scenario_.rate.value()); }

  void next_event() {
    auto& slot = *std::ranges::min_element(slots_, {}, &Slot::next);
    if (next_pass_ < slot.next) {
      clock_.advance_to(next_pass_);
      accountant_->pass();
      next_pass_ = next_pass_ + period();
      return;
    }
    clock_.advance_to(slot.next);
    const auto now = clock_.boot();
    if (slot.job) {
      accountant_->end(*slot.job);
      ended_.push_back(*slot.job);
      slot.job.reset();
      slot.plan = plan_job(scenario_, planned_++);
      slot.next = now + slot.plan.gap;
    } else {
      auto program = slot.plan.program;
      program.end = now + (program.end - program.start);
      program.start = now;
      slot.next = program.end;
      slot.job = machine_.add(program);
      accountant_->begin(*slot.job);
    }
  }

  // Until slow sensors have shown what the last jobs took.
  void cool_down() {
    for (int i = 0; i < 3; ++i) {
      const auto tick = accountant_->sampler().zones().front().tick;
      clock_.advance(std::max(period(), std::min(tick, Seconds(60))));
      accountant_->pass();
    }
  }

  void add(JobResult& result, Machine::ProgramId job, std::size_t zone, power_sources::simulated::ZoneId id) {
    const auto& charge = accountant_->charge(job, zone);
    result.truth += machine_.energy_of(job, id, clock_.boot());
    result.above_idle += charge.above_idle;
    result.times_utilisation += charge.times_utilisation;
    result.times_share += charge.times_share;
    const auto half = half_width(charge);
    result.low += half, result.high += half;
  }

  const Scenario scenario_;
  os_testing::ManualClock clock_;
  Machine machine_;
  const BootTime begin_;
  std::unique_ptr<Accountant> accountant_;
  std::vector<Slot> slots_;
  std::vector<Machine::ProgramId> ended_;
  std::uint64_t planned_ = 0;
  BootTime next_pass_;
};

}  // namespace

ScenarioResult run_scenario(const Scenario& scenario) { return Run(scenario).result(); }

}  // namespace truth
