#include "analysis/target_search.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

namespace analysis {
namespace {

using testing::HasSubstr;

struct Ended {
  TargetSearch search;
  int probes = 0;
};
Ended searched(TargetRange range, double target, double tolerance, const std::function<double(int)>& quality) {
  Ended out{{range, target, tolerance}};
  while (const auto crf = out.search.next()) {
    EXPECT_GE(*crf, range.least_crf);
    EXPECT_LE(*crf, range.most_crf);
    if (++out.probes > 52) break;
    out.search.tell(*crf, quality(*crf));
  }
  EXPECT_LE(out.probes, 52) << "it does not end";
  return out;
}

// As VMAF goes: flat near 100, then ever steeper.
double vmaf(int crf) { return 99 - 0.045 * crf * crf; }

TEST(TargetSearch, FindsTheLargestCrfThatReachesAnyTargetWithFewProbes) {
  for (int wanted = 0; wanted <= 46; ++wanted) {
    const double target = vmaf(wanted) - 1e-9;
    const auto ended = searched({0, 51, 28}, target, 0, vmaf);
    const auto found = ended.search.found();
    ASSERT_TRUE(found.ok()) << found.error().text();
    EXPECT_EQ(found->crf, wanted);
    EXPECT_DOUBLE_EQ(found->quality, vmaf(wanted));
    EXPECT_LE(found->probes, 9) << wanted;
  }
}

TEST(TargetSearch, EndsEarlyWithinTheTolerance) {
  const auto ended = searched({0, 51, 22}, 77, 1, vmaf);  // vmaf(22) = 77.22
  EXPECT_EQ(ended.probes, 1);
  EXPECT_EQ(ended.search.found()->crf, 22);
}

TEST(TargetSearch, OfATargetThatTheWorstReachesIsTheWorst) {
  const auto ended = searched({0, 63, 30}, 50, 0, [](int) { return 60.0; });
  EXPECT_EQ(ended.search.found()->crf, 63);
}

TEST(TargetSearch, OfATargetOutOfReachIsAFaultThatSaysHowFarItIs) {
  const auto ended = searched({0, 51, 28}, 99.5, 0, vmaf);
  const auto found = ended.search.found();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(found.error().text(), HasSubstr("CRF 0 gives 99.00, less than the wanted 99.50, and it is the least"));
}

TEST(TargetSearch, EndsWhereQualityDoesNotFallSteadily) {
  const auto ended = searched({0, 51, 28}, 80, 0, [](int crf) { return vmaf(crf) + (crf % 2 == 0 ? 3 : -3); });
  const auto found = ended.search.found();
  ASSERT_TRUE(found.ok());
  EXPECT_GE(found->quality, 80);
}

TEST(TargetSearch, BeginsWhereItIsToldAndWithinTheRange) {
  EXPECT_EQ(TargetSearch({0, 51, 23}, 90, 0).next(), 23);
  EXPECT_EQ(TargetSearch({10, 20, 28}, 90, 0).next(), 20);
  EXPECT_FALSE(TargetSearch({0, 51, 23}, 90, 0).found().ok());
}

}  // namespace
}  // namespace analysis
