// The carbon intensity of a country's electricity, as the average of one year: data/carbon-intensity.toml, which is
// part of the program. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pricing {

struct CountryIntensity {
  std::string code, alpha2, name;      // DEU, DE, Germany; alpha2 may be empty
  double grams_per_kilowatt_hour = 0;  // of CO2 equivalent
};

struct CarbonTable {
  std::string version, date;  // of the package whose figures these are
  std::vector<CountryIntensity> regions;

  // By either code, in any letter case. nullptr: the table does not know it. Points into the table.
  const CountryIntensity* find(std::string_view region) const;
};

base::Result<CarbonTable> parse_carbon_table(std::string_view toml);
std::string_view carbon_table_text();  // the file's text
const CarbonTable& carbon_table();     // read once, where it is first asked for

}  // namespace pricing
