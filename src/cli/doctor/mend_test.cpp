// ffwatt doctor --fix on a machine made of files, with the system's tools where they do no harm and stand-ins where
// they would.
#include "cli/doctor/mend.h"

#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/stage.h"

namespace cli::doctor {
namespace {

using power_sources::Rung;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Mend : public Stage {
 protected:
  Mend() : tree_(os::Root(folder_)) {
    environment_.front().second = (folder_ / "bin").string() + ":/usr/bin:/bin";
    write("proc/self/status", "Name:\tffwatt\nUid:\t1000\t0\t0\t0\n");
    write("proc/self/exe", "");
    write("proc/cpuinfo", "processor\t: 0\nmodel name\t: CPU\nflags\t\t: fpu\n");
    write("proc/meminfo", "MemTotal: 1000 kB\n");
    write("proc/stat", "cpu  1 0 0 1 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\n");
    write("etc/group", "root:x:0:\n");
    write("sys/class/powercap/intel-rapl:0/name", "package-0\n");
    write("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    EXPECT_TRUE(files().write_durably(zone_, "1000000\n", 0400).ok());
    tool("getcap", "exit 0");
  }
  void tool(const std::string& name, const std::string& script) {
    EXPECT_TRUE(files().make_folders(folder_ / "bin").ok());
    EXPECT_TRUE(files().write_durably(folder_ / "bin" / name, "#!/bin/sh\n" + script + "\n", 0755).ok());
  }
  Context context() {
    out_.str({}), err_.str({});
    return {tree_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_, answers_};
  }
  int doctor(std::vector<std::string> words) {
    words.insert(words.begin(), "doctor");
    auto here = context();
    return run_program(here, words);
  }
  void answer(const std::string& text) {
    typed_.clear();
    typed_.str(text);
    answers_ = &typed_;
  }
  unsigned mode() { return files().status(zone_)->mode & 0777; }
  bool rule_is_there() { return files().exists(rule_); }

  os::RealHost tree_;
  const os::Path zone_ = folder_ / "sys/class/powercap/intel-rapl:0/energy_uj";
  const os::Path rule_ = folder_ / std::string(kRuleFile.substr(1));
  std::istringstream typed_;
};

TEST_F(Mend, ADryRunTellsWhatAndWhyAndChangesNothing) {
  EXPECT_EQ(doctor({"--fix", "--dry-run"}), ok) << err();
  EXPECT_THAT(out(), AllOf(HasSubstr("1. let everybody"), HasSubstr("PLATYPUS"), HasSubstr("does: write /etc/udev"),
                           HasSubstr("chmod a+r"), HasSubstr("Nothing was changed")));
  EXPECT_EQ(mode(), 0400u);
  EXPECT_FALSE(rule_is_there());
}

TEST_F(Mend, WhereNobodyCanBeAskedNothingIsDone) {
  EXPECT_EQ(doctor({"--fix"}), usage);
  EXPECT_THAT(err(), HasSubstr("--yes"));
  EXPECT_EQ(mode(), 0400u);
}

TEST_F(Mend, OnlyAYesIsAYes) {
  for (const auto* text : {"n\n", "\n", "", "yesterday\n"}) {
    answer(text);
    EXPECT_EQ(doctor({"--fix"}), ok);
    EXPECT_THAT(out(), HasSubstr("left as it was")) << text;
    EXPECT_EQ(mode(), 0400u) << text;
    EXPECT_FALSE(rule_is_there()) << text;
  }
}

TEST_F(Mend, AYesGivesTheRightNowAndAtEveryBootAndLooksAgain) {
  answer("y\n");
  EXPECT_EQ(doctor({"--fix"}), ok) << out() << err();
  EXPECT_EQ(mode(), 0444u);
  EXPECT_THAT(*files().read(rule_), HasSubstr("SUBSYSTEM==\"powercap\""));
  EXPECT_THAT(out(), AllOf(HasSubstr("1. done"), HasSubstr("energy by powercap")));
  EXPECT_EQ(doctor({"--fix"}), ok);
  EXPECT_THAT(out(), HasSubstr("Nothing to fix"));
}

TEST_F(Mend, AStepThatFailsSaysWhyAndIsAFailure) {
  write("etc/group", "root:x:0:\nffwatt:x:990:me\n");
  tool("chgrp", "echo 'chgrp: Read-only file system' >&2; exit 1");
  EXPECT_EQ(doctor({"--fix", "--yes"}), failed);
  EXPECT_THAT(out(), AllOf(HasSubstr("1. failed: chgrp ffwatt"), HasSubstr("Read-only file system")));
  EXPECT_EQ(mode(), 0400u) << "what builds on it is not done";
}

TEST_F(Mend, OfTwoWaysToOneGoalYesTakesTheFirstThatWorks) {
  FixFacts facts{.user = FixFacts::User::root,
                 .machine = FixFacts::Machine::real,
                 .pmu = FixFacts::There::yes,
                 .group = FixFacts::There::no,
                 .user_name = "",
                 .paranoid = 2,
                 .program = "/usr/bin/ffwatt",
                 .perfmon = FixFacts::Right::missing,
                 .zones = {zone_.string()},
                 .closed = {zone_.string()}};
  const std::vector<Rung> ladder{{"perf", "", Rung::InUse::yes, "", ""}};
  const auto nothing = [] { return power_sources::Opened{}; };
  tool("setcap", "exit 0");
  auto here = context();
  EXPECT_EQ(mend(here, facts, ladder, Consent::given, nothing), ok);
  EXPECT_THAT(out(), AllOf(HasSubstr("1. done"), HasSubstr("2. not needed any more")));
  EXPECT_EQ(mode(), 0400u);

  tool("setcap", "exit 1");
  EXPECT_EQ(mend(here, facts, ladder, Consent::given, nothing), failed);
  EXPECT_THAT(out(), AllOf(HasSubstr("1. failed"), HasSubstr("2. done")));
  EXPECT_EQ(mode(), 0444u);
}

TEST_F(Mend, WhoIsNotRootGetsTheCommandsWithSudoAndNothingIsRun) {
  FixFacts facts;
  facts.zones = facts.closed = {zone_.string()};
  const std::vector<Rung> ladder{{"powercap", "", Rung::InUse::no, "readable by root only", "sudo chmod"}};
  auto here = context();
  EXPECT_EQ(mend(here, facts, ladder, Consent::given, [] { return power_sources::Opened{}; }), no_permission);
  EXPECT_THAT(out(), AllOf(HasSubstr("| sudo tee /etc/udev"), HasSubstr("sudo chmod a+r " + zone_.string()),
                           Not(HasSubstr("done"))));
  EXPECT_EQ(mode(), 0400u);
}

TEST_F(Mend, HowToFixMeansNothingWithoutFix) {
  EXPECT_EQ(doctor({"--dry-run"}), usage);
  EXPECT_EQ(doctor({"--yes"}), usage);
  EXPECT_EQ(doctor({"--fix", "--json"}), usage);
}

}  // namespace
}  // namespace cli::doctor
