#include "pricing/carbon_table.h"

#include <gmock/gmock.h>

#include <set>

namespace pricing {
namespace {

TEST(CarbonTable, TheOneThatIsBuiltInIsWholeAndPlausible) {
  const auto table = parse_carbon_table(carbon_table_text());
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_GT(table->regions.size(), 150u);
  std::set<std::string> seen;
  for (const auto& one : table->regions) {
    EXPECT_TRUE(seen.insert(one.code).second) << one.code;
    if (!one.alpha2.empty()) {
      EXPECT_TRUE(seen.insert(one.alpha2).second) << one.alpha2;
    }
    EXPECT_GT(one.grams_per_kilowatt_hour, 0) << one.code;
    EXPECT_LT(one.grams_per_kilowatt_hour, 2000) << one.code;
  }
}

TEST(CarbonTable, FindsByEitherCodeInAnyCase) {
  const auto& table = carbon_table();
  ASSERT_NE(table.find("DE"), nullptr);
  EXPECT_EQ(table.find("DE"), table.find("deu"));
  EXPECT_EQ(table.find("DE")->name, "Germany");
  EXPECT_EQ(table.find("Germany"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
}

TEST(CarbonTable, ALineThatSaysNothingTrueIsRefused) {
  const auto error = [](std::string_view line) {
    const auto table = parse_carbon_table("version = \"v\"\ndate = \"2026-01-01\"\n[regions]\n" + std::string(line));
    return table ? std::string("no error") : table.error().text();
  };
  EXPECT_EQ(error("DEU = { name = \"Germany\", grams_per_kwh = 342 }"), "no error");
  EXPECT_THAT(error("DEU = { name = \"Germany\", grams_per_kwh = 0 }"), testing::HasSubstr("must be above 0"));
  EXPECT_THAT(error("DEU = { name = \"Germany\" }"), testing::HasSubstr("carbon-intensity.toml:4"));
  EXPECT_THAT(error("DEU = 342"), testing::HasSubstr("must be an object"));
}

}  // namespace
}  // namespace pricing
