#include "media/nginx_stat.h"

#include <gmock/gmock.h>

#include <fstream>
#include <random>

namespace media {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Captured from nginx 1.22.1 with nginx-rtmp 1.1.4: `live` gets a 640x360 stream of 29.97 frames a second and has one
// player; a player of `other` waits for a publisher that never comes.
std::string page(const std::string& name) {
  std::ifstream in(std::string(FFWATT_SOURCE_DIR) + "/tests/fixtures/nginx_stat/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(NginxStat, TellsOfAPublishedStreamWhatArrives) {
  const auto streams = parse_nginx_stat(page("live.xml"));
  ASSERT_TRUE(streams) << streams.error().text();
  ASSERT_EQ(streams->size(), 2u);
  LiveStream expected;
  expected.application = "live", expected.key = "ffwatt-1";
  expected.bitrate_in = units::BitsPerSecond(619'304), expected.bitrate_out = units::BitsPerSecond(496'832);
  expected.bytes_in = units::Bytes(979'331), expected.bytes_out = units::Bytes(826'240);
  expected.age = units::Seconds(13.746);
  expected.clients = 2;
  expected.video_codec = "H264", expected.picture = {640, 360}, expected.rate = units::Hertz(29);
  expected.state = LiveStream::State::publishing;
  EXPECT_EQ(streams->front(), expected);
}

TEST(NginxStat, TellsAStreamThatIsOnlyWaitedForFromAPublishedOne) {
  const auto streams = *parse_nginx_stat(page("live.xml"));
  EXPECT_EQ(streams[1].application, "other");
  EXPECT_EQ(streams[1].key, "nobody");
  EXPECT_EQ(streams[1].state, LiveStream::State::idle);
  EXPECT_EQ(streams[1].clients, 1);
  EXPECT_EQ(streams[1].video_codec, "");
}

TEST(NginxStat, HasNoStreamsWhereNobodyCame) {
  const auto streams = parse_nginx_stat(page("idle.xml"));
  ASSERT_TRUE(streams) << streams.error().text();
  EXPECT_THAT(*streams, IsEmpty());
}

TEST(NginxStat, RefusesWhatIsNotThatPage) {
  for (const std::string text :
       {"", "<html><body>404 Not Found</body></html>", "{}", "<rtmp/>", "<rtmp><server>", "<a/>\0<b/>"})
    EXPECT_EQ(parse_nginx_stat(text).error().kind(), base::ErrorKind::invalid) << text;
  EXPECT_THAT(parse_nginx_stat(std::string((4u << 20) + 1, ' ')).error().text(), HasSubstr("at most"));
}

std::string with_stream(std::string_view inner) {
  return "<rtmp><nginx_rtmp_version>1</nginx_rtmp_version><server><application><name>live</name><live><stream>" +
         std::string(inner) + "</stream></live></application></server></rtmp>";
}

TEST(NginxStat, ReadsNonsenseNumbersAsNone) {
  for (const std::string number : {"-5", "1e999", "nan", "99999999999999999999", "", "0x10", "12 34"}) {
    const auto streams =
        *parse_nginx_stat(with_stream("<bw_in>" + number + "</bw_in><nclients>" + number +
                                      "</nclients><meta><video><width>" + number + "</width></video></meta>"));
    EXPECT_EQ(streams.at(0).bitrate_in.value(), 0) << number;
    EXPECT_EQ(streams.at(0).clients, 0) << number;
    EXPECT_EQ(streams.at(0).picture.width, 0) << number;
  }
}

TEST(NginxStat, ShowsNoControlCharactersOfAKey) {
  const auto streams = *parse_nginx_stat(with_stream("<name>a\x1b[2J\xff&lt;b&gt;</name>"));
  EXPECT_EQ(streams.at(0).key, "a?[2J?<b>");
}

TEST(NginxStat, FollowsNoEntitiesAndSurvivesDepth) {
  const std::string bomb =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
  const auto streams = parse_nginx_stat(bomb + with_stream("<name>&b;&f;</name>"));
  ASSERT_TRUE(streams) << streams.error().text();
  EXPECT_EQ(streams->at(0).key, "&b;&f;") << "left as they stand";

  std::string deep;
  for (int i = 0; i < 500'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_nginx_stat(deep));
}

TEST(NginxStat, SurvivesPagesThatAreCutOrDamagedAnywhere) {
  const auto whole = page("live.xml");
  for (std::size_t size = 0; size < whole.size(); size += 7) (void)parse_nginx_stat(whole.substr(0, size)).ok();
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    auto damaged = whole;
    for (int i = 0; i < 5; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    (void)parse_nginx_stat(damaged).ok();
  }
}

}  // namespace
}  // namespace media
