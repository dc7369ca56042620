// The results file of stream tests, test_results_YYYYmmdd_HHMMSS.json: the documented format, in which bitrate, size
// and rate are those that were asked for and times are Unix seconds, with ffwatt's own fields beside it. One row a
// scenario, failed and interrupted ones too. Fields are added, never changed. Pure, any thread.
#pragma once

#include <map>
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
  jobs::Report report;  // of kind "test", with a spec; of a baseline without one
  std::optional<Baseline> baseline;
  // Of a plan of several: the scenario's place in it, from 1, by which a test that was stopped goes on.
  int number = 0;
  std::string type{}, description{};
  // Of media::streams_of() each, as scored after the test; empty where nobody asked.
  std::vector<jobs::Scoring> scores{};
  std::map<media::Metric, double> quality_target{};  // at least
};
// Whether every stream's mean is at least what was asked for. Nothing where none was, or where that cannot be told,
// which `why` then says.
std::optional<bool> reaches_target(const ScenarioRow& row, std::string& why);

struct ResultsFile {
  units::WallTime test_date;
  std::vector<ScenarioRow> scenarios;
  // Of a plan: by what it is known again, and how many scenarios it has.
  std::string plan{};
  std::size_t planned = 0;
};
json::Value encode(const ResultsFile& file);  // "schema": "ffwatt.test/1"
json::Value encode(const ScenarioRow& row);   // one of its `scenarios`

}  // namespace wire
