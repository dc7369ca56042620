// Rows: the error table as people and programs read it. Values and pure functions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "statistics.h"

namespace truth {

struct Row {
  std::string what;  // which part of the run it belongs to
  Scenario scenario;
  std::string place;  // how jobs lie on sockets
  enum class Runs { one, many } runs = Runs::one;
  units::Scope scope = units::Scope::package;
  std::size_t jobs = 0;  // all; those without a number are jobs − ours.jobs
  double node_bias = 0, conservation = 0, covered = 0;
  Spread ours, by_utilisation, by_share;
};
std::vector<Row> rows_of(std::string what, const ScenarioResult& result);
// One row of many runs: biases and conservation are the worst, patterns and rates are all of theirs.
Row pooled(std::string what, std::string place, std::span<const ScenarioResult> results, units::Scope scope);
std::string place(const Scenario& scenario);

std::string csv(std::span<const Row> rows);
std::string markdown(std::span<const Row> rows);

}  // namespace truth
