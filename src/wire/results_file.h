// The results file of stream tests, test_results_YYYYmmdd_HHMMSS.json: the documented format, in which bitrate, size
// and rate are those that were asked for and times are Unix seconds, with ffwatt's own fields beside it. One row a
// scenario, failed and interrupted ones too. Fields are added, never changed. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/report.h"
#include "json/json.h"

namespace wire {

// Power of the machine before the stream of a test: a number of its own, subtracted from nothing. Whether the machine
// was idle then, the caveats say.
struct Baseline {
  units::Measured<units::Watts> power;
  units::Seconds duration{};
  std::vector<std::string> caveats{};
};

struct ScenarioRow {
  jobs::Report report;  // of kind "test", with a spec
  std::optional<Baseline> baseline;
};

struct ResultsFile {
  units::WallTime test_date;
  std::vector<ScenarioRow> scenarios;
};
json::Value encode(const ResultsFile& file);  // "schema": "ffwatt.test/1"

}  // namespace wire
