#include "report/plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "report/ticks.h"
#include "report/trace.h"

namespace report {
namespace {

using units::Seconds;
using units::Watts;

TEST(Ticks, AreRoundNumbersThatCoverWhatWasAsked) {
  struct Case {
    double low, high;
    int about;
    std::vector<std::string> wanted;
  };
  const Case cases[] = {
      {0, 97, 5, {"0", "20", "40", "60", "80", "100"}},     {0, 4.65, 5, {"0", "1", "2", "3", "4", "5"}},
      {0, 0.275, 4, {"0.0", "0.1", "0.2", "0.3"}},          {-3, 12, 4, {"-5", "0", "5", "10", "15"}},
      {0, 2.1e-3, 4, {"0.000", "0.001", "0.002", "0.003"}}, {5, 5, 2, {"5", "10"}},
  };
  for (const auto& [low, high, about, wanted] : cases) {
    const auto ticks = nice_ticks(low, high, about);
    std::vector<std::string> labels;
    for (const double tick : ticks.at) labels.push_back(ticks.label(tick));
    EXPECT_EQ(labels, wanted) << low << " to " << high;
    EXPECT_LE(ticks.low, low);
    EXPECT_GE(ticks.high, high - 1e-12);
  }
}

TEST(Ticks, AreAHandfulForAnyNumbers) {
  const double infinite = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const double high : {1e-12, 1e-6, 0.3, 1.0, 7.77, 1234.5, 9.99e9, infinite, nan, -4.0})
    for (const int about : {1, 4, 8}) {
      const auto ticks = nice_ticks(0, high, about);
      EXPECT_GE(ticks.at.size(), 2u) << high;
      EXPECT_LE(ticks.at.size(), static_cast<std::size_t>(about) + 2) << high;
    }
}

std::vector<jobs::PowerPoint> points(std::initializer_list<std::pair<double, double>> list) {
  std::vector<jobs::PowerPoint> out;
  for (const auto& [at, watts] : list) out.push_back({Seconds(at), Watts(watts)});
  return out;
}

TEST(Trace, APointThatComesLateLeavesAGapBeforeIt) {
  const auto pieces = pieces_of(points({{1, 10}, {2, 20}, {3, 30}, {9, 40}, {10, 50}}));
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].back(), (PowerStep{Seconds(2), Seconds(3), Watts(30)}));
  EXPECT_EQ(pieces[1].front(), (PowerStep{Seconds(8), Seconds(9), Watts(40)}));
}

TEST(Trace, ASinglePointStandsForTheTimeBeforeIt) {
  EXPECT_EQ(pieces_of(points({{2, 10}})), (Pieces{{{Seconds(0), Seconds(2), Watts(10)}}}));
  EXPECT_TRUE(pieces_of({}).empty());
}

TEST(Trace, PointsOutOfOrderOrNotFiniteAreLeftOut) {
  const double nan = std::nan("");
  EXPECT_EQ(step_count(pieces_of(points({{1, 10}, {1, 11}, {0.5, 12}, {nan, 1}, {2, nan}, {2, 20}}))), 2u);
}

TEST(Trace, ThinningKeepsTheEnergyAndTheGap) {
  std::vector<jobs::PowerPoint> trace;
  for (int i = 1; i <= 1000; ++i) trace.push_back({Seconds(i <= 500 ? i : i + 100), Watts(50 + i % 7)});
  const auto energy = [](const Pieces& pieces) {
    units::Joules sum{};
    for (const auto& piece : pieces)
      for (const auto& step : piece) sum += step.power * (step.to - step.from);
    return sum.value();
  };
  const auto whole = pieces_of(trace), thin = thinned(whole, 100);
  EXPECT_LE(step_count(thin), 102u);
  EXPECT_EQ(thin.size(), 2u);
  EXPECT_NEAR(energy(thin), energy(whole), 1e-9 * energy(whole));
}

TEST(StepPlot, NoNumberInAnyDrawingIsBroken) {
  StepPlot plot;
  plot.id = "p", plot.title = "<t>";
  for (const double y : {0.0, 1e-9, 88.7, 1e9, -5.0}) {
    plot.pieces = {{{0, 0, y}, {0, 1, y}}, {{2, 3, y * 2}}};
    plot.levels = {{PlotLevel::Kind::mean, y, y, y * 2, "m"}, {PlotLevel::Kind::floor, y, {}, {}, "f"}};
    plot.peak = PlotPeak{1, y, "peak"};
    for (const auto shape : {Shape::wide, Shape::narrow}) {
      const auto text = svg(plot, shape).str();
      for (const char* bad : {"nan", "inf", "e+", "e-0", "<t>"})
        EXPECT_EQ(text.find(bad), std::string::npos) << y << bad;
    }
  }
}

}  // namespace
}  // namespace report
