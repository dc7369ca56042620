#include "pricing/pricing_config.h"

#include "json/json.h"
#include "json/reader.h"

namespace pricing {
namespace {

constexpr std::string_view default_key = "default";
constexpr double most_of_a_kilowatt_hour = 1e9;

bool is_comment(std::string_view key) { return key.starts_with('_'); }

std::map<std::string, double> read_map(json::Reader& reader, std::string_view key) {
  std::map<std::string, double> map;
  auto inner = reader.object(key);
  if (!inner) return map;
  for (const auto& member : inner->value().members()) {
    if (is_comment(member.key)) {
      inner->any(member.key);
      continue;
    }
    const auto number = inner->number(member.key, -most_of_a_kilowatt_hour, most_of_a_kilowatt_hour);
    if (number && !(*number > 0))
      inner->fault(member.key, "must be above 0: what is not known is left out, for 0 would say that it costs nothing");
    else if (number)
      map[member.key] = *number;
  }
  inner->finish();
  return map;
}

}  // namespace

bool PricingConfig::knows(const std::string& region) const {
  return find_region(electricity_prices, region) || find_region(co2_intensity, region);
}

std::optional<PricingConfig::Entry> find_region(const std::map<std::string, double>& map, const std::string& region) {
  const auto found = map.find(region);
  if (region.empty() || found == map.end()) return std::nullopt;
  return PricingConfig::Entry{found->second, found->first};
}

std::optional<PricingConfig::Entry> find_default(const std::map<std::string, double>& map) {
  return find_region(map, std::string(default_key));
}

base::Result<PricingConfig> parse_pricing_config(std::string_view text, std::string_view file) {
  auto value = json::parse(text);
  if (!value) return value.error().in(file);
  json::Faults faults;
  json::Reader reader(*value, faults);
  PricingConfig config;
  config.electricity_prices = read_map(reader, "electricity_prices");
  config.co2_intensity = read_map(reader, "co2_intensity");
  if (auto currency = reader.string("currency", 16)) config.currency = *std::move(currency);
  if (config.currency.empty()) reader.fault("currency", "is empty; write EUR, or leave it out");
  if (value->is_object())
    for (const auto& member : value->members())
      if (is_comment(member.key)) reader.any(member.key);
  reader.finish();
  if (!faults.empty()) return faults.error().in(file);
  return config;
}

}  // namespace pricing
