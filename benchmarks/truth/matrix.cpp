#include "matrix.h"

#include <algorithm>

namespace truth {
namespace {

using power_testing::Kind;

// How often a source is read: as often as its device allows, and less.
std::vector<units::Hertz> rates(Kind source) {
  switch (source) {
    case Kind::powercap:
    case Kind::perf:
      return {units::Hertz(1), units::Hertz(10), units::Hertz(100)};
    case Kind::nvml:
    case Kind::wall_power:
      return {units::Hertz(1), units::Hertz(10)};
    case Kind::redfish:
      return {units::Hertz(1.0 / 60), units::Hertz(1.0 / 15)};
    case Kind::wall_energy:
      return {units::Hertz(1.0 / 60), units::Hertz(1.0 / 10)};
  }
  return {};
}

// Jobs that a device that updates once a minute cannot resolve are a row of their own in the documents, not of the
// matrix.
bool resolves(Kind source, Pattern pattern) {
  return pattern != Pattern::short_jobs || source == Kind::powercap || source == Kind::perf;
}

std::size_t jobs(Size size, Kind source) {
  if (size == Size::quick) return 8;
  return source == Kind::powercap || source == Kind::perf ? 24 : source == Kind::wall_energy ? 10 : 24;
}

// Two seeds of the program have no machine in common.
constexpr std::uint64_t kApart = 1'000'000;
// Standard deviation of a machine's idle power over a day, as a part of it.
constexpr double kWander = 0.01;

}  // namespace

std::vector<Scenario> error_matrix(Size size, std::uint64_t seed) {
  std::vector<Scenario> list;
  for (const auto source : power_testing::kKinds)
    for (const auto pattern : kPatterns)
      for (const int neighbours : kNeighbours)
        for (const auto rate : rates(source)) {
          if (pattern == Pattern::mixed || !resolves(source, pattern)) continue;
          const bool spared = source != Kind::powercap || neighbours > 4 || rate != units::Hertz(10);
          if (size == Size::quick && spared) continue;
          // Slots that end together would leave nothing to measure of the last jobs' neighbours.
          const auto count = std::max(jobs(size, source), static_cast<std::size_t>(neighbours) * 5);
          list.push_back({.source = source,
                          .rate = rate,
                          .pattern = pattern,
                          .neighbours = neighbours,
                          .jobs = count,
                          .seed = seed * kApart + static_cast<std::uint64_t>(pattern),
                          .machine = {}});
        }
  return list;
}

std::vector<Scenario> placements(Size size, std::uint64_t seed) {
  using Groups = power_testing::MachineTree::Groups;
  std::vector<Scenario> list;
  for (const auto placement : {Scenario::Placement::leaning, Scenario::Placement::pinned})
    for (const auto groups : {Groups::v1, Groups::v2})
      for (const int neighbours : {1, 2, 8})
        list.push_back({.neighbours = neighbours,
                        .jobs = size == Size::quick ? std::size_t{16} : std::size_t{200},
                        .seed = seed * kApart,
                        .machine = {},
                        .groups = groups,
                        .placement = placement});
  return list;
}

std::vector<Scenario> many_machines(int neighbours, std::size_t jobs, std::uint64_t seed) {
  using Groups = power_testing::MachineTree::Groups;
  std::vector<Scenario> list;
  // All jobs of a machine share the error of its baseline, so many machines count for more than many jobs.
  const auto each = static_cast<std::size_t>(neighbours) * 4;
  for (std::size_t machine = 0; machine * each < jobs; ++machine) {
    Scenario scenario{.neighbours = neighbours, .jobs = each, .seed = seed * kApart + 1'000 + machine, .machine = {}};
    scenario.machine.wander.deviation = kWander;
    const auto hours = 0.5 + 2.5 * power_testing::drawn(scenario.seed, 99);
    scenario.baseline_age = units::Seconds(3'600) * hours;
    // A third each: one socket, two with control groups that know them, two with such that do not.
    if (machine % 3 == 0) {
      scenario.machine.sockets = 1;
    } else {
      scenario.placement = Scenario::Placement::leaning;
      scenario.groups = machine % 3 == 1 ? Groups::v1 : Groups::v2;
    }
    list.push_back(scenario);
  }
  return list;
}

}  // namespace truth
