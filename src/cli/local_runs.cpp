#include "cli/local_runs.h"

#include <algorithm>

#include "base/format.h"
#include "cli/places.h"
#include "json/json.h"
#include "power/power_trace.h"
#include "store/store.h"
#include "wire/decode.h"

namespace cli {

namespace {

// Null where none is kept yet: reading makes no folder and no file.
base::Result<std::unique_ptr<store::LocalRuns>> open_kept(Context& context) {
  const auto file = places(context.environment).runs();
  const auto status = context.host.files.status(file);
  if (!status && status.error().kind() == base::ErrorKind::absent) return std::unique_ptr<store::LocalRuns>();
  if (!status) return status.error();
  return store::open_local(context.host, file);
}

// By id, by the first three or more characters of one, or "last".
base::Result<jobs::Report> find_run(store::LocalRuns* runs, const std::string& word) {
  if (word == "last") {
    auto newest = runs ? runs->reports(1) : std::vector<jobs::Report>();
    if (!newest) return newest.error();
    if (!newest->empty()) return std::move(newest->front());
    return base::Error::absent("no run is kept yet; make one: ffwatt run -- ffmpeg -i in.mp4 out.mp4");
  }
  auto found = runs ? runs->report(word) : base::Error::absent("");
  if (found || found.error().kind() != base::ErrorKind::absent) return found;
  return base::Error::absent(base::format("there is no run '{}'; 'ffwatt runs ls' lists them", word));
}

base::Result<std::unique_ptr<store::LocalRuns>> open_to_keep(Context& context) {
  const auto where = places(context.environment);
  // 0700: command lines hold what people would not show to others.
  FFWATT_CHECK(context.host.files.make_folders(where.state, 0700));
  return store::open_local(context.host, where.runs());
}

}  // namespace

base::Result<std::map<std::string, std::string>> parse_tags(const std::vector<std::string>& words,
                                                            std::string_view flag) {
  std::map<std::string, std::string> tags;
  for (const auto& word : words) {
    const auto at = word.find('=');
    if (at == std::string::npos || at == 0)
      return base::Error::invalid(base::format("--{}: '{}' is not KEY=VALUE, such as codec=h264", flag, word));
    tags[word.substr(0, at)] = word.substr(at + 1);
  }
  return tags;
}

base::Result<std::string> keep_run(Context& context, jobs::Report report) {
  FFWATT_TRY(const auto runs, open_to_keep(context));
  // Short ids clash once in a billion pairs; "retry" is a clash or a store that another run holds.
  constexpr int tries = 4;
  for (int i = 1;; ++i) {
    const auto added = runs->add_report(report);
    if (added) return report.id;
    if (added.error().kind() != base::ErrorKind::retry || i == tries) return added.error();
    report.id = base::short_id(context.host.random.next());
  }
}

base::Result<Foreign> keep_foreign_run(Context& context, const jobs::Report& report) {
  FFWATT_TRY(const auto runs, open_to_keep(context));
  const auto here = runs->report(report.id);
  // A longer id may begin with this one.
  if (here && here->id == report.id) {
    // Results files have the one or the other of the two moments.
    const bool same_moment =
        here->timings.started == report.timings.started || here->timings.encoding == report.timings.started;
    if (same_moment && here->name == report.name) return Foreign::here_before;
    return base::Error::invalid(
        base::format("another run is called {} here, started {}", report.id, units::rfc3339(here->timings.started)));
  }
  FFWATT_CHECK(runs->add_report(report));
  return Foreign::taken;
}

base::Result<std::vector<jobs::Report>> matching_runs(Context& context, wire::ResultQuery query, int most) {
  FFWATT_TRY(const auto runs, open_kept(context));
  std::vector<jobs::Report> found;
  if (!runs) return found;
  do {
    query.limit = std::min(most - static_cast<int>(found.size()), wire::most_results);
    FFWATT_TRY(const auto page, runs->results(query));
    for (const auto& row : page.rows) {
      FFWATT_TRY(const auto value, json::parse(row).in("a run that is kept"));
      FFWATT_TRY(auto report, wire::decode_report(value).in("a run that is kept"));
      found.push_back(std::move(report));
    }
    query.cursor = page.next;
  } while (!query.cursor.empty() && static_cast<int>(found.size()) < most);
  return found;
}

base::Result<std::vector<jobs::Report>> find_runs(Context& context, const std::vector<std::string>& words) {
  FFWATT_TRY(const auto runs, open_kept(context));
  std::vector<jobs::Report> reports;
  for (const auto& word : words.empty() ? std::vector<std::string>{"last"} : words) {
    FFWATT_TRY(auto report, find_run(runs.get(), word));
    reports.push_back(std::move(report));
  }
  return reports;
}

base::Result<void> tag_run(Context& context, const jobs::Report& run) {
  FFWATT_TRY(const auto runs, open_to_keep(context));
  return runs->put_tags(run.id, run.tags);
}

base::Result<void> remove_run(Context& context, const std::string& id) {
  FFWATT_TRY(const auto runs, open_to_keep(context));
  return runs->remove_report(id);
}

base::Result<std::string> power_csv_of(Context& context, const jobs::Report& run) {
  FFWATT_TRY(const auto runs, open_kept(context));
  auto bytes = runs ? runs->power_trace(run.id) : base::Error::absent("");
  if (!bytes && bytes.error().kind() == base::ErrorKind::absent)
    return base::Error::absent(
        base::format("run {} has no power trace: nothing was sampled, or it was made before traces were kept", run.id));
  if (!bytes) return bytes.error();
  FFWATT_TRY(const auto trace, power::decode_power_trace(*bytes).in(base::format("run {}", run.id)));
  return power::power_trace_csv(trace);
}

}  // namespace cli
