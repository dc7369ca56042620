#include "rows.h"

#include <cmath>

#include "base/format.h"

namespace truth {
namespace {

Row row_of(std::string what, const Scenario& scenario, const ScopeResult& scope) {
  return {.what = std::move(what),
          .scenario = scenario,
          .place = place(scenario),
          .scope = scope.scope,
          .jobs = scope.jobs.size(),
          .node_bias = scope.node_bias(),
          .conservation = scope.conservation,
          .covered = coverage(scope.jobs),
          .ours = spread(scope.jobs, [](const JobResult& job) { return job.stated; }),
          .by_utilisation = spread(scope.jobs, [](const JobResult& job) { return job.times_utilisation; }),
          .by_share = spread(scope.jobs, [](const JobResult& job) { return job.times_share; })};
}

std::string rate(const Row& row) {
  return row.runs == Row::Runs::many ? "all" : base::format("{:.3g}", row.scenario.rate.value());
}
std::string_view pattern(const Row& row) { return row.runs == Row::Runs::many ? "all" : name(row.scenario.pattern); }

// Up to three significant digits, in percent.
std::string percent(double part) {
  const double value = part * 100;
  return base::format("{:.{}f}", value, std::abs(value) < 1 ? 3 : std::abs(value) < 10 ? 2 : 1);
}

}  // namespace

std::string place(const Scenario& scenario) {
  if (scenario.machine.sockets == 1) return "one socket";
  const auto groups = scenario.groups == power_testing::MachineTree::Groups::v1 ? ", v1" : ", v2";
  switch (scenario.placement) {
    case Scenario::Placement::spread:
      return std::string("spread") + groups;
    case Scenario::Placement::leaning:
      return std::string("leaning") + groups;
    case Scenario::Placement::pinned:
      return std::string("pinned") + groups;
  }
  return "";
}

std::vector<Row> rows_of(std::string what, const ScenarioResult& result) {
  std::vector<Row> rows;
  for (const auto& scope : result.scopes) rows.push_back(row_of(what, result.scenario, scope));
  return rows;
}

Row pooled(std::string what, std::string place, std::span<const ScenarioResult> results, units::Scope scope) {
  ScopeResult all{.scope = scope, .measured = {}, .truth = {}, .conservation = 0, .jobs = {}};
  double worst = 0;
  for (const auto& result : results)
    for (const auto& part : result.scopes) {
      if (part.scope != scope) continue;
      all.jobs.insert(all.jobs.end(), part.jobs.begin(), part.jobs.end());
      all.conservation = std::max(all.conservation, part.conservation);
      if (std::abs(part.node_bias()) > std::abs(worst)) worst = part.node_bias();
    }
  auto row = row_of(std::move(what), results.front().scenario, all);
  row.node_bias = worst;
  row.place = std::move(place);
  row.runs = Row::Runs::many;
  return row;
}

std::string csv(std::span<const Row> rows) {
  std::string text =
      "part,source,scope,rate_hz,pattern,placement,neighbours,jobs,jobs_unmeasurable,node_bias,conservation,"
      "job_error_mean,job_error_median,job_error_p95,job_bias,coverage,"
      "utilisation_rule_error_mean,share_rule_error_mean\n";
  for (const auto& row : rows)
    text += base::format(
        "{},{},{},{},{},\"{}\",{},{},{},{:.3e},{:.1e},{:.5f},{:.5f},{:.5f},{:.5f},{:.4f},{:.4f},"
        "{:.4f}\n",
        row.what, power_testing::name(row.scenario.source), units::name(row.scope), rate(row), pattern(row), row.place,
        row.scenario.neighbours, row.jobs, row.jobs - row.ours.jobs, row.node_bias, row.conservation, row.ours.mean,
        row.ours.median, row.ours.p95, row.ours.bias, row.covered, row.by_utilisation.mean, row.by_share.mean);
  return text;
}

std::string markdown(std::span<const Row> rows) {
  std::string text =
      "| source | scope | Hz | pattern | place | jobs at once | jobs | no number | node bias % | job error % mean | "
      "median | p95 | bias | covered % | power × utilisation % | total × share % |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& row : rows)
    text +=
        base::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.1f} | {} | {} |\n",
                     power_testing::name(row.scenario.source), units::name(row.scope), rate(row), pattern(row),
                     row.place, row.scenario.neighbours, row.jobs, row.jobs - row.ours.jobs, percent(row.node_bias),
                     percent(row.ours.mean), percent(row.ours.median), percent(row.ours.p95), percent(row.ours.bias),
                     row.covered * 100, percent(row.by_utilisation.mean), percent(row.by_share.mean));
  return text;
}

}  // namespace truth
