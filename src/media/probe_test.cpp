#include "media/probe.h"

#include <gmock/gmock.h>

#include <fstream>
#include <random>

#include "media/test_footage.h"
#include "media/test_specs.h"
#include "media/test_world.h"

namespace media {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr units::Seconds patient{60};

TEST(Probe, TellsWhatRealFootageIs) {
  TestWorld world;
  const auto clip = footage(world);
  const auto facts = probe(world.host(), world.ffmpeg(), clip.path, patient);
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_THAT(facts->container, HasSubstr("mp4"));
  EXPECT_EQ(facts->video_codec, "h264");
  EXPECT_EQ(facts->audio_codec, "aac");
  EXPECT_EQ(facts->picture, (units::PictureSize{854, 480}));
  EXPECT_EQ(facts->rate, units::Hertz(24));
  EXPECT_EQ(facts->pixel_format, "yuv420p");
  EXPECT_EQ(facts->frames, static_cast<std::int64_t>(24 * clip.seconds));
  EXPECT_NEAR(facts->duration->value(), clip.seconds, 0.1);
  EXPECT_EQ(facts->size->value(), static_cast<double>(std::filesystem::file_size(clip.path)));
}

// A short clip in each container, with faststart so that an MP4 that is cut keeps its index.
std::string clip(TestWorld& world, const std::string& name) {
  const auto path = (world.folder() / name).string();
  const auto output =
      world.run({"-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30", "-t", "1", "-c:v",
                 name.ends_with("webm") ? "libvpx-vp9" : "libx264", "-b:v", "300k", "-movflags", "+faststart", path});
  EXPECT_TRUE(output.status.success()) << output.err;
  return path;
}

TEST(Probe, CountsFramesWhereTheContainerDoesNot) {
  TestWorld world;
  for (const auto* name : {"a.webm", "a.mkv"}) {
    const auto facts = probe(world.host(), world.ffmpeg(), clip(world, name), patient);
    ASSERT_TRUE(facts) << facts.error().text();
    EXPECT_EQ(facts->frames, 30) << name;
  }
}

TEST(Probe, SaysThatAFileIsCut) {
  TestWorld world;
  for (const auto* name : {"a.mp4", "a.mkv", "a.webm"}) {
    const auto path = clip(world, name);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) * 2 / 3);
    const auto facts = probe(world.host(), world.ffmpeg(), path, patient);
    ASSERT_FALSE(facts) << name;
    EXPECT_EQ(facts.error().kind(), ErrorKind::invalid);
    EXPECT_THAT(facts.error().text(), HasSubstr("is cut")) << name;
  }
}

TEST(Probe, RefusesWhatIsNoMediaWithTheReason) {
  TestWorld world;
  const auto refused = [&](const std::string& target) {
    const auto facts = probe(world.host(), world.ffmpeg(), target, patient);
    return facts ? base::Error::failed("accepted") : facts.error();
  };
  EXPECT_EQ(refused((world.folder() / "none.mp4").string()).kind(), ErrorKind::absent);
  EXPECT_THAT(refused(world.write("empty.mp4", "").string()).text(), HasSubstr("is empty"));
  EXPECT_THAT(refused(world.write("text.mp4", "hello").string()).text(), HasSubstr("moov atom not found"));
  EXPECT_THAT(refused(world.folder().string()).text(), HasSubstr("is not a file"));
  for (const std::string target : {"a.mp4", "http://127.0.0.1/a", "concat:/a", "pipe:0", "-version", "rtmp://h", ""})
    EXPECT_EQ(refused(target).kind(), ErrorKind::invalid) << target;
}

// Each of these makes a careless ffmpeg open the file beside it.
TEST(Probe, DoesNotFollowAFileThatNamesOtherFiles) {
  TestWorld world;
  const auto other = clip(world, "secret.ts");
  const std::vector<std::pair<std::string, std::string>> playlists{
      {"hls.mp4",
       "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + other + "\n#EXT-X-ENDLIST\n"},
      {"hls.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n"},
      {"concat.mp4", "ffconcat version 1.0\nfile secret.ts\n"},
      {"sdp.mp4",
       "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 "
       "H264/90000\n"}};
  for (const auto& [name, text] : playlists) {
    const auto facts = probe(world.host(), world.ffmpeg(), world.write(name, text).string(), patient);
    ASSERT_FALSE(facts) << name;
    EXPECT_EQ(facts.error().kind(), ErrorKind::invalid) << name << ": " << facts.error().text();
  }
}

TEST(Probe, GivesUpAtItsLimit) {
  TestWorld world;
  const Ffmpeg fake{"/none", world.script("ffprobe", "exec sleep 1000"), "9", "9"};
  const auto facts = probe(world.host(), fake, world.write("a.mp4", "x").string(), units::Seconds(0.2));
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind(), ErrorKind::retry);
}

