// PricingConfig: pricing_config.json, what electricity costs and emits by region:
//   {"electricity_prices": {"eu-central-1": 0.28, "default": 0.12},   money for each kilowatt-hour
//    "co2_intensity": {"eu-central-1": 380, "default": 400},           grams of CO2 for each kilowatt-hour
//    "currency": "EUR"}                                                may be absent: USD
// A key that begins with an underscore is a comment. Values: copyable, thread-compatible.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pricing {

struct PricingConfig {
  struct Entry {
    double per_kilowatt_hour = 0;
    std::string key;  // the region, or "default"
  };
  std::map<std::string, double> electricity_prices, co2_intensity;
  std::string currency = "USD";  // what the file means that names none

  bool knows(const std::string& region) const;
};

// The region's own, and that of "default". Nothing where the map has neither.
std::optional<PricingConfig::Entry> find_region(const std::map<std::string, double>& map, const std::string& region);
std::optional<PricingConfig::Entry> find_default(const std::map<std::string, double>& map);

// invalid, with every fault by its JSON pointer: what is no JSON, an unknown key, a number that is not above 0.
base::Result<PricingConfig> parse_pricing_config(std::string_view text, std::string_view file);

}  // namespace pricing
