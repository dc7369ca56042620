#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

constexpr double most_of_a_kilowatt_hour = 1e9;

json::Value encode_rate(const jobs::Rates::Rate& rate, std::string_view unit) {
  return json::Value::object(
      {{unit, rate.per_kilowatt_hour}, {"kind", jobs::name(rate.kind)}, {"source", rate.source}});
}

jobs::Rates::Rate read_rate(json::Reader& reader, std::string_view unit) {
  jobs::Rates::Rate rate;
  require(reader, unit, "a number above 0");
  rate.per_kilowatt_hour = reader.number(unit, 0, most_of_a_kilowatt_hour).value_or(0);
  if (!(rate.per_kilowatt_hour > 0)) reader.fault(unit, "is not above 0; what is not known is left out");
  rate.kind = read_named(reader, "kind", jobs::parse_rate_kind);
  rate.source = reader.required_string("source");
  return rate;
}

constexpr std::string_view price_unit = "per_kilowatt_hour", carbon_unit = "grams_per_kilowatt_hour";

}  // namespace

json::Value encode(const jobs::Rates& rates) {
  auto value = json::Value::object({{"pue", rates.pue}});
  set_text(value, "region", rates.region);
  set_text(value, "currency", rates.currency);
  if (rates.price) value.set("price", encode_rate(*rates.price, price_unit));
  if (rates.carbon) value.set("carbon", encode_rate(*rates.carbon, carbon_unit));
  return value;
}

jobs::Rates read_rates(json::Reader& reader) {
  jobs::Rates rates;
  rates.pue = reader.number("pue", 1, 100).value_or(1);
  rates.region = read_text(reader, "region");
  rates.currency = read_text(reader, "currency");
  rates.price = read_member(reader, "price", [](json::Reader& r) { return read_rate(r, price_unit); });
  rates.carbon = read_member(reader, "carbon", [](json::Reader& r) { return read_rate(r, carbon_unit); });
  return rates;
}

}  // namespace wire
