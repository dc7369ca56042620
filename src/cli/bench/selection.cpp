#include "cli/bench/selection.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "cli/bench/sweep.h"
#include "cli/local_runs.h"
#include "cli/run_files.h"

namespace cli::bench {
namespace {

using base::Error;
using base::format;

constexpr int most_runs_of_a_setting = 10'000;

std::string tag(const jobs::Report& report, const char* name) {
  const auto found = report.tags.find(name);
  return found == report.tags.end() ? std::string() : found->second;
}

// "a=1,b=2"; a comma in a value stays where not every part is a condition.
std::vector<std::string> conditions_of(const std::string& word) {
  std::vector<std::string> out;
  for (const auto part : base::split(word, ',')) {
    if (part.find('=') == std::string_view::npos) return {word};
    out.emplace_back(part);
  }
  return out;
}

base::Result<std::vector<jobs::Report>> matching(Context& context, const std::string& word, By by) {
  wire::ResultQuery query;
  query.order = wire::ResultQuery::Order::ascending;
  if (by == By::name) {
    query.filters.push_back({"name", json::Value(word)});
  } else {
    for (const auto& condition : conditions_of(word)) {
      const auto at = condition.find('=');
      if (at == 0) return Error::invalid(format("'{}' is not TAG=VALUE", condition));
      query.filters.push_back({"tags." + condition.substr(0, at), json::Value(condition.substr(at + 1))});
    }
  }
  return matching_runs(context, query, most_runs_of_a_setting);
}

}  // namespace

base::Result<report::SettingRuns> select_runs(Context& context, const std::string& word, By by) {
  std::vector<jobs::Report> found;
  if (by == By::name || word.find('=') != std::string::npos) {
    FFWATT_TRY(found, matching(context, word, by));
  } else if (word.ends_with(".json")) {
    FFWATT_TRY(found, read_run_file(context.host.files, word));
  } else {
    FFWATT_TRY(found, find_runs(context, {word}));
  }
  report::SettingRuns out{.name = word};
  for (auto& report : found) {
    const auto block = base::to_int(tag(report, kBlock));
    if (block == 0) continue;
    const auto frames = base::to_int(tag(report, kFrames));
    out.runs.push_back({std::move(report), static_cast<int>(block.value_or(0)), frames});
  }
  std::stable_sort(out.runs.begin(), out.runs.end(),
                   [](const auto& a, const auto& b) { return a.report.timings.started < b.report.timings.started; });
  if (!out.runs.empty()) return out;
  if (by == By::name) return Error::absent(format("no run is called {}; 'ffwatt runs ls' lists them", word));
  if (word.find('=') == std::string::npos) return Error::absent(format("{} holds no run that counts", word));
  return Error::absent(format("no run has {}; 'ffwatt runs ls --where tags.TAG=VALUE' lists those that have", word));
}

void keep_blocks_of_one_sweep(std::vector<report::SettingRuns>& settings) {
  std::set<std::string> sweeps;
  for (const auto& setting : settings)
    for (const auto& run : setting.runs) sweeps.insert(tag(run.report, kSweep));
  if (sweeps.size() == 1 && !sweeps.begin()->empty()) return;
  for (auto& setting : settings)
    for (auto& run : setting.runs) run.block = 0;
}

}  // namespace cli::bench