TEST(Probe, OfAStreamWithoutServerIsWorthARetryAndKeepsTheKeySecret) {
  TestWorld world;
  // Port 1 (tcpmux) is never given to anybody by the system.
  const auto facts = probe(world.host(), world.ffmpeg(), "rtmp://127.0.0.1:1/live/secret", patient);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind(), ErrorKind::retry);
  EXPECT_THAT(facts.error().text(), HasSubstr("rtmp://127.0.0.1:1/live"));
  EXPECT_THAT(facts.error().text(), testing::Not(HasSubstr("secret")));
}

// nginx passes 29.97 on as 29, which is all that a look at a few pictures has.
TEST(Probe, OfAStreamOfWhichLittleWasSeenTellsNoRate) {
  TestWorld world;
  const struct {
    int packets;
    std::optional<units::Hertz> rate;
  } cases[] = {{0, std::nullopt}, {10, std::nullopt}, {40, units::Hertz(29)}};
  for (const auto& c : cases) {
    const auto says = R"({"streams":[{"codec_type":"video","codec_name":"h264","width":160,"height":120,)"
                      R"("avg_frame_rate":"29/1","r_frame_rate":"29/1","nb_read_packets":")" +
                      std::to_string(c.packets) + R"("}],"format":{"format_name":"flv"}})";
    const Ffmpeg fake{"/none", world.script("ffprobe", "echo '" + says + "'"), "9", "9"};
    const auto facts = probe(world.host(), fake, "rtmp://127.0.0.1:1/live/x", patient);
    ASSERT_TRUE(facts) << facts.error().text();
    EXPECT_EQ(facts->rate, c.rate) << c.packets;
    EXPECT_EQ(facts->frames, std::nullopt) << "they are not those of the stream";
    EXPECT_EQ(facts->picture, (units::PictureSize{160, 120}));
  }
}

TEST(ParseProbe, TakesWhatIsKnownAndLeavesTheRestAbsent) {
  const auto facts = parse_probe(R"({"streams":[
      {"codec_type":"audio","codec_name":"aac","avg_frame_rate":"0/0"},
      {"codec_type":"video","codec_name":"png","width":10,"height":10,"disposition":{"attached_pic":1}},
      {"codec_type":"video","codec_name":"hevc","width":1920,"height":1080,"avg_frame_rate":"0/0","r_frame_rate":"60/1"}],
      "format":{"format_name":"flv","duration":"0.000000","size":"N/A"}})");
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_EQ(facts->video_codec, "hevc");
  EXPECT_EQ(facts->audio_codec, "aac");
  EXPECT_EQ(facts->rate, units::Hertz(60));
  EXPECT_EQ(facts->duration, std::nullopt);
  EXPECT_EQ(facts->size, std::nullopt);
  EXPECT_EQ(facts->frames, std::nullopt);
}

std::string answer(std::string_view video_members, std::string_view container = "mp4") {
  return R"({"streams":[{"codec_type":"video",)" + std::string(video_members) + R"(}],"format":{"format_name":")" +
         std::string(container) + R"("}})";
}

// Seen with nginx-rtmp: it passes 29.97 on as 29, and ffprobe believes the header.
TEST(ParseProbe, BelievesTheTimeStampsOfAStreamMoreThanItsHeader) {
  const std::string rates = R"("codec_name":"h264","avg_frame_rate":"29/1","r_frame_rate":"30000/1001")";
  EXPECT_NEAR(parse_probe(answer(rates, "flv"))->rate->value(), 29.97, 0.001);
  EXPECT_EQ(parse_probe(answer(rates))->rate, units::Hertz(29));
  EXPECT_EQ(parse_probe(answer(R"("codec_name":"h264","avg_frame_rate":"25/1","r_frame_rate":"1000/1")", "flv"))->rate,
            units::Hertz(25));
}

