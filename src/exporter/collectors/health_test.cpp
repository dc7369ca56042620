#include "exporter/collectors/collector_for_tests.h"
#include "exporter/page_server_for_tests.h"

namespace exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

class HealthCollector : public CollectorTest {
 protected:
  HealthCollector() : others(*log) {
    others.put("/good", "# TYPE jobs gauge\njobs{state=\"queued\"} 0\n");
    others.put("/empty", "# HELP jobs of which there is no sample\n# TYPE jobs gauge\njobs_more 1\n");
  }
  void start(const std::string& path) {
    subjects.targets = {{"master", others.url(path), "jobs"}, {"good", others.url("/good"), "jobs"}};
    collector = open_health(world());
    first_sample();
  }
  PageServer others;
};

TEST_F(HealthCollector, AProgramThatShowsTheMetricIsUpWhateverItsValue) {
  start("/good");
  const auto text = page();
  EXPECT_EQ(fault, "");
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_target_up{target="master"})", "1")));
  EXPECT_THAT(text, HasSubstr(R"(ffwatt_target_answer_seconds{target="master"})"));
}

TEST_F(HealthCollector, AnAnswerWithoutASampleOfTheMetricIsDown) {
  start("/empty");
  const auto text = page();
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_target_up{target="master"})", "0")));
  EXPECT_THAT(text, Not(HasSubstr(R"(ffwatt_target_answer_seconds{target="master"})")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_target_up{target="good"})", "1"))) << "each for itself";
  EXPECT_EQ(fault, "") << "that a target is down is what it is for";
}

TEST_F(HealthCollector, ATargetThatComesBackIsUpAgain) {
  start("/absent");
  EXPECT_THAT(page(), HasSubstr(line(R"(ffwatt_target_up{target="master"})", "0")));
  others.put("/absent", "jobs 3\n");
  next_sample();
  EXPECT_THAT(page(), HasSubstr(line(R"(ffwatt_target_up{target="master"})", "1")));
}

TEST_F(HealthCollector, WithoutTargetsItSaysWhichFlagIsMissing) {
  collector = open_health(world());
  (void)page();
  EXPECT_THAT(fault, HasSubstr("--watch NAME=URL#METRIC"));
}

}  // namespace
}  // namespace exporter
