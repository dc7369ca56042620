// What every power source owes to those above it, checked for each line of sources.def on the stage that it names in
// stages_for_tests.h: sound zones, one reading or fault for each of them, and the same conduct in every trouble.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "power/ledger.h"
#include "power_sources/open_source.h"
#include "power_sources/stages_for_tests.h"

namespace power_sources {
namespace {

struct Subject {
  std::string name;
  Attempt (*open)(os::Host&, const Settings&);
};
const std::vector<Subject> kSubjects{
#define POWER_SOURCE(name, description) {#name, &open_##name},
#include "power_sources/sources.def"
#undef POWER_SOURCE
};
constexpr Trouble kTroubles[] = {Trouble::wrap, Trouble::reset, Trouble::vanished, Trouble::denied, Trouble::garbage};

std::unique_ptr<Stage> stage_of(const Subject& subject, HostTree& tree) {
  for (const auto& entry : stages())
    if (entry.source == subject.name) return entry.make(tree);
  return nullptr;  // EverySource.HasAStage tells
}

void check_zones(const power::Source& source, const std::string& name) {
  EXPECT_EQ(source.name(), name) << "the name is the one of sources.def";
  ASSERT_FALSE(source.zones().empty()) << "a source without zones is refused, not opened";
  std::set<std::string> paths;
  for (const auto& zone : source.zones()) {
    EXPECT_TRUE(paths.insert(zone.path).second) << zone.path << " twice";
    EXPECT_FALSE(zone.name.empty());
    EXPECT_NE(zone.quality, units::Quality::unmeasurable);
    EXPECT_GT(zone.tick, units::Seconds(0));
    EXPECT_GT(zone.joules_per_unit, 0);
    if (zone.idle) {
      EXPECT_EQ(zone.idle->quality(), zone.quality);
    }
    EXPECT_EQ(zone.split == power::Zone::Split::none, !zone.no_split_reason.empty()) << zone.path;
  }
  for (const auto& zone : source.zones()) {
    if (!zone.parent) continue;
    const auto parent = std::ranges::find(source.zones(), *zone.parent, &power::Zone::path);
    ASSERT_NE(parent, source.zones().end()) << zone.path << ": its parent is not there";
    EXPECT_EQ(parent->scope, zone.scope) << zone.path << ": a part has the scope of the whole";
  }
}

// A source on its stage, read into a ledger as the sampler does.
class Play {
 public:
  Play(Stage& stage, power::Source& source) : stage_(stage), source_(source), ledger_(source.zones()) {}

  struct Seen {
    std::vector<std::optional<power::Step>> step;  // nothing: a fault
    std::vector<std::optional<base::ErrorKind>> fault;
    std::vector<units::Joules> gained;
  };
  Seen look() {
    const auto size = source_.zones().size();
    Seen seen{std::vector<std::optional<power::Step>>(size), std::vector<std::optional<base::ErrorKind>>(size),
              std::vector<units::Joules>(size)};
    power::Readings readings;
    source_.read(stage_.host().clock, readings);
    const auto now = stage_.host().clock.boot();
    for (const auto& reading : readings.good) {
      EXPECT_LT(reading.zone, size);
      if (reading.zone >= size) continue;
      EXPECT_FALSE(seen.step[reading.zone]) << "two readings of zone " << reading.zone;
      EXPECT_LE(reading.at, now);
      EXPECT_GE(reading.half_width, units::Seconds(0));
      EXPECT_LE(reading.low_factor, 1);
      EXPECT_GE(reading.high_factor, 1);
      const auto before = ledger_.total(reading.zone).energy;
      seen.step[reading.zone] = ledger_.add(reading);
      seen.gained[reading.zone] = ledger_.total(reading.zone).energy - before;
      EXPECT_GE(seen.gained[reading.zone], units::Joules(0)) << "energy never falls";
      check_total(reading.zone, now);
    }
    for (const auto& fault : readings.faults) {
      EXPECT_LT(fault.zone, size);
      if (fault.zone >= size) continue;
      EXPECT_FALSE(seen.step[fault.zone]) << "a reading and a fault of one zone";
      EXPECT_FALSE(seen.fault[fault.zone]) << "two faults of one zone";
      EXPECT_FALSE(fault.error.text().empty()) << "a fault says why";
      seen.fault[fault.zone] = fault.error.kind();
    }
    for (std::size_t i = 0; i < size; ++i)
      EXPECT_TRUE(seen.step[i] || seen.fault[i]) << source_.zones()[i].path << ": neither reading nor fault";
    return seen;
  }

 private:
  // Whatever happens to a counter, no energy comes of it that the hardware cannot have used.
  void check_total(std::size_t zone, units::BootTime now) const {
    const auto most = power::plausible_power(source_.zones()[zone]) * (now - begin_ + stage_.step()) * 3.0;
    EXPECT_LE(ledger_.total(zone).energy, most) << source_.zones()[zone].path;
  }

