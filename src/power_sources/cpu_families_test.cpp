#include "power_sources/cpu_families.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace power_sources {
namespace {

using ::testing::HasSubstr;

std::vector<CpuFamily> table() {
  auto families = parse_cpu_families(cpu_families_text());
  EXPECT_TRUE(families) << families.error().text();
  return *families;
}

TEST(CpuFamilies, TheBuiltInTableIsValidAndItsNamesAreUnique) {
  std::set<std::string> names;
  for (const auto& family : table()) EXPECT_TRUE(names.insert(family.name).second) << family.name;
  EXPECT_GE(names.size(), 40u);
}

TEST(CpuFamilies, FindsTheFamilyOfCommonCpus) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"AMD EPYC 9965 192-Core Processor", "AMD EPYC 9005 (Turin)"},
      {"AMD EPYC 9654 96-Core Processor", "AMD EPYC 9004 (Genoa, Bergamo)"},
      {"AMD EPYC 8024P 8-Core Processor", "AMD EPYC 8004 (Siena)"},
      {"AMD EPYC 7763 64-Core Processor", "AMD EPYC 7003 (Milan), 64 cores"},
      {"AMD EPYC 7443P 24-Core Processor", "AMD EPYC 7003 (Milan)"},
      {"AMD EPYC 7742 64-Core Processor", "AMD EPYC 7002 (Rome)"},
      {"AMD EPYC 7601 32-Core Processor", "AMD EPYC 7001 (Naples)"},
      {"INTEL(R) XEON(R) PLATINUM 8581C CPU @ 2.10GHz", "Intel Xeon Scalable, 5th generation (Emerald Rapids)"},
      {"Intel(R) Xeon(R) Platinum 8480+", "Intel Xeon Scalable, 4th generation (Sapphire Rapids)"},
      {"Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", "Intel Xeon Scalable, 3rd generation (Ice Lake, Cooper Lake)"},
      {"Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz", "Intel Xeon Scalable, 2nd generation (Cascade Lake)"},
      {"Intel(R) Xeon(R) Silver 4114 CPU @ 2.20GHz", "Intel Xeon Scalable, 1st generation (Skylake)"},
      {"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "Intel Xeon E5 v4 (Broadwell)"},
      {"Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz", "Intel Xeon E5 (Sandy Bridge)"},
      {"Intel(R) Xeon(R) CPU E3-1240 V2 @ 3.40GHz", "Intel Xeon E3"},
      {"Intel(R) Xeon(R) CPU @ 2.20GHz", "Intel Xeon, model hidden"},
      {"Intel(R) Xeon(R) Processor @ 2.60GHz", "Intel Xeon, model hidden"},
      {"AMD Ryzen 9 5950X 16-Core Processor", "AMD Ryzen 5000 desktop"},
      {"AMD Ryzen 7 5800U with Radeon Graphics", "AMD Ryzen laptop, U series"},
      {"AMD Ryzen Threadripper 1950X 16-Core Processor", "AMD Ryzen Threadripper"},
      {"11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", "Intel Core, 11th generation, laptop"},
      {"12th Gen Intel(R) Core(TM) i7-12700K", "Intel Core, 12th to 14th generation, desktop"},
      {"12th Gen Intel(R) Core(TM) i7-1260P", "Intel Core, 12th to 14th generation, laptop"},
      {"Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "Intel Core, 7th and 8th generation, thin laptop"},
      {"Intel(R) Core(TM) i7-4770 CPU @ 3.40GHz", "Intel Core, 4th and 5th generation"},
      {"Intel(R) N100", "Intel N series"},
  };
  const auto families = table();
  for (const auto& [model, expected] : cases) {
    const auto family = find_family(families, {.model = model, .id = {}});
    EXPECT_EQ(family ? family->name : "none", expected) << model;
  }
}

TEST(CpuFamilies, AHiddenModelNameIsKnownByItsNumbers) {
  const auto families = table();
  const auto name = cpu_name(
      "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n\n"
      "processor\t: 1\nvendor_id\t: other\n");
  EXPECT_EQ(name.model, "AMD EPYC");
  EXPECT_EQ(name.id, "AuthenticAMD/25/17");
  EXPECT_EQ(find_family(families, name)->name, "AMD EPYC 9004 (Genoa, Bergamo)");
  const auto google = find_family(families, {.model = "Intel(R) Xeon(R) CPU @ 2.20GHz", .id = "GenuineIntel/6/79"});
  EXPECT_EQ(google->name, "Intel Xeon E5 v4 (Broadwell)");
}

TEST(CpuFamilies, WhatIsNotInTheTableIsNotGuessed) {
  EXPECT_FALSE(find_family(table(), {.model = "Loongson-3A5000", .id = {}}));
  EXPECT_FALSE(find_family(table(), {}));
}

TEST(CpuFamilies, PatternsMatchWholeNames) {
  const auto check = [](std::string_view pattern, std::string_view text, bool expected) {
    EXPECT_EQ(matches(pattern, text), expected) << pattern << " on " << text;
  };
  check("", "", true);
  check("*", "", true);
  check("a?c", "abc", true);
  check("a?c", "ac", false);
  check("*b*d", "abcbd", true);
  check("*b*d", "abcb", false);
  check("abc", "abcd", false);
  check("*@*", "CPU @ 2", true);
  check("***", "x", true);
}

TEST(CpuFamilies, AFaultInTheTableIsToldWithItsPlace) {
  const auto result = parse_cpu_families("[[family]]\nname = 'x'\nmatch = ['x']\nyear = 2020\ntdp_wats = 5\n");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("tdp_watts"));
  EXPECT_THAT(result.error().text(), HasSubstr("cpu-families.toml"));
}

}  // namespace
}  // namespace power_sources
