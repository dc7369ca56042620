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
  units::Scope scope = units::Scope::package;
  std::size_t jobs = 0;  // all; those without a number are jobs − ours.jobs
  double node_bias = 0, conservation = 0, covered = 0;
  Spread ours, by_utilisation, by_share;
};
std::vector<Row> rows_of(std::string what, const ScenarioResult& result);
// One row of many runs of the same kind: biases and conservation are the worst.
Row pooled(std::string what, std::span<const ScenarioResult> results, units::Scope scope);

std::string csv(std::span<const Row> rows);
std::string markdown(std::span<const Row> rows);

}  // namespace truth
