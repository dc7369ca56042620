#include "pricing/carbon_table.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "json/json.h"
#include "json/reader.h"

namespace pricing {

const CountryIntensity* CarbonTable::find(std::string_view region) const {
  const auto upper = base::upper(region);
  const auto found = std::ranges::find_if(
      regions, [&](const auto& one) { return !upper.empty() && (one.code == upper || one.alpha2 == upper); });
  return found == regions.end() ? nullptr : &*found;
}

base::Result<CarbonTable> parse_carbon_table(std::string_view toml) {
  constexpr std::string_view file = "carbon-intensity.toml";
  FFWATT_TRY(const auto value, json::parse_toml(toml, file));
  json::Faults faults;
  json::Reader reader(value, faults);
  CarbonTable table;
  table.version = reader.required_string("version");
  table.date = reader.required_string("date");
  if (auto regions = reader.object("regions")) {
    for (const auto& member : regions->value().members()) {
      auto line = regions->object(member.key);
      if (!line) continue;
      CountryIntensity one;
      one.code = member.key;
      one.alpha2 = line->string("alpha2").value_or("");
      one.name = line->required_string("name");
      one.grams_per_kilowatt_hour = line->number("grams_per_kwh", 0, 10'000).value_or(0);
      if (!(one.grams_per_kilowatt_hour > 0)) line->fault("grams_per_kwh", "must be above 0");
      line->finish();
      table.regions.push_back(std::move(one));
    }
    regions->finish();
  }
  reader.finish();
  if (!faults.empty()) return faults.error(file);
  return table;
}

const CarbonTable& carbon_table() {
  static const CarbonTable table = [] {
    auto read = parse_carbon_table(carbon_table_text());
    assert(read.ok() && "data/carbon-intensity.toml is faulty");  // its test reads it too
    return read ? *std::move(read) : CarbonTable{};
  }();
  return table;
}

}  // namespace pricing
