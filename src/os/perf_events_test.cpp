#include "os/perf_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/test_support.h"

namespace os {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const CounterGroupSpec kPackage{.pmu = 21, .cpu = 4, .events = {{"energy-pkg", 2}, {"energy-ram", 3}}};

class PerfEventsTest : public ::testing::Test {
 protected:
  base::Result<std::unique_ptr<CounterGroup>> open() {
    return perf_events_from_files(world_.host().files, Root(world_.folder()))->open_group(kPackage);
  }
  TestWorld world_;
};

TEST_F(PerfEventsTest, BelowAnotherRootFilesStandInForTheKernel) {
  world_.write("perf/4/energy-pkg", "7\n");
  world_.write("perf/4/energy-ram", "18446744073709551615\n");
  RealHost host{Root(world_.folder())};
  const auto group = host.host().perf.open_group(kPackage);
  ASSERT_TRUE(group.ok()) << group.error().text();
  std::vector<std::uint64_t> values(2);
  ASSERT_TRUE((*group)->read(values).ok());
  EXPECT_THAT(values, ElementsAre(7u, 18446744073709551615u));
  world_.write("perf/4/energy-pkg", "9\n");
  ASSERT_TRUE((*group)->read(values).ok());
  EXPECT_EQ(values[0], 9u);
}

TEST_F(PerfEventsTest, ACounterThatIsNotThereIsAbsent) {
  world_.write("perf/4/energy-pkg", "7\n");
  const auto group = open();
  ASSERT_FALSE(group.ok());
  EXPECT_EQ(group.error().kind(), base::ErrorKind::absent);
  EXPECT_THAT(group.error().text(), HasSubstr("perf/4/energy-ram"));
}

TEST_F(PerfEventsTest, AGroupIsReadWholeOrNotAtAll) {
  world_.write("perf/4/energy-pkg", "7\n");
  world_.write("perf/4/energy-ram", "N/A\n");
  const auto group = open();
  ASSERT_TRUE(group.ok());
  std::vector<std::uint64_t> values(2);
  const auto read = (*group)->read(values);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().text(), "reading energy-ram on CPU 4: 'N/A' is no count");
}

TEST_F(PerfEventsTest, TheKernelAnswersOrSaysWhyNot) {
  // No PMU has this number, whatever the machine and the rights.
  const auto group = world_.host().perf.open_group({.pmu = 0x7fffffff, .cpu = 0, .events = {{"energy-pkg", 2}}});
  ASSERT_FALSE(group.ok());
  EXPECT_THAT(group.error().text(), HasSubstr("opening energy-pkg on CPU 0: "));
}

TEST_F(PerfEventsTest, AGroupOfNothingIsTheCallersFault) {
  EXPECT_EQ(world_.host().perf.open_group({}).error().kind(), base::ErrorKind::invalid);
}

TEST_F(PerfEventsTest, AHostPutTogetherWithoutCountersRefuses) {
  EXPECT_EQ(no_perf_events().open_group(kPackage).error().kind(), base::ErrorKind::absent);
}

}  // namespace
}  // namespace os
