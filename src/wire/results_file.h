// The results file of stream tests, test_results_YYYYmmdd_HHMMSS.json: the documented format, in which bitrate, size
// and rate are those that were asked for and times are Unix seconds, with ffwatt's own fields beside it. One row a
// scenario, failed and interrupted ones too. Fields are added, never changed. Pure, any thread.
#pragma once

#include <optional>
#include <vector>

#include "jobs/report.h"
#include "json/json.h"

namespace wire {

// Idle power of the machine as a test saw it before its stream: a number of its own, subtracted from nothing.
struct IdleBefore {
  units::Measured<units::Watts> power;
  units::Seconds duration{};
};

struct ScenarioRow {
  jobs::Report report;  // of kind "test", with a spec
  std::optional<IdleBefore> idle_before;
};

struct ResultsFile {
  units::WallTime test_date;
  std::vector<ScenarioRow> scenarios;
};
json::Value encode(const ResultsFile& file);  // "schema": "ffwatt.test/1"

}  // namespace wire
