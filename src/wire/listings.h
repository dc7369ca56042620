// Small documents of the REST interface that wrap other values: health, accepted jobs with their warnings, lists.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "jobs/job.h"
#include "json/value.h"
#include "media/scenario.h"

namespace wire {

json::Value encode_health();                             // {"status":"healthy"}
json::Value encode_backup(const std::string& file);      // {"file":…}, a path on the master's machine
json::Value encode_version(const std::string& version);  // {"version":…}
struct Accepted {
  jobs::Job job;
  std::string warning;  // empty: none
  bool operator==(const Accepted&) const = default;
};
json::Value encode(const Accepted& accepted);               // the job, with "warnings" where there is one
json::Value encode(const std::vector<Accepted>& accepted);  // {jobs, count}
json::Value encode_jobs(std::vector<json::Value> jobs);     // the same from their JSON
base::Result<std::vector<Accepted>> decode_accepted(const json::Value& value);  // either of the two
base::Result<Accepted> decode_accepted_job(const json::Value& value);           // of one job
// {changed, more}: how many jobs a change by filter moved, and whether more match.
struct Many {
  int changed = 0;
  enum class More { no, yes } more = More::no;
  bool operator==(const Many&) const = default;
};
json::Value encode_many(int changed, bool more);
base::Result<Many> decode_many(const json::Value& value);
struct HistoryLine {
  units::WallTime at;
  std::string state, actor, reason;
  bool operator==(const HistoryLine&) const = default;
};
json::Value encode_history(const std::vector<HistoryLine>& lines);  // {history, count}
base::Result<std::vector<HistoryLine>> decode_history(const json::Value& value);
json::Value encode_results(const std::vector<jobs::Report>& reports);  // {results, count}
base::Result<std::vector<jobs::Report>> decode_results(const json::Value& value);
json::Value encode_scenarios(const std::vector<media::Scenario>& scenarios);  // {scenarios, count}
json::Value encode_runs(const std::vector<jobs::Report>& runs);               // {runs}: `ffwatt runs ls --json`

// The body of POST /jobs as a command line makes it: a scenario, top-level texts such as name or queue, parameters. The
// master checks it all.
struct JobWish {
  std::string scenario;
  std::vector<std::pair<std::string, std::string>> fields;
  std::map<std::string, std::string> labels = {};
  jobs::Alone alone = jobs::Alone::no;
  std::vector<std::pair<std::string, json::Value>> parameters;
};
json::Value encode(const JobWish& wish);

}  // namespace wire