  Stage& stage_;
  power::Source& source_;
  power::Ledger ledger_;
  units::BootTime begin_ = stage_.host().clock.boot();
};

// A zone whose energy was counted over the step that just passed.
void check_counts(const Play::Seen& seen, std::size_t zone, const std::string& path) {
  ASSERT_TRUE(seen.step[zone]) << path << " gives no reading";
  EXPECT_EQ(*seen.step[zone], power::Step::counted) << path;
  EXPECT_GT(seen.gained[zone], units::Joules(0)) << path << " counts nothing";
}

void check_trouble(Stage& stage, power::Source& source, Trouble trouble) {
  Play play(stage, source);
  const auto zones = source.zones();
  ASSERT_TRUE(std::ranges::any_of(zones, [&](const auto& zone) { return stage.suffers(zone); }));
  play.look();
  stage.run(stage.step());
  auto seen = play.look();
  for (std::size_t i = 0; i < zones.size(); ++i) check_counts(seen, i, zones[i].path);

  if (stage.fall_ill(trouble) == Stage::Possible::no) return;
  stage.run(stage.step());
  play.look();
  for (int step = 0; step < 2; ++step) {
    stage.run(stage.step());
    seen = play.look();
    for (std::size_t i = 0; i < zones.size(); ++i) {
      const bool readable = trouble == Trouble::wrap || trouble == Trouble::reset;
      if (!stage.suffers(zones[i]) || readable) {
        check_counts(seen, i, zones[i].path);
        continue;
      }
      EXPECT_TRUE(seen.fault[i]) << zones[i].path << " gives a reading although it cannot be read";
      if (trouble == Trouble::denied && seen.fault[i]) {
        EXPECT_EQ(*seen.fault[i], base::ErrorKind::denied) << "a missing right is told as one";
      }
    }
  }

  stage.recover();
  for (int step = 0; step < 2; ++step) stage.run(stage.step()), seen = play.look();
  for (std::size_t i = 0; i < zones.size(); ++i) check_counts(seen, i, zones[i].path);
}

TEST(EverySource, HasAStage) {
  std::set<std::string_view> staged;
  for (const auto& entry : stages()) EXPECT_TRUE(staged.insert(entry.source).second) << entry.source << " twice";
  for (const auto& subject : kSubjects)
    EXPECT_TRUE(staged.erase(subject.name) == 1)
        << subject.name << " is in sources.def and has no stage: add it to src/power_sources/stages_for_tests.h";
  for (const auto source : staged) ADD_FAILURE() << "a stage for '" << source << "', which is not in sources.def";
}

TEST(EverySource, OpensOnItsStageWithSoundZones) {
  for (const auto& subject : kSubjects) {
    SCOPED_TRACE(subject.name);
    HostTree tree("epyc-2s");
    const auto stage = stage_of(subject, tree);
    if (!stage) continue;
    stage->furnish();
    const auto attempt = subject.open(stage->host(), stage->settings());
    ASSERT_TRUE(attempt.source) << attempt.detail;
    EXPECT_FALSE(attempt.detail.empty()) << "the ladder says what it covers";
    check_zones(*attempt.source, subject.name);
  }
}

TEST(EverySource, KeepsItsOtherZonesAndInventsNothingWhateverBefallsOne) {
  for (const auto& subject : kSubjects)
    for (const auto trouble : kTroubles) {
      SCOPED_TRACE(base::format("{}, {}", subject.name, name(trouble)));
      HostTree tree("epyc-2s");
      const auto stage = stage_of(subject, tree);
      if (!stage) continue;
      stage->furnish();
      const auto attempt = subject.open(stage->host(), stage->settings());
      ASSERT_TRUE(attempt.source) << attempt.detail;
      check_trouble(*stage, *attempt.source, trouble);
    }
}

TEST(EverySource, OpensWithoutTheZonesThatAreInTroubleOrSaysWhyNot) {
  for (const auto& subject : kSubjects)
    for (const auto* fixture : {"epyc-2s", "vm-2cpu"})
      for (const auto trouble : {Trouble::vanished, Trouble::denied, Trouble::garbage}) {
        SCOPED_TRACE(base::format("{} on {}, {}", subject.name, fixture, name(trouble)));
        HostTree tree(fixture);
        const auto stage = stage_of(subject, tree);
        if (!stage) continue;
        stage->furnish();
        if (stage->fall_ill(trouble) == Stage::Possible::no) continue;
        const auto attempt = subject.open(stage->host(), stage->settings());
        EXPECT_FALSE(attempt.detail.empty()) << "the ladder shows it in either case";
        if (!attempt.source) continue;
        check_zones(*attempt.source, subject.name);
        Play play(*stage, *attempt.source);
        for (int step = 0; step < 3; ++step) play.look(), stage->run(stage->step());
      }
}

TEST(EverySource, SaysWhyNotOnMachinesWithoutItsHardware) {
  for (const auto& subject : kSubjects)
    for (const auto* fixture : {"epyc-2s", "laptop-1s", "vm-2cpu"}) {
      SCOPED_TRACE(subject.name + " on " + fixture);
      HostTree tree(fixture);
      const auto attempt = subject.open(tree.host, {});
      EXPECT_FALSE(attempt.detail.empty());
      if (attempt.source) check_zones(*attempt.source, subject.name);
    }
}

TEST(EverySource, SurvivesAMachineOfWhichNothingCanBeRead) {
  for (const auto& subject : kSubjects) {
    HostTree tree("vm-2cpu");
    std::filesystem::remove_all(tree.folder / "proc");
    std::filesystem::remove_all(tree.folder / "sys");
    const auto attempt = subject.open(tree.host, {});
    EXPECT_FALSE(attempt.source) << subject.name;
    EXPECT_FALSE(attempt.detail.empty()) << subject.name;
  }
}

}  // namespace
}  // namespace power_sources
