// TestRun: carries a plan out, scenario by scenario. The row of each is on the disk before anything else happens, and
// what ended by itself is not run again where a test goes on. One thread, which it blocks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/stream_test/pause.h"
#include "cli/stream_test/phase_line.h"
#include "cli/stream_test/plan.h"
#include "cli/stream_test/workbench.h"
#include "runner/run_transcode.h"

namespace cli::stream_test {

struct Telling {
  std::string_view program;  // "ffwatt test batch"
  bool quiet = false, json = false;
};

class TestRun {
 public:
  TestRun(Context& context, Telling telling, Plan plan, Workbench bench);
  // The exit code.
  int operator()();

 private:
  bool several() const { return plan_.course != Plan::Course::once; }
  meter::Meter& meter() { return bench_.metering.meter(); }
  std::string phase(std::string_view name) const;
  std::optional<int> run_one(std::size_t index);
  std::optional<int> run_baseline(const Scenario& scenario);
  std::optional<int> run_streams(const Scenario& scenario);
  Paused measure_baseline(units::Seconds length);
  Paused wait(std::string_view name, units::Seconds length);
  jobs::Report stream(const Scenario& scenario);
  jobs::Report send(runner::TranscodeRequest request);
  void score(const Scenario& scenario, wire::ScenarioRow& row);
  std::optional<int> save(const wire::ScenarioRow& row);
  void show(const wire::ScenarioRow& row);
  void show_baseline(const wire::Baseline& baseline);
  void tell_where(const std::string& run);
  int finish();
  int stopped();

  Context& context_;
  const Telling telling_;
  const Plan plan_;
  Workbench bench_;
  PhaseLine line_;
  std::optional<wire::Baseline> baseline_;
  std::size_t current_ = 0;  // of the plan's scenarios
  std::vector<wire::ScenarioRow> rows_;
};

}  // namespace cli::stream_test
