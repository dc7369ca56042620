// Rates: what a kilowatt-hour was worth where and when a run was done, in money and in CO2 equivalent. Noted in the
// report by whoever ran the work, so that the figures of a report never change with somebody's configuration.
// Values: copyable, thread-compatible.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jobs {

struct Rates {
  struct Rate {
    double per_kilowatt_hour = 0;  // above 0
    // Where the number comes from, with what it is of: "pricing_config.json, eu-central-1".
    std::string source;
    // configured: somebody said that it holds here. average: of a country and a year; the hour of the run is unknown.
    enum class Kind { configured, average } kind = Kind::configured;
    bool operator==(const Rate&) const = default;
  };
  std::string region;          // where the machine stands, in the words of its configuration; may be empty
  std::string currency;        // of the price; empty where there is none
  std::optional<Rate> price;   // money
  std::optional<Rate> carbon;  // grams of CO2 equivalent
  // Power usage effectiveness: the energy of the whole site by that of its machines; at least 1.
  double pue = 1;
  bool operator==(const Rates&) const = default;
};
std::string_view name(Rates::Rate::Kind kind);
base::Result<Rates::Rate::Kind> parse_rate_kind(std::string_view text);

}  // namespace jobs
