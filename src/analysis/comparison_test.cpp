#include "analysis/comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace analysis {
namespace {

using Values = std::vector<double>;

Values exponentials(Values values) {
  for (double& value : values) value = std::exp(value);
  return values;
}

// Student's sleep data (1908), hours gained, as R has them: paired t = 4.0621 on 9 degrees, p = 0.002833, difference
// 1.58 in [0.7001142, 2.4598858]. Here the hours are logarithms, and the ten stand in an order in which none follows
// the one before it, so that nothing is widened.
TEST(PairedRatio, IsTheTTestOfTheDifferencesOfLogarithms) {
  const auto ratio = paired_ratio(exponentials({0.0, -0.1, -1.6, 0.8, 3.7, 3.4, 2.0, 0.7, -0.2, -1.2}),
                                  exponentials({4.6, -0.1, 0.8, 1.6, 5.5, 4.4, 3.4, 1.9, 1.1, 0.1}));
  ASSERT_TRUE(ratio) << ratio.error().text();
  EXPECT_NEAR(std::log(ratio->interval.value), 1.58, 1e-9);
  EXPECT_NEAR(std::log(ratio->interval.low), 0.7001142, 1e-6);
  EXPECT_NEAR(std::log(ratio->interval.high), 2.4598858, 1e-6);
  EXPECT_NEAR(ratio->p, 0.002833, 5e-7);
}

// The same data as R's Welch test has them: p = 0.07939, difference in [-0.2054832, 3.3654832].
TEST(UnpairedRatio, IsWelchsTestOfTheLogarithms) {
  const auto ratio = unpaired_ratio(exponentials({3.7, -1.6, 3.4, -1.2, 2.0, -0.2, 0.8, -0.1, 0.7, 0.0}),
                                    exponentials({5.5, -0.1, 4.6, 0.1, 4.4, 0.8, 3.4, 1.1, 1.9, 1.6}));
  ASSERT_TRUE(ratio) << ratio.error().text();
  EXPECT_NEAR(std::log(ratio->interval.low), -0.2054832, 1e-6);
  EXPECT_NEAR(std::log(ratio->interval.high), 3.3654832, 1e-6);
  EXPECT_NEAR(ratio->p, 0.07939, 5e-6);
}

TEST(Ratio, OfRunsThatAreAllAlikeHasNoWidth) {
  const auto same = paired_ratio(Values{5, 5, 5}, Values{5, 5, 5});
  ASSERT_TRUE(same);
  EXPECT_EQ(verdict(*same, same->p), Verdict::inconclusive);
  const auto half = unpaired_ratio(Values{8, 8, 8}, Values{4, 4, 4});
  ASSERT_TRUE(half);
  EXPECT_NEAR(half->interval.high, 0.5, 1e-12);
  EXPECT_EQ(verdict(*half, half->p), Verdict::better);
}

TEST(Ratio, IsRefusedWithoutPairsAndForWhatHasNoRatio) {
  EXPECT_EQ(paired_ratio(Values{1, 2}, Values{1, 2, 3}).error().kind(), base::ErrorKind::invalid);
  EXPECT_FALSE(paired_ratio(Values{1}, Values{2}));
  EXPECT_FALSE(paired_ratio(Values{1, 0}, Values{2, 2}));
  EXPECT_FALSE(paired_ratio(Values{1, 1}, Values{2, -2}));
  EXPECT_FALSE(unpaired_ratio(Values{1, 2}, Values{3}));
  EXPECT_FALSE(unpaired_ratio(Values{1, std::nan("")}, Values{3, 4}));
}

// As R's p.adjust(p, "holm") says.
TEST(Holm, MakesEachPTheOneOfManyInTheOrderOfTheInput) {
  const auto check = [](const Values& p, const Values& wanted) {
    const auto out = holm(p);
    ASSERT_EQ(out.size(), wanted.size());
    for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(out[i], wanted[i], 1e-12) << i;
  };
  check({}, {});
  check({0.03}, {0.03});
  check({0.01, 0.02, 0.03, 0.04}, {0.04, 0.06, 0.06, 0.06});
  check({0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02});
  check({0.5, 0.9, 0.6}, {1, 1, 1});
}

TEST(Verdict, IsBetterOrWorseOnlyWhereTheIntervalExcludesOne) {
  EXPECT_EQ(verdict({{0.9, 0.8, 0.99}, 0.01}, 0.01), Verdict::better);
  EXPECT_EQ(verdict({{1.1, 1.01, 1.2}, 0.01}, 0.01), Verdict::worse);
  EXPECT_EQ(verdict({{0.9, 0.8, 1.01}, 0.06}, 0.06), Verdict::inconclusive);
  EXPECT_EQ(verdict({{0.9, 0.8, 0.99}, 0.03}, 0.06), Verdict::inconclusive);  // one of several
  EXPECT_EQ(name(Verdict::inconclusive), "inconclusive");
}

struct Found {
  double paired = 0, unpaired = 0, any_of_four = 0;
};

// Of 800 simulated sweeps in which the second setting takes `more`, and each block of runs is by 5 % faster or slower
// than the others: how often a difference is found.
Found found(double more, std::size_t blocks) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(0, 1);
  constexpr int sweeps = 800;
  Found out;
  for (int i = 0; i < sweeps; ++i) {
    std::vector<Values> settings(5);
    for (std::size_t block = 0; block < blocks; ++block) {
      const double machine = 0.05 * noise(random);
      for (std::size_t s = 0; s < settings.size(); ++s)
        settings[s].push_back((s ? more : 1) * std::exp(machine + 0.01 * noise(random)));
    }
    const auto paired = paired_ratio(settings[0], settings[1]).value();
    const auto unpaired = unpaired_ratio(settings[0], settings[1]).value();
    Values p;
    for (std::size_t s = 1; s < settings.size(); ++s) p.push_back(paired_ratio(settings[0], settings[s]).value().p);
    out.paired += verdict(paired, paired.p) != Verdict::inconclusive;
    out.unpaired += verdict(unpaired, unpaired.p) != Verdict::inconclusive;
    bool any = false;
    for (const double adjusted : holm(p)) any |= adjusted < 0.05;
    out.any_of_four += any;
  }
  return {out.paired / sweeps, out.unpaired / sweeps, out.any_of_four / sweeps};
}

TEST(Comparison, FindsNoDifferenceWhereThereIsNoneMoreOftenThanItSays) {
  for (const std::size_t blocks : {5u, 10u}) {
    const auto out = found(1, blocks);
    EXPECT_LE(out.paired, 0.06);
    EXPECT_LE(out.unpaired, 0.06);
    EXPECT_LE(out.any_of_four, 0.06);
  }
}

TEST(Comparison, OfPairsFindsWhatIsHiddenInTheMachinesUpsAndDowns) {
  const auto out = found(1.03, 8);
  EXPECT_GE(out.paired, 0.95);
  EXPECT_LE(out.unpaired, 0.25);
}

}  // namespace
}  // namespace analysis