TEST(ParseProbe, TreatsNumbersOutOfRangeAsUnknown) {
  const auto facts = parse_probe(answer(R"("codec_name":"h264","width":-1,"height":99999999,"nb_frames":"1e400",
      "avg_frame_rate":"1/0","r_frame_rate":"90000/1","duration":"-3")"));
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_EQ(facts->picture, std::nullopt);
  EXPECT_EQ(facts->rate, std::nullopt);
  EXPECT_EQ(facts->frames, std::nullopt);
  EXPECT_EQ(facts->duration, std::nullopt);
}

TEST(ParseProbe, RefusesWhatIsNoAnswer) {
  std::string many = R"({"format":{},"streams":[{}])";
  many.insert(many.size() - 1, [] {
    std::string out;
    for (int i = 0; i < 100; ++i) out += R"(,{"codec_type":"video"})";
    return out;
  }());
  for (const std::string& text : std::vector<std::string>{
           "", "{}", "[]", "null", "{\"streams\":[],\"format\":{}}", "{\"streams\":{},\"format\":[]}", many + "}",
           answer(R"("codec_name":"<script>")"), answer(R"("codec_name":"h264","pix_fmt":"a\u0000b")"),
           answer(R"("codec_name":"h264")", std::string(1000, 'x')), std::string(2u << 20, '[')}) {
    const auto facts = parse_probe(text);
    ASSERT_FALSE(facts) << text.substr(0, 100);
    EXPECT_EQ(facts.error().kind(), ErrorKind::invalid);
  }
  EXPECT_THAT(parse_probe(many + "}").error().text(), HasSubstr("101 streams"));
}

TEST(ParseProbe, SurvivesDamage) {
  const auto whole = answer(R"("codec_name":"h264","width":320,"height":180,"avg_frame_rate":"30/1","nb_frames":"30")");
  std::mt19937 random(5);
  for (int round = 0; round < 5000; ++round) {
    auto damaged = whole.substr(0, 1 + random() % whole.size());
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    (void)parse_probe(damaged).ok();
  }
}

MediaFacts as_asked() {
  MediaFacts made;
  made.video_codec = "h264", made.picture = units::PictureSize{320, 180};
  made.rate = units::Hertz(30), made.duration = units::Seconds(1);
  return made;
}

TEST(Differences, AreNoneWhereTheResultIsWhatWasAsked) {
  EXPECT_THAT(differences(generated_spec(), as_asked()), IsEmpty());
  auto spec = generated_spec();
  auto made = as_asked();
  spec.codec = Codec::h265, made.video_codec = "hevc";
  spec.rate = units::Hertz(29.97), made.rate = units::Hertz(30000 / 1001.0);
  made.duration = units::Seconds(1.4);
  EXPECT_THAT(differences(spec, made), IsEmpty());
}

TEST(Differences, TellEachThatThereIs) {
  auto made = as_asked();
  made.video_codec = "vp9", made.picture = units::PictureSize{640, 360}, made.rate = units::Hertz(25);
  made.duration = units::Seconds(3), made.audio_codec = "mp3";
  EXPECT_THAT(differences(generated_spec(), made),
              ElementsAre("codec is vp9, asked for h264", "size is 640x360, expected 320x180",
                          "frame rate is 25.000, expected 30.000", "duration is 3.00 s, expected 1.00 s",
                          "it holds mp3 sound, asked for none"));
  EXPECT_THAT(differences(generated_spec(), MediaFacts{}), ElementsAre("it holds no picture"));
  EXPECT_THAT(differences(stream_spec(), as_asked()), ElementsAre("it holds no sound"));
  made = as_asked(), made.audio_codec = "mp3";
  EXPECT_THAT(differences(stream_spec(), made), ElementsAre("sound is mp3, asked for aac"));
}

TEST(Differences, ExpectOfAFileNoMoreThanItHolds) {
  TranscodeSpec spec = file_spec();
  spec.duration = units::Seconds(60);
  MediaFacts source = as_asked(), made = as_asked();
  source.duration = units::Seconds(30), made.duration = units::Seconds(30);
  EXPECT_THAT(differences(spec, made), IsEmpty());
  EXPECT_THAT(differences(spec, made, &source), IsEmpty());
  made.duration = units::Seconds(12);
  EXPECT_THAT(differences(spec, made), IsEmpty()) << "the file may be as short";
  EXPECT_THAT(differences(spec, made, &source), ElementsAre("duration is 12.00 s, expected 30.00 s"));
  made.duration = units::Seconds(70);
  EXPECT_THAT(differences(spec, made), ElementsAre("duration is 70.00 s, expected 60.00 s"));
}

TEST(Differences, TakeSizeAndRateFromTheSourceWhereNoneWereAsked) {
  const MediaFacts source = as_asked();
  MediaFacts made = as_asked();
  made.picture = units::PictureSize{180, 320};
  EXPECT_THAT(differences(file_spec(), made, &source), IsEmpty()) << "ffmpeg turns the picture upright";
  made.picture = units::PictureSize{160, 90}, made.rate = units::Hertz(60);
  EXPECT_THAT(differences(file_spec(), made, &source),
              ElementsAre("size is 160x90, expected 320x180", "frame rate is 60.000, expected 30.000"));
}

}  // namespace
}  // namespace media
