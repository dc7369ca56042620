// truth: what the meter says, held against a simulated machine of which every joule is known, and against readings of
// real machines. Prints the error table, saves it as CSV and Markdown, and fails where a goal is missed.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "base/format.h"
#include "goals.h"
#include "matrix.h"
#include "replay.h"
#include "rows.h"

namespace truth {
namespace {

struct Arguments {
  Size size = Size::full;
  std::size_t jobs = 1'000;  // for each number of neighbours, for coverage
  std::uint64_t seed = 1;
  std::filesystem::path out, data;
};

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::string cell(const Scenario& scenario) {
  return base::format("{}, {:.3g} Hz, {}, {} at once", power_testing::name(scenario.source), scenario.rate.value(),
                      name(scenario.pattern), scenario.neighbours);
}

class Report {
 public:
  explicit Report(const Arguments& arguments) : arguments_(arguments) {}

  void matrix() {
    std::map<std::pair<power_testing::Kind, int>, std::vector<ScenarioResult>> by_neighbours;
    std::map<std::string, std::vector<ScenarioResult>> by_rate;
    for (const auto& scenario : error_matrix(arguments_.size, arguments_.seed)) {
      const auto result = run_scenario(scenario);
      for (const auto& row : rows_of("matrix", result)) {
        rows_.push_back(row);
        check_node(row);
      }
      auto without_rate = scenario;
      without_rate.rate = units::Hertz(0);
      by_rate[cell(without_rate)].push_back(result);
      by_neighbours[{scenario.source, scenario.neighbours}].push_back(result);
    }
    for (const auto& [group, results] : by_rate) check_rates(group, results);
    for (const auto& [group, results] : by_neighbours)
      for (const auto& scope : results.front().scopes) {
        const auto row = pooled("matrix", place(results.front().scenario), results, scope.scope);
        summary_.push_back(row);
        check_jobs(row);
      }
  }

  void sockets() {
    for (const auto& scenario : placements(arguments_.size, arguments_.seed))
      for (const auto& row : rows_of("placement", run_scenario(scenario))) {
        summary_.push_back(row);
        check_node(row);
      }
  }

  void intervals() {
    for (const int neighbours : kNeighbours) {
      std::vector<ScenarioResult> results;
      std::map<std::string, std::vector<ScenarioResult>> by_place;
      for (const auto& scenario : many_machines(neighbours, arguments_.jobs, arguments_.seed)) {
        results.push_back(run_scenario(scenario));
        by_place[place(scenario)].push_back(results.back());
      }
      for (const auto& scope : results.front().scopes) {
        for (const auto& [name, some] : by_place) summary_.push_back(pooled("intervals", name, some, scope.scope));
        const auto row = pooled("intervals", "any", results, scope.scope);
        summary_.push_back(row);
        check_node(row);
        check_jobs(row);
        if (arguments_.size == Size::full && is_split_fairly(row.scope))
          goals_.add(base::format("95 % intervals cover, {} jobs at once", neighbours), row.covered, 0.93, 0.97,
                     cell(row.scenario));
      }
    }
  }

  bool finish() const {
    say(markdown(summary_) + "\n" + goals_.text());
    if (!arguments_.out.empty()) {
      std::filesystem::create_directories(arguments_.out);
      auto all = summary_;
      all.insert(all.end(), rows_.begin(), rows_.end());
      std::ofstream(arguments_.out / "truth.csv") << csv(all);
      std::ofstream(arguments_.out / "truth.md") << "# Summary\n\n"
                                                 << markdown(summary_) << "\n# Goals\n\n```\n"
                                                 << goals_.text() << "```\n\n# Matrix\n\n"
                                                 << markdown(rows_);
      say(base::format("saved: {} and truth.md\n", (arguments_.out / "truth.csv").string()));
    }
    return goals_.met();
  }

 private:
  void check_node(const Row& row) {
    const auto where = cell(row.scenario) + ", " + std::string(units::name(row.scope));
    goals_.add("node bias", row.node_bias, -0.005, 0.005, where);
    goals_.at_most("parts sum to the whole", row.conservation, 1e-9, where);
  }

  void check_jobs(const Row& row) {
    if (!is_split_fairly(row.scope)) return;
    const bool alone = row.scenario.neighbours == 1;
    goals_.at_most(alone ? "mean error of a job alone" : "mean error of a job among several", row.ours.mean,
                   alone ? 0.05 : 0.10, cell(row.scenario) + ", " + std::string(units::name(row.scope)));
  }

  void check_rates(const std::string& group, const std::vector<ScenarioResult>& results) {
    for (std::size_t s = 0; s < results.front().scopes.size(); ++s) {
      double least = 1, most = -1;
      for (const auto& result : results) {
        least = std::min(least, result.scopes[s].node_bias());
        most = std::max(most, result.scopes[s].node_bias());
      }
      goals_.at_most("node energy at one rate against another", most - least, 0.005, group);
    }
  }

  const Arguments& arguments_;
  std::vector<Row> rows_, summary_;
  Goals goals_;
};

int usage() {
  std::fputs(
      "usage: truth [--quick] [--jobs N] [--seed N] [--out FOLDER] [--data FOLDER]\n"
      "  --quick  a small part of the matrix, without coverage\n"
      "  --jobs   jobs for each number of neighbours whose intervals are checked (1000)\n"
      "  --out    where truth.csv and truth.md are saved\n"
      "  --data   a folder of load sweeps of real machines to replay\n",
      stderr);
  return 2;
}

template <class N>
bool number(std::string_view text, N& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

int run(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--quick") {
      arguments.size = Size::quick, arguments.jobs = 50;
      continue;
    }
    if (i + 1 == argc) return usage();
    const std::string_view value = argv[++i];
    if (flag == "--out")
      arguments.out = value;
    else if (flag == "--data")
      arguments.data = value;
    else if (!(flag == "--jobs" && number(value, arguments.jobs)) &&
             !(flag == "--seed" && number(value, arguments.seed)))
      return usage();
  }
  if (!arguments.data.empty()) {
    const auto text = replay(arguments.data);
    if (!text) return std::fputs((text.error().text() + "\n").c_str(), stderr), 2;
    say(*text);
  }
  Report report(arguments);
  report.matrix();
  report.sockets();
  report.intervals();
  return report.finish() ? 0 : 1;
}

}  // namespace
}  // namespace truth

int main(int argc, char** argv) { return truth::run(argc, argv); }
