#include "pricing/rates.h"

#include "base/format.h"
#include "base/text.h"
#include "pricing/carbon_table.h"
#include "pricing/pricing_config.h"

namespace pricing {
namespace {

using base::Error;
using base::format;
using Rate = jobs::Rates::Rate;
using Type = options::Option::Type;

constexpr auto kSection = "Cost and carbon";
constexpr std::string_view kFileName = "pricing_config.json";
constexpr double kMostOfAKilowattHour = 1e9;
constexpr double kMostPue = 100;

base::Result<std::optional<double>> number_above_zero(const options::Values& values, std::string_view flag,
                                                      std::string_view example) {
  if (!values.has(flag)) return std::optional<double>();
  const double number = values.number(flag);
  if (!(number > 0 && number <= kMostOfAKilowattHour))
    return Error::invalid(
        format("{}: {} is no rate; write a number above 0 such as {}, or leave it out where it is not "
               "known",
               values.where(flag), number, example));
  return std::optional(number);
}

struct NamedConfig {
  std::string file;
  PricingConfig config;
};

base::Result<std::optional<NamedConfig>> read_file(const options::Values& values, const os::Files& files,
                                                   const std::vector<os::Path>& usual) {
  const auto parsed = [](const std::string& text, const os::Path& path) -> base::Result<std::optional<NamedConfig>> {
    FFWATT_TRY(auto config, parse_pricing_config(text, path.string()));
    return std::optional(NamedConfig{path.filename().string(), std::move(config)});
  };
  if (values.has("pricing-file")) {
    const os::Path path = values.text("pricing-file");
    auto text = files.read(path);
    if (!text) return text.error().in(values.where("pricing-file"));
    return parsed(*text, path);
  }
  for (const auto& path : usual) {
    auto text = files.read(path);
    if (text) return parsed(*text, path);
    if (text.error().kind() != base::ErrorKind::absent) return text.error();
  }
  return std::optional<NamedConfig>();
}

std::vector<std::string> known_regions(const std::optional<NamedConfig>& file) {
  std::vector<std::string> regions;
  if (file)
    for (const auto* map : {&file->config.electricity_prices, &file->config.co2_intensity})
      for (const auto& [region, rate] : *map) regions.push_back(region);
  for (const auto& country : carbon_table().regions)
    regions.push_back(country.alpha2.empty() ? country.code : country.alpha2);
  return regions;
}

Rate of_entry(const PricingConfig::Entry& entry, const std::string& file) {
  return {entry.per_kilowatt_hour, format("{}, {}", file, entry.key), Rate::Kind::configured};
}

Rate of_country(const CountryIntensity& country) {
  const auto& table = carbon_table();
  return {country.grams_per_kilowatt_hour,
          format("{}, average of a year: Ember by {} of {}", country.name, table.version, table.date),
          Rate::Kind::average};
}

std::optional<Rate> carbon_of(const std::string& region, const std::optional<NamedConfig>& file) {
  if (file)
    if (const auto own = find_region(file->config.co2_intensity, region)) return of_entry(*own, file->file);
  if (!region.empty())
    if (const auto* country = carbon_table().find(region)) return of_country(*country);
  if (file)
    if (const auto other = find_default(file->config.co2_intensity)) return of_entry(*other, file->file);
  return std::nullopt;
}

std::optional<Rate> price_of(const std::string& region, const std::optional<NamedConfig>& file) {
  if (!file) return std::nullopt;
  auto entry = find_region(file->config.electricity_prices, region);
  if (!entry) entry = find_default(file->config.electricity_prices);
  return entry ? std::optional(of_entry(*entry, file->file)) : std::nullopt;
}

base::Result<double> pue_of(const options::Values& values) {
  const double pue = values.number("pue");
  if (!(pue >= 1 && pue <= kMostPue))
    return Error::invalid(
        format("{}: {} is no power usage effectiveness; it is 1 for the machines alone, and about 1.2 "
               "to 2 for a room with cooling",
               values.where("pue"), pue));
  return pue;
}

}  // namespace

std::vector<options::Option> pricing_options() {
  return {{.flag = "region",
           .key = "pricing.region",
           .variable = "FFWATT_REGION",
           .value_name = "CODE",
           .section = kSection,
           .help = "Where this machine stands: a country's code such as DE, or a region of pricing_config.json"},
          {.flag = "pricing-file",
           .key = "pricing.file",
           .variable = "FFWATT_PRICING_FILE",
           .type = Type::path,
           .value_name = "FILE",
           .section = kSection,
           .help = "Prices and carbon intensities by region; ./pricing_config.json if absent"},
          {.flag = "price",
           .key = "pricing.price",
           .type = Type::number,
           .value_name = "MONEY",
           .section = kSection,
           .help = "Price of a kilowatt-hour here"},
          {.flag = "currency",
           .key = "pricing.currency",
           .value_name = "CODE",
           .section = kSection,
           .help = "Currency of --price, such as EUR"},
          {.flag = "carbon-intensity",
           .key = "pricing.carbon_intensity",
           .type = Type::number,
           .value_name = "GRAMS",
           .section = kSection,
           .help = "CO2 equivalent of a kilowatt-hour here"},
          {.flag = "pue",
           .key = "pricing.pue",
           .type = Type::number,
           .value_name = "FACTOR",
           .section = kSection,
           .help = "Power usage effectiveness of the site: its energy by that of its machines",
           .standard = "1"}};
}

base::Result<std::optional<jobs::Rates>> rates_from(const options::Values& values, const os::Files& files,
                                                    const std::vector<os::Path>& usual) {
  FFWATT_TRY(const auto price, number_above_zero(values, "price", "0.30"));
  FFWATT_TRY(const auto carbon, number_above_zero(values, "carbon-intensity", "380"));
  FFWATT_TRY(const auto file, read_file(values, files, usual));

  jobs::Rates rates;
  FFWATT_TRY(rates.pue, pue_of(values));
  if (values.has("region")) rates.region = base::trim(values.text("region"));
  const bool known = rates.region.empty() || (file && file->config.knows(rates.region)) ||
                     carbon_table().find(rates.region) != nullptr || (price && carbon);
  if (!known)
    return Error::invalid(
        format("{}: nobody knows the region '{}': it is no country's code such as DE, and stands in no "
               "{}.{}",
               values.where("region"), rates.region.substr(0, 80), kFileName,
               base::did_you_mean(rates.region, known_regions(file))));
  rates.price = price ? Rate{*price, values.where("price"), Rate::Kind::configured} : price_of(rates.region, file);
  rates.carbon =
      carbon ? Rate{*carbon, values.where("carbon-intensity"), Rate::Kind::configured} : carbon_of(rates.region, file);
  if (price && !values.has("currency"))
    return Error::invalid(
        format("{}: a price of which currency? Add --currency EUR, or currency in [pricing]", values.where("price")));
  if (price) rates.currency = values.text("currency");
  if (!price && rates.price && file) rates.currency = file->config.currency;
  if (!rates.price && !rates.carbon) return std::optional<jobs::Rates>();
  return std::optional(std::move(rates));
}

std::vector<os::Path> usual_pricing_files(const os::Environment& environment, const os::Root& root) {
  std::vector<os::Path> files{kFileName};
  if (const auto* config = os::find(environment, "XDG_CONFIG_HOME"); config && !config->empty())
    files.push_back(os::Path(*config) / "ffwatt" / kFileName);
  else if (const auto* home = os::find(environment, "HOME"); home && !home->empty())
    files.push_back(os::Path(*home) / ".config/ffwatt" / kFileName);
  files.push_back(root.path("/etc/ffwatt") / kFileName);
  return files;
}

std::vector<std::string> flags_given(const options::Values& values) {
  return options::flags_given(values, pricing_options());
}

}  // namespace pricing
