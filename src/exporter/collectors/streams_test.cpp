#include "exporter/collectors/collector_for_tests.h"
#include "exporter/page_server_for_tests.h"

namespace exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

class StreamsCollector : public CollectorTest {
 protected:
  StreamsCollector() : nginx(*log) {
    nginx.put("/stat", read_file(std::string(FFWATT_SOURCE_DIR) + "/tests/fixtures/nginx_stat/live.xml"));
    subjects.rtmp_stat = nginx.url("/stat");
  }
  void start() {
    collector = open_streams(world());
    first_sample();
  }
  PageServer nginx;
};

TEST_F(StreamsCollector, TellsOfEachApplicationAndOfNoKey) {
  start();
  const auto text = page();
  EXPECT_EQ(fault, "");
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_rtmp_streams{application="live",state="publishing"})", "1")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_rtmp_streams{application="live",state="waiting"})", "0")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_rtmp_streams{application="other",state="waiting"})", "1")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_rtmp_clients{application="live"})", "2")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_rtmp_bits_per_second{application="live",direction="in"})", "619304")));
  EXPECT_THAT(text, Not(HasSubstr("ffwatt-1"))) << "a stream's name is what lets one publish it";
}

TEST_F(StreamsCollector, APageThatIsNotXmlIsAFaultAndTakesTheSeriesAway) {
  start();
  (void)page();
  nginx.put("/stat", "<html>502 Bad Gateway");
  next_sample();
  EXPECT_THAT(page(), Not(HasSubstr("ffwatt_rtmp_streams{")));
  EXPECT_THAT(fault, HasSubstr(subjects.rtmp_stat));
}

TEST_F(StreamsCollector, ALocationWithoutStatisticsIsToldWithWhatIsMissing) {
  subjects.rtmp_stat = nginx.url("/nothing");
  start();
  (void)page();
  EXPECT_THAT(fault, HasSubstr("answered 404; is rtmp_stat all; on"));
}

TEST_F(StreamsCollector, WithoutAnAddressItSaysWhichFlagIsMissing) {
  subjects.rtmp_stat.clear();
  collector = open_streams(world());
  (void)page();
  EXPECT_THAT(fault, HasSubstr("--rtmp-stat http://"));
}

}  // namespace
}  // namespace exporter
