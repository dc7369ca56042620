#include "report/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/golden.h"

namespace report {
namespace {

using testing::HasSubstr;
using testing::Not;
using units::Joules;
using Energy = units::Measured<Joules>;
using wire::Experiment;

Energy measured(double joules, double half = 0) {
  return Energy::of(Joules(joules), Joules(joules - half), Joules(joules + half), units::Quality::measured, "powercap",
                    units::Scope::package);
}
Energy estimated(double joules) {
  return Energy::of(Joules(joules), Joules(joules * 0.6), Joules(joules * 1.5), units::Quality::estimated, "model",
                    units::Scope::machine);
}

SettingRuns::Run run(Energy energy, int block, std::int64_t frames = 100) {
  SettingRuns::Run out;
  out.block = block;
  out.report.id = "run" + std::to_string(block);
  out.report.energy = {{jobs::Part::total, std::move(energy)}};
  out.report.timings.elapsed = units::Seconds(2);
  if (frames > 0) out.frames = frames;
  return out;
}
SettingRuns setting(const std::string& name, const std::vector<double>& joules, Energy (*of)(double)) {
  SettingRuns out{.name = name, .variables = {{"preset", name}}};
  int block = 0;
  for (const double one : joules) out.runs.push_back(run(of(one), ++block));
  return out;
}
Energy exactly(double joules) { return measured(joules); }
SettingRuns fast() { return setting("fast", {10, 11, 10, 11, 10}, exactly); }
SettingRuns slow() { return setting("slow", {20, 22.2, 20.1, 22, 20}, exactly); }
SettingRuns same() { return setting("same", {10.1, 10.8, 10.1, 10.9, 9.9}, exactly); }

TEST(Experiment, ComparesEachSettingWithTheReferenceInPairs) {
  const auto out = experiment_of({fast(), slow(), same()}, 0);
  EXPECT_EQ(out.metric, Experiment::Metric::energy_per_frame);
  EXPECT_EQ(out.reference, "fast");
  EXPECT_FALSE(out.settings[0].against);
  const auto& worse = *out.settings[1].against;
  ASSERT_TRUE(worse.ratio);
  EXPECT_NEAR(worse.ratio->value, 2, 0.02);
  EXPECT_EQ(worse.pairs, 5);
  EXPECT_EQ(worse.verdict, "worse");
  EXPECT_EQ(worse.caveat, "");
  EXPECT_EQ(out.settings[2].against->verdict, "inconclusive");
  EXPECT_NEAR(out.settings[0].energy_per_frame->value().value(), 0.104, 1e-12);
  EXPECT_EQ(out.settings[0].rate->value(), 50);
}

TEST(Experiment, TheReferenceIsAnyOfThem) {
  const auto out = experiment_of({fast(), slow()}, 1);
  EXPECT_FALSE(out.settings[1].against);
  EXPECT_EQ(out.settings[0].against->verdict, "better");
  EXPECT_NEAR(out.settings[0].against->ratio->value, 0.5, 0.01);
}

TEST(Experiment, AVerdictIsOneOfAsManyAsThereAre) {
  // p of about 0.03 alone, of about 0.1 as one of four.
  const auto near = setting("near", {10.2, 11.5, 10.2, 11.2, 10.6}, exactly);
  const auto alone = experiment_of({fast(), near}, 0);
  ASSERT_EQ(alone.settings[1].against->verdict, "worse") << alone.settings[1].against->ratio->p;
  const auto many = experiment_of({fast(), near, same(), same(), same()}, 0);
  EXPECT_EQ(many.settings[1].against->verdict, "inconclusive");
  EXPECT_GT(many.settings[1].against->ratio->p_holm, many.settings[1].against->ratio->p);
}

TEST(Experiment, RunsWithoutBlocksAreComparedAllWithAll) {
  auto a = fast(), b = slow();
  for (auto& one : a.runs) one.block = 0;
  b.runs.pop_back();
  const auto out = experiment_of({a, b}, 0);
  EXPECT_EQ(out.settings[1].against->pairs, 0);
  EXPECT_EQ(out.settings[1].against->verdict, "worse");
}

TEST(Experiment, ARunThatFailedIsNamedAndCountsNowhere) {
  auto a = slow();
  a.runs[1].report.outcome = {jobs::End::failed, jobs::FailureClass::none, "", 1, std::nullopt};
  a.runs[1].report.log_tail = "opening\nUnknown encoder 'x'\n";
  const auto out = experiment_of({fast(), a}, 0);
  EXPECT_EQ(out.settings[1].samples.size(), 4u);
  ASSERT_EQ(out.settings[1].failures.size(), 1u);
  EXPECT_EQ(out.settings[1].failures[0].error, "exit code 1: Unknown encoder 'x'");
  EXPECT_EQ(out.settings[1].against->pairs, 4);
  EXPECT_THAT(experiment_table(out, {.columns = 120}), HasSubstr("slow #2 failed (run run2): exit code 1"));
}

TEST(Experiment, WhereEveryRunFailsThereIsAReasonAndNoNumber) {
  auto a = slow();
  for (auto& one : a.runs) one.report.outcome.end = jobs::End::failed;
  const auto out = experiment_of({fast(), a}, 0);
  EXPECT_FALSE(out.settings[1].energy);
  EXPECT_FALSE(out.settings[1].against->ratio);
  EXPECT_EQ(out.settings[1].against->reason, "no run of slow ended well");
  EXPECT_EQ(out.settings[1].against->verdict, "inconclusive");
}

TEST(Experiment, WithoutEnergyTimeIsComparedAndNothingIsZero) {
  const auto none = [](double) { return Energy::unmeasurable(units::Scope::machine, "no sensor"); };
  const auto out = experiment_of({setting("a", {1, 1, 1}, none), setting("b", {1, 1, 1}, none)}, 0);
  EXPECT_EQ(out.metric, Experiment::Metric::time);
  ASSERT_TRUE(out.settings[0].energy);
  EXPECT_FALSE(out.settings[0].energy->known());
  const auto text = json::write(encode(out));
  EXPECT_THAT(text, HasSubstr(R"("joules":null)"));
  EXPECT_THAT(text, Not(HasSubstr(R"("joules":0)")));
  EXPECT_THAT(experiment_table(out, {.columns = 120}), HasSubstr("not known: no sensor"));
}

TEST(Experiment, WithoutFramesJoulesAreCompared) {
  auto a = fast(), b = slow();
  for (auto* one : {&a, &b})
    for (auto& each : one->runs) each.frames.reset();
  EXPECT_EQ(experiment_of({a, b}, 0).metric, Experiment::Metric::energy);
}

TEST(Experiment, MeasuredAndEstimatedEnergyMakeNoRatio) {
  const auto out = experiment_of({fast(), setting("model", {20, 20, 20, 20, 20}, estimated)}, 0);
  EXPECT_FALSE(out.settings[1].against->ratio);
  EXPECT_EQ(out.settings[1].against->reason, "the energy of fast is measured, that of model estimated");
  auto mixed = slow();
  mixed.runs[0] = run(estimated(20), 1);
  const auto half = experiment_of({fast(), mixed}, 0);
  EXPECT_FALSE(half.settings[1].energy->known());
  EXPECT_FALSE(half.settings[1].against->ratio);
}

TEST(Experiment, AVerdictOnAnEstimateSaysSo) {
  const auto out = experiment_of({setting("a", {10, 11, 10}, estimated), setting("b", {20, 22.1, 20.1}, estimated)}, 0);
  EXPECT_EQ(out.settings[1].against->verdict, "worse");
  EXPECT_EQ(out.settings[1].against->caveat, "estimated, CPU time only");
}

TEST(Experiment, TheIntervalHoldsTheScatterAndTheSensorsOwnError) {
  SettingRuns a{.name = "a"};
  for (int block = 1; block <= 5; ++block) a.runs.push_back(run(measured(block % 2 ? 10 : 11, 1), block));
  const auto exact = experiment_of({fast()}, 0).settings[0], sensor = experiment_of({a}, 0).settings[0];
  EXPECT_LT(sensor.energy->low(), exact.energy->low() - Joules(0.8));
  EXPECT_GT(sensor.energy->high(), exact.energy->high() + Joules(0.8));
  EXPECT_DOUBLE_EQ(*sensor.relative_half_width, *exact.relative_half_width);
}

TEST(Experiment, AMachineThatWarmsUpIsTold) {
  const auto out = experiment_of({setting("a", {10, 10.3, 10.6, 10.9, 11.2, 11.5}, exactly), fast()}, 0);
  ASSERT_EQ(out.caveats.size(), 1u);
  EXPECT_THAT(out.caveats[0], HasSubstr("a grew by 2.83 % with each run"));
}

TEST(Experiment, ReadsAsInTheGoldenFiles) {
  auto odd = setting("odd", {30, 30.2, 30.1, 29.9, 30}, exactly);
  odd.runs[4].report.outcome = {jobs::End::failed, jobs::FailureClass::none, "the disk is full", 1, std::nullopt};
  const auto out = experiment_of({fast(), slow(), same(), odd}, 0);
  expect_golden("experiment_120.txt", experiment_table(out, {.columns = 120}));
  expect_golden("experiment_80.txt", experiment_table(out, {.columns = 80}));
  expect_golden("experiment.csv", experiment_csv(out));
  expect_golden("experiment.json", json::write(encode(out), json::Layout::indented) + "\n");
}

}  // namespace
}  // namespace report
