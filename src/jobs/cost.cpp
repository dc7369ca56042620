#include "jobs/cost.h"

#include <algorithm>

namespace jobs {
namespace {

constexpr double joules_of_a_kilowatt_hour = 3.6e6;

template <class Q>
std::optional<units::Measured<Q>> at(const Report& report, const std::optional<Rates::Rate>& rate) {
  const auto* line = charged(report);
  if (!rate || !line || !report.rates) return std::nullopt;
  const auto& energy = line->energy;
  const double factor = report.rates->pue * rate->per_kilowatt_hour / joules_of_a_kilowatt_hour;
  const auto made = energy.map<Q>([factor](units::Joules joules) { return Q(joules.value() * factor); });
  if (!made.known() || rate->kind == Rates::Rate::Kind::configured) return made;
  return units::Measured<Q>::of(made.value(), made.low(), made.high(),
                                std::max(made.quality(), units::Quality::estimated), made.source(), made.scope());
}

}  // namespace

const EnergyLine* charged(const Report& report) {
  const auto wall = std::find_if(report.energy.begin(), report.energy.end(),
                                 [](const auto& line) { return line.part == Part::wall && line.energy.known(); });
  return wall != report.energy.end() ? &*wall : headline(report.energy);
}

std::optional<units::Measured<units::Money>> cost(const Report& report) {
  if (!report.rates) return std::nullopt;
  return at<units::Money>(report, report.rates->price);
}

std::optional<units::Measured<units::Grams>> emissions(const Report& report) {
  if (!report.rates) return std::nullopt;
  return at<units::Grams>(report, report.rates->carbon);
}

}  // namespace jobs
