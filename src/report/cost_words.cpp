#include "report/cost_words.h"

#include "base/format.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

std::string rate_words(const jobs::Rates& rates, const std::optional<jobs::Rates::Rate>& rate,
                       const std::string& unit) {
  if (!rate) return "";
  std::string words = base::format("{} {}/kWh: {}", units::significant(rate->per_kilowatt_hour, 3), unit, rate->source);
  if (rates.pue > 1) words += base::format("; with a PUE of {}", units::significant(rates.pue, 3));
  return words;
}

}  // namespace

std::string cost_words(const jobs::Report& report) {
  const auto cost = jobs::cost(report);
  return cost && report.rates ? units::text(*cost, report.rates->currency) : "";
}

std::string charged_words(const jobs::Report& report) {
  const auto* line = jobs::charged(report);
  return line->part == jobs::Part::wall ? "at the plug" : scope_words(line->energy.scope());
}

std::string price_words(const jobs::Report& report) {
  const auto& rates = report.rates;
  return rates ? rate_words(*rates, rates->price, rates->currency) : "";
}
std::string carbon_words(const jobs::Report& report) {
  const auto& rates = report.rates;
  return rates ? rate_words(*rates, rates->carbon, "g") : "";
}

}  // namespace report
