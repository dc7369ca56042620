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
  EXPECT_GE(names.size(), 60u);
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
      {"AMD EPYC 4464P 12-Core Processor", "AMD EPYC 4004 and 4005"},
      {"AMD EPYC 3251 8-Core Processor", "AMD EPYC Embedded 3000"},
      {"AMD Opteron(tm) Processor 6376", "AMD Opteron 6200 and 6300"},
      {"Intel(R) Xeon(R) 6780E", "Intel Xeon 6 with E-cores (Sierra Forest)"},
      {"Intel(R) Xeon(R) 6972P", "Intel Xeon 6 (Granite Rapids)"},
      {"Intel(R) Xeon(R) CPU           X5670  @ 2.93GHz", "Intel Xeon 5500 and 5600 (Nehalem, Westmere)"},
      {"Intel(R) Xeon(R) w7-3465X", "Intel Xeon W-2400 and W-3400 (Sapphire Rapids)"},
      {"AMD Ryzen 7 8700G w/ Radeon 780M Graphics", "AMD Ryzen 8000G desktop"},
      {"AMD FX(tm)-8350 Eight-Core Processor", "AMD FX"},
      {"Intel(R) Celeron(R) J4105 CPU @ 1.50GHz", "Intel Celeron and Pentium, J and N series"},
      {"Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz", "Intel Core 2"},
      {"Apple M4", "Apple M4"},
      {"Apple M2 Max", "Apple M2 Pro, M2 Max and M2 Ultra"},
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

TEST(CpuFamilies, AnArmCpuIsKnownByItsPartAndWhereManyHaveItByItsMachine) {
  struct Case {
    const char *id, *machine, *expected;
  };
  const Case cases[] = {
      {"ARM/0x41/0xd0c", "Amazon EC2/c6g.xlarge", "Amazon Graviton2"},
      {"ARM/0x41/0xd0c", "Google/Google Compute Engine", "Google Tau T2A (Ampere Altra)"},
      {"ARM/0x41/0xd0c", "GIGABYTE/R152-P30", "Ampere Altra and Altra Max"},
      {"ARM/0x41/0xd40", "Amazon EC2/c7g.xlarge", "Amazon Graviton3"},
      {"ARM/0x41/0xd4f", "Amazon EC2/m8gd.2xlarge", "Amazon Graviton4"},
      {"ARM/0x41/0xd4f", "Google/Google Compute Engine", "Google Axion"},
      {"ARM/0x41/0xd4f", "NVIDIA/Grace CPU", "NVIDIA Grace"},
      {"ARM/0x41/0xd08", "Amazon EC2/a1.metal", "Amazon Graviton (1)"},
      {"ARM/0x6d/0xd49", "Microsoft Corporation/Virtual Machine", "Microsoft Cobalt 100"},
      {"ARM/0xc0/0xac3", "", "AmpereOne"},
      {"ARM/0x61/0x022", "Apple MacBook Air (M1, 2020)", "Apple M1"},
      {"ARM/0x51/0x001", "LENOVO/83ED", "Qualcomm Snapdragon X"},
      {"ARM/0x41/0xd08", "Raspberry Pi 4 Model B Rev 1.4", "Raspberry Pi 4"},
      {"ARM/0x41/0xd0b", "Raspberry Pi 5 Model B Rev 1.0", "Raspberry Pi 5"},
      {"ARM/0x41/0xd08", "SolidRun MACCHIATOBin", "Boards with Cortex-A72"},
      {"ARM/0x41/0xd05", "Radxa ROCK 5B", "Boards with Rockchip RK3588"},
  };
  const auto families = table();
  for (const auto& c : cases) {
    const auto family = find_family(families, {.model = "", .id = c.id, .machine = c.machine});
    EXPECT_EQ(family ? family->name : "none", c.expected) << c.id << " " << c.machine;
  }
}

TEST(CpuFamilies, TheNameOfAnInstanceHelpsWhereTheCpuHidesItsOwn) {
  const auto families = table();
  const auto family = [&](const char* model, const char* machine) {
    return find_family(families, {.model = model, .id = {}, .machine = machine})->name;
  };
  EXPECT_EQ(family("Intel(R) Xeon(R) Processor", "Amazon EC2/m5.large"),
            "Amazon EC2 M5, C5, R5 (Skylake, Cascade Lake)");
  EXPECT_EQ(family("AMD EPYC", "Amazon EC2/c6a.large"), "Amazon EC2 M6a, C6a, R6a (Milan)");
  EXPECT_EQ(family("Intel(R) Xeon(R) Platinum 8175M CPU @ 2.50GHz", "Amazon EC2/m5.large"),
            "Intel Xeon Scalable, 1st generation (Skylake)");
}

TEST(CpuFamilies, ArmNamesImplementerAndPartAndTheFirmwareTheMachine) {
  const auto name = cpu_name(
      "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n"
      "processor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd05\n");
  EXPECT_EQ(name.id, "ARM/0x41/0xd0c");
  EXPECT_EQ(machine_name("Amazon EC2\n", "c7g.xlarge\n", ""), "Amazon EC2/c7g.xlarge");
  EXPECT_EQ(machine_name("", "", std::string_view("Raspberry Pi 4 Model B Rev 1.4\0", 31)),
            "Raspberry Pi 4 Model B Rev 1.4");
  EXPECT_EQ(machine_name("", "", ""), "");
}

TEST(CpuFamilies, AVirtualMachineWithoutACpuFlagIsToldByItsName) {
  for (const char* name : {"Amazon EC2/c7g.xlarge", "Google/Google Compute Engine", "QEMU/QEMU Virtual Machine",
                           "Microsoft Corporation/Virtual Machine", "linux,dummy-virt", "Red Hat/KVM"})
    EXPECT_TRUE(names_virtual_machine(name)) << name;
  for (const char* name : {"Amazon EC2/c7g.metal", "Amazon EC2/c7gd.metal-24xl", "Google/Eve", "", "Dell Inc./R740",
                           "Raspberry Pi 4 Model B Rev 1.4"})
    EXPECT_FALSE(names_virtual_machine(name)) << name;
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
  const auto result =
      parse_cpu_families("[[family]]\nname = 'x'\nkind = 'tower'\nmatch = ['x']\nyear = 2020\ntdp_wats = 5\n");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("tdp_watts"));
  EXPECT_THAT(result.error().text(), HasSubstr("is none of server, arm_server, desktop, laptop, board"));
  EXPECT_THAT(result.error().text(), HasSubstr("cpu-families.toml"));
}

}  // namespace
}  // namespace power_sources
