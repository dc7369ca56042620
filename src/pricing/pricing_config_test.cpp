#include "pricing/pricing_config.h"

#include <gmock/gmock.h>

namespace pricing {
namespace {

using testing::HasSubstr;

TEST(PricingConfig, ReadsBothMapsAndTheirDefaults) {
  const auto config = parse_pricing_config(R"({
    "electricity_prices": {"eu-central-1": 0.28, "default": 0.12},
    "co2_intensity": {"eu-central-1": 380, "_comment": "by the grid's operator", "default": 400},
    "_comment": "ours"})",
                                           "pricing_config.json");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->currency, "USD");
  EXPECT_EQ(find_region(config->electricity_prices, "eu-central-1")->per_kilowatt_hour, 0.28);
  EXPECT_EQ(find_default(config->co2_intensity)->per_kilowatt_hour, 400);
  EXPECT_FALSE(find_region(config->electricity_prices, "mars"));
  EXPECT_FALSE(find_region(config->electricity_prices, ""));
  EXPECT_TRUE(config->knows("eu-central-1"));
  EXPECT_FALSE(config->knows("mars"));
}

TEST(PricingConfig, TakesAnotherCurrency) {
  EXPECT_EQ(parse_pricing_config(R"({"currency": "SEK"})", "f")->currency, "SEK");
}

TEST(PricingConfig, SaysWhatIsWrongAndWhere) {
  const auto error = [](std::string_view text) {
    const auto config = parse_pricing_config(text, "pricing_config.json");
    return config ? std::string("no error") : config.error().text();
  };
  EXPECT_THAT(error("{"), HasSubstr("pricing_config.json"));
  EXPECT_THAT(error("[]"), HasSubstr("object"));
  EXPECT_THAT(error(R"({"electricity_price": {}})"), HasSubstr("Did you mean 'electricity_prices'?"));
  for (const char* bad : {"0", "-0.1", "\"0.3\"", "true", "{}"})
    EXPECT_THAT(error(std::string(R"({"electricity_prices": {"DE": )") + bad + "}}"), HasSubstr("DE")) << bad;
  EXPECT_THAT(error(R"({"co2_intensity": {"DE": 0}})"), HasSubstr("must be above 0"));
  EXPECT_THAT(error(R"({"electricity_prices": 0.3})"), HasSubstr("electricity_prices"));
  EXPECT_THAT(error(R"({"currency": ""})"), HasSubstr("currency"));
}

}  // namespace
}  // namespace pricing
