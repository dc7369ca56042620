#include "analysis/curve.h"

#include <gmock/gmock.h>

#include <cmath>

namespace analysis {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string fault(const base::Result<double>& result) {
  EXPECT_FALSE(result.ok());
  if (result) return {};
  EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
  return result.error().text();
}

// Rates and PSNR of JCTVC-E137, with the BD-rates that the tests of VMAF's calculator give for them; as quoted by the
// Android CTS (hostsidetests/mediapc/videoencodingquality/bdrate, BdRateCalculatorTests).
const Curve kAnchor{"the anchor",
                    {{108048.8736, 43.6471}, {61279.976, 40.3953}, {33905.6656, 37.247}, {18883.6928, 34.2911}}};
const Curve kTest{"the test",
                  {{108061.2784, 43.6768}, {61299.9936, 40.4232}, {33928.7472, 37.2761}, {18910.912, 34.3147}}};

TEST(BdCost, IsThatOfThePublishedExamples) {
  const auto first = bd_cost(kAnchor, kTest);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_NEAR(*first, -0.00465215420752807, 1e-12);

  const Curve anchor{"a", {{40433.8848, 37.5761}, {7622.7456, 35.3756}, {2394.488, 33.8977}, {1017.6184, 32.0603}}};
  const Curve test{"b", {{40370.12, 37.5982}, {7587.0024, 35.4025}, {2390.0944, 33.9194}, {1017.0984, 32.0822}}};
  EXPECT_NEAR(bd_cost(anchor, test).value_or(0), -0.018779823450567612, 1e-12);
}

TEST(BdCost, OfACurveThatCostsTenPercentLessEverywhereIsTenPercent) {
  Curve cheaper = kAnchor;
  for (auto& point : cheaper.points) point.cost *= 0.9;
  EXPECT_NEAR(bd_cost(kAnchor, cheaper).value_or(0), -0.1, 1e-12);
  EXPECT_NEAR(bd_cost(cheaper, kAnchor).value_or(0), 1 / 0.9 - 1, 1e-12);
  EXPECT_NEAR(bd_cost(kAnchor, kAnchor).value_or(1), 0, 1e-12);
}

TEST(BdQuality, OfACurveThatIsOneBetterEverywhereIsOne) {
  Curve better = kAnchor;
  for (auto& point : better.points) point.quality += 1;
  EXPECT_NEAR(bd_quality(kAnchor, better).value_or(0), 1, 1e-12);
  EXPECT_NEAR(bd_quality(better, kAnchor).value_or(0), -1, 1e-12);
}

// Straight lines in the logarithm, of other points: what lies between is known without interpolation.
TEST(BdQuality, OfLinesIsWhatLiesBetweenThemWhereBothAre) {
  Curve line{"a", {}}, other{"b", {}};
  for (const double x : {0.0, 1.0, 2.0, 4.0}) line.points.push_back({std::exp(x), 30 + x});
  for (const double x : {1.0, 2.5, 3.0, 5.0}) other.points.push_back({std::exp(x), 30 + 2 * x});
  EXPECT_NEAR(bd_quality(line, other).value_or(0), 2.5, 1e-12);  // the mean of x from 1 to 4
}

TEST(BdCost, ThatCannotBeToldIsRefusedWithTheReason) {
  Curve three = kAnchor;
  three.points.pop_back(), three.name = "x264";
  EXPECT_THAT(fault(bd_cost(three, kTest)), AllOf(HasSubstr("x264 has 3 points"), HasSubstr("needs 4")));

  Curve bent = kAnchor;
  bent.name = "x265", bent.points[1].quality = 36;
  EXPECT_THAT(fault(bd_cost(kAnchor, bent)), AllOf(HasSubstr("x265 does not rise"), HasSubstr("36")));
  EXPECT_THAT(fault(bd_quality(bent, kAnchor)), HasSubstr("does not rise"));

  Curve twice = kAnchor;
  twice.points[1] = twice.points[0];
  EXPECT_THAT(fault(bd_cost(twice, kTest)), HasSubstr("does not rise"));

  Curve free = kAnchor;
  free.points[0].cost = 0;
  EXPECT_THAT(fault(bd_cost(free, kTest)), HasSubstr("a cost is above zero"));
  free.points[0].cost = std::nan("");
  EXPECT_THAT(fault(bd_cost(free, kTest)), HasSubstr("a cost is above zero"));
}

TEST(BdCost, NeedsCurvesThatOverlapByAThird) {
  // The anchor covers 9.356 dB; shifted by d they share 9.356 - d of 9.356 + d.
  const auto shifted = [](double d) {
    Curve out = kAnchor;
    for (auto& point : out.points) point.quality += d;
    return out;
  };
  EXPECT_TRUE(bd_cost(kAnchor, shifted(5)).ok());  // 30.3 %
  EXPECT_THAT(fault(bd_cost(kAnchor, shifted(5.1))), HasSubstr("overlap by 29 %"));
  EXPECT_THAT(fault(bd_cost(kAnchor, shifted(50))), HasSubstr("overlap by 0 %"));
}

TEST(ParetoFront, IsWhatNoOtherPointBeatsInBoth) {
  const std::vector<CurvePoint> points{{1, 80}, {2, 90}, {2, 85}, {3, 90}, {4, 95}, {4, 95}};
  EXPECT_THAT(pareto_front(points), ElementsAre(true, true, false, false, true, true));
  EXPECT_TRUE(pareto_front({}).empty());
}

}  // namespace
}  // namespace analysis
