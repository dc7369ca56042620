#include "pricing/rates.h"

#include <gmock/gmock.h>

#include "os/host.h"

namespace pricing {
namespace {

using testing::HasSubstr;

class RatesTest : public testing::Test {
 protected:
  RatesTest() : folder_(files().make_unique_folder(testing::TempDir(), "rates").value()) {}
  ~RatesTest() override { (void)files().remove_tree(folder_); }

  os::Files& files() { return host_.host().files; }
  os::Path config() const { return folder_ / "pricing_config.json"; }
  void write(std::string_view text) { ASSERT_TRUE(files().write_durably(config(), text)); }

  base::Result<std::optional<jobs::Rates>> read(std::vector<std::string> words) {
    const options::Shape shape{.program = "test", .options = pricing_options()};
    const auto parsed = options::parse(shape, {.words = std::move(words)}, files());
    if (!parsed) return parsed.error();
    return rates_from(parsed->values, files(), {folder_ / "absent.json", config()});
  }
  std::string error(std::vector<std::string> words) {
    const auto rates = read(std::move(words));
    return rates ? "no error" : rates.error().text();
  }

  os::RealHost host_;
  os::Path folder_;
};

TEST_F(RatesTest, WithoutAnyConfigurationThereAreNone) {
  const auto rates = read({});
  ASSERT_TRUE(rates);
  EXPECT_FALSE(rates->has_value());
}

TEST_F(RatesTest, ACountryHasAnIntensityAndNoPrice) {
  const auto rates = read({"--region", "fr"});
  ASSERT_TRUE(rates && *rates);
  EXPECT_FALSE((*rates)->price);
  EXPECT_EQ((*rates)->currency, "");
  EXPECT_EQ((*rates)->carbon->kind, jobs::Rates::Rate::Kind::average);
  EXPECT_THAT((*rates)->carbon->source, testing::StartsWith("France, average of a year: Ember by "));
}

TEST_F(RatesTest, TheFilesOwnRegionWinsOverTheTableAndTheTableOverTheFilesDefault) {
  write(R"({"electricity_prices": {"DE": 0.31, "default": 0.12}, "co2_intensity": {"DE": 300, "default": 400}})");
  const auto own = read({"--region", "DE"});
  EXPECT_EQ((*own)->carbon->per_kilowatt_hour, 300);
  EXPECT_EQ((*own)->carbon->source, "pricing_config.json, DE");
  EXPECT_EQ((*own)->price->per_kilowatt_hour, 0.31);
  EXPECT_EQ((*own)->currency, "USD");
  const auto table = read({"--region", "FR"});
  EXPECT_EQ((*table)->carbon->kind, jobs::Rates::Rate::Kind::average);
  EXPECT_EQ((*table)->price->source, "pricing_config.json, default");
  const auto nowhere = read({});
  EXPECT_EQ((*nowhere)->carbon->source, "pricing_config.json, default");
}

TEST_F(RatesTest, ANumberOfTheCommandLineWinsOverAll) {
  write(R"({"electricity_prices": {"DE": 0.31}, "co2_intensity": {"DE": 300}})");
  const auto rates =
      read({"--region", "DE", "--price", "0.2", "--currency", "CHF", "--carbon-intensity", "12", "--pue", "1.4"});
  EXPECT_EQ((*rates)->price->per_kilowatt_hour, 0.2);
  EXPECT_EQ((*rates)->currency, "CHF");
  EXPECT_EQ((*rates)->carbon->per_kilowatt_hour, 12);
  EXPECT_EQ((*rates)->carbon->kind, jobs::Rates::Rate::Kind::configured);
  EXPECT_EQ((*rates)->pue, 1.4);
}

TEST_F(RatesTest, WhatCannotBeIsRefusedWithItsFlag) {
  for (const char* bad : {"0", "-1", "nan", "inf"}) {
    EXPECT_THAT(error({"--price", bad, "--currency", "EUR"}), HasSubstr("--price")) << bad;
    EXPECT_THAT(error({"--carbon-intensity", bad}), HasSubstr("--carbon-intensity")) << bad;
    EXPECT_THAT(error({"--pue", bad}), HasSubstr("--pue")) << bad;
  }
  EXPECT_THAT(error({"--pue", "0.9"}), HasSubstr("power usage effectiveness"));
  EXPECT_THAT(error({"--price", "0.3"}), HasSubstr("of which currency"));
  EXPECT_THAT(error({"--region", "Germany"}), HasSubstr("no country's code such as DE"));
  write(R"({"electricity_prices": {"eu-central-1": 0.31}})");
  EXPECT_THAT(error({"--region", "eu-cental-1"}), HasSubstr("Did you mean 'eu-central-1'?"));
  EXPECT_THAT(error({"--pricing-file", (folder_ / "none.json").string()}), HasSubstr("none.json"));
}

TEST_F(RatesTest, AFaultyFileIsAnErrorAndNoUnknownPrice) {
  write("{\"electricity_prices\": {\"DE\": \"cheap\"}}");
  EXPECT_THAT(error({}), HasSubstr("pricing_config.json"));
}

TEST_F(RatesTest, WhatWasTypedIsSaidAgainToARunner) {
  const options::Shape shape{.program = "test", .options = pricing_options()};
  const auto parsed = options::parse(shape, {.words = {"--region", "DE", "--pue=1.2"}}, files());
  EXPECT_THAT(flags_given(parsed->values), testing::ElementsAre("--region=DE", "--pue=1.2"));
}

}  // namespace
}  // namespace pricing
