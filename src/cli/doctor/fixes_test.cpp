#include "cli/doctor/fixes.h"

#include <gmock/gmock.h>

namespace cli::doctor {
namespace {

using power_sources::Rung;
using testing::ElementsAre;
using testing::HasSubstr;
using There = FixFacts::There;

const std::string kZone = "/sys/class/powercap/intel-rapl:0/energy_uj";

// Hardware whose counters only root may read, seen by a user.
FixFacts closed_hardware() {
  return {.user = FixFacts::User::other,
          .machine = FixFacts::Machine::real,
          .pmu = There::yes,
          .group = There::no,
          .user_name = "",
          .paranoid = 2,
          .program = "/usr/bin/ffwatt",
          .perfmon = FixFacts::Right::missing,
          .zones = {kZone},
          .closed = {kZone}};
}
FixFacts as_root(FixFacts facts) {
  facts.user = FixFacts::User::root;
  return facts;
}
Rung used(std::string source) { return {std::move(source), "", Rung::InUse::yes, "package-0", ""}; }
Rung refused(std::string source, std::string fix) { return {std::move(source), "", Rung::InUse::no, "no", fix}; }

std::vector<Rung> refused_rungs() { return {refused("perf", "sudo setcap"), refused("powercap", "sudo chmod")}; }
std::vector<Rung> not_there() { return {refused("perf", "sudo modprobe"), refused("powercap", "sudo modprobe")}; }
// Root reads perf, and powercap is then not needed.
std::vector<Rung> of_root() { return {used("perf"), refused("powercap", "")}; }

std::vector<std::string> first_words(const std::vector<Fix>& plan) {
  std::vector<std::string> words;
  for (const auto& fix : plan) words.push_back(typed(fix.actions.front()).substr(0, 8));
  return words;
}

TEST(Fixes, AUserWithoutRightsIsOfferedTheNarrowerRightFirst) {
  const auto plan = plan_fixes(closed_hardware(), refused_rungs());
  EXPECT_THAT(first_words(plan), ElementsAre("setcap c", "write /e"));
  EXPECT_EQ(plan[0].goal, plan[1].goal);
  EXPECT_THAT(plan[0].then, HasSubstr("AmbientCapabilities=CAP_PERFMON"));
}

TEST(Fixes, RootWhoReadsEverythingIsToldWhatOthersLack) {
  EXPECT_THAT(first_words(plan_fixes(as_root(closed_hardware()), of_root())), ElementsAre("setcap c", "write /e"));
}

TEST(Fixes, EverybodyMayReadOnlyAfterAWarningAndAGroupIsPreferred) {
  auto facts = closed_hardware();
  facts.pmu = There::no;
  auto fix = plan_fixes(facts, refused_rungs()).at(0);
  EXPECT_THAT(fix.why, HasSubstr("PLATYPUS"));
  EXPECT_THAT(fix.actions.at(0).content, HasSubstr("chmod a+r %S%p/energy_uj"));
  EXPECT_THAT(fix.actions.at(1).command, ElementsAre("chmod", "a+r", kZone));

  facts.group = There::yes;
  fix = plan_fixes(facts, refused_rungs()).at(0);
  EXPECT_EQ(fix.actions.at(0).file, kRuleFile);
  EXPECT_THAT(fix.actions.at(0).content, HasSubstr("chgrp ffwatt"));
  EXPECT_THAT(fix.actions.at(1).command, ElementsAre("chgrp", "ffwatt", kZone));
  EXPECT_THAT(fix.actions.at(2).command, ElementsAre("chmod", "g+r", kZone));
}

TEST(Fixes, AUserOutsideTheGroupThatMayReadIsToJoinIt) {
  auto facts = closed_hardware();
  facts.pmu = There::no, facts.group = There::yes, facts.user_name = "ann", facts.closed.clear();
  const auto plan = plan_fixes(facts, refused_rungs());
  ASSERT_EQ(plan.size(), 1u);
  EXPECT_THAT(plan[0].actions.at(0).command, ElementsAre("usermod", "-aG", "ffwatt", "ann"));
  facts.user_name.clear();
  EXPECT_TRUE(plan_fixes(facts, refused_rungs()).empty());
}

TEST(Fixes, NothingIsPlannedWhereTheCpuIsReadAlready) {
  EXPECT_TRUE(plan_fixes(closed_hardware(), {used("perf"), refused("powercap", "x")}).empty());
  EXPECT_TRUE(plan_fixes(closed_hardware(), {refused("perf", "x"), used("powercap")}).empty());
  auto facts = as_root(closed_hardware());
  facts.perfmon = FixFacts::Right::held;
  EXPECT_TRUE(plan_fixes(facts, of_root()).empty()) << "the program has the right";
  facts = as_root(closed_hardware());
  facts.paranoid = 0;
  EXPECT_TRUE(plan_fixes(facts, of_root()).empty()) << "the kernel lets everybody";
  facts = as_root(closed_hardware());
  facts.closed.clear();
  EXPECT_TRUE(plan_fixes(facts, of_root()).empty()) << "the files are open";
}

TEST(Fixes, MissingDriversAreLoadedOnHardwareAndNotInAVirtualMachine) {
  FixFacts facts;
  EXPECT_THAT(first_words(plan_fixes(facts, not_there())), ElementsAre("modprobe"));
  EXPECT_THAT(first_words(plan_fixes(as_root(facts), not_there())), ElementsAre("modprobe"));
  facts.machine = FixFacts::Machine::virtual_machine;
  EXPECT_TRUE(plan_fixes(facts, not_there()).empty());
}

TEST(Fixes, SourcesThatTheConfigurationLeavesOutAreLeftAlone) {
  EXPECT_TRUE(plan_fixes(closed_hardware(), {refused("perf", ""), refused("powercap", "")}).empty());
}

TEST(Fixes, CountersThatEvenRootCannotUseAreLeftAlone) {
  EXPECT_TRUE(plan_fixes(as_root(closed_hardware()), {refused("perf", ""), refused("powercap", "")}).empty());
}

TEST(Fixes, ASeccompFilterIsNotCuredByGivingTheRightAgain) {
  auto facts = closed_hardware();
  facts.perfmon = FixFacts::Right::held;
  EXPECT_THAT(first_words(plan_fixes(facts, refused_rungs())), ElementsAre("write /e"));
}

TEST(Fixes, WhatIsTypedCanBePasted) {
  EXPECT_EQ(typed_with_sudo({.command = {"setcap", "cap_perfmon=ep", "/opt/my tools/ffwatt"}}),
            "sudo setcap cap_perfmon=ep '/opt/my tools/ffwatt'");
  EXPECT_EQ(typed_with_sudo({.file = "/etc/x.rules", .content = "A==\"b\"\n"}),
            "printf %s 'A==\"b\"\n' | sudo tee /etc/x.rules");
}

}  // namespace
}  // namespace cli::doctor
