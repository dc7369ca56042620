#include "runner/combined.h"

#include <algorithm>
#include <functional>

#include "analysis/statistics.h"
#include "jobs/derived.h"

namespace runner {
namespace {

using Energy = units::Measured<units::Joules>;

const Energy* find(const EnergyLines& lines, jobs::Part part, units::Scope scope) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const auto& line) { return line.part == part && line.energy.scope() == scope; });
  return found == lines.end() ? nullptr : &found->energy;
}

EnergyLines combine(const std::vector<EnergyLines>& all, const std::function<Energy(const std::vector<Energy>&)>& of) {
  EnergyLines out;
  if (all.empty()) return out;
  for (const auto& line : all.front()) {
    std::vector<Energy> same;
    for (const auto& lines : all)
      if (const auto* energy = find(lines, line.part, line.energy.scope())) same.push_back(*energy);
    if (same.size() == all.size()) out.push_back({line.part, of(same)});
  }
  // Runs that were measured in different scopes have nothing in common.
  if (out.empty() && !all.front().empty())
    out.push_back({jobs::Part::total, Energy::unmeasurable(all.front().front().energy.scope(),
                                                           "its parts were measured in different scopes")});
  return out;
}

std::vector<double> values(const std::vector<Energy>& energies) {
  std::vector<double> out;
  for (const auto& energy : energies) out.push_back(energy.value().value());
  return out;
}

Energy mean(const std::vector<Energy>& energies) {
  for (const auto& energy : energies)
    if (!energy.known()) return energy;
  const double count = static_cast<double>(energies.size());
  auto sum = energies.front();
  for (std::size_t i = 1; i < energies.size(); ++i) sum = sum + energies[i];
  const auto value = sum.value() / count, low = sum.low() / count, high = sum.high() / count;
  const auto scatter = analysis::log_mean_interval(values(energies));
  if (!scatter || !(value > units::Joules(0)))
    return Energy::of(value, low, high, sum.quality(), sum.source(), sum.scope());
  return Energy::of(value, low * (scatter->low / scatter->value), high * (scatter->high / scatter->value),
                    sum.quality(), sum.source(), sum.scope());
}

}  // namespace

EnergyLines sum_of(const std::vector<EnergyLines>& all) {
  return combine(all, [](const std::vector<Energy>& energies) {
    auto sum = energies.front();
    for (std::size_t i = 1; i < energies.size(); ++i) sum = sum + energies[i];
    return sum;
  });
}

EnergyLines mean_of(const std::vector<EnergyLines>& all) { return combine(all, mean); }

std::optional<double> scatter_of(const std::vector<EnergyLines>& all) {
  std::vector<double> numbers;
  for (const auto& lines : all) {
    const auto* top = jobs::headline(lines);
    if (!top || !top->energy.known()) return std::nullopt;
    numbers.push_back(top->energy.value().value());
  }
  const auto interval = analysis::log_mean_interval(numbers);
  if (!interval) return std::nullopt;
  return (interval->high - interval->low) / 2 / interval->value;
}

jobs::Piece piece_of(const jobs::Report& report, jobs::Piece::Kind kind, int number) {
  jobs::Piece piece{kind, number};
  piece.end = report.outcome.end, piece.error = report.outcome.error;
  piece.output = report.output, piece.made = report.made;
  piece.elapsed = jobs::elapsed(report), piece.frames = jobs::frames(report);
  if (const auto* top = jobs::headline(report.energy)) piece.energy = top->energy;
  return piece;
}

std::optional<units::Measured<units::Watts>> mean_power(const jobs::Report& report) {
  const auto* top = jobs::headline(report.energy);
  const auto elapsed = report.timings.elapsed;
  if (!top || elapsed <= units::Seconds(0)) return std::nullopt;
  return top->energy.map<units::Watts>([elapsed](units::Joules energy) { return energy / elapsed; });
}

}  // namespace runner
