// What ffwatt makes of pictures, through a master and an agent, with the real ffmpeg: ladders, passes, films with all
// that belongs to them, several streams, repetitions, and what is seen of it meanwhile.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>

#include "support/farm.h"

namespace story {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Transcodes : public Farm {
 protected:
  std::string in(const char* name) const { return (folder_ / name).string(); }
  json::Value report_of(int number) {
    const auto job = finished(number);
    EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
    return job.at("report");
  }
  // "h264,640,360,30/1,24" of the picture.
  std::string picture(const std::string& file) const {
    const auto probed = run({"ffprobe", "-v", "error", "-count_packets", "-select_streams", "v", "-show_entries",
                             "stream=codec_name,width,height,nb_read_packets", "-of", "csv=p=0", file});
    return probed.out.substr(0, probed.out.find('\n'));
  }
  // Its agent gives a file its name once the master has taken the result.
  void await_file(const std::string& path) const { EXPECT_EQ(run({"story_child", "file", path}).code, 0) << path; }
  void ffmpeg(std::vector<std::string> words) const {
    words.insert(words.begin(), {"ffmpeg", "-v", "error", "-nostdin", "-y"});
    const auto made = run(std::move(words));
    ASSERT_EQ(made.code, 0) << made.err;
  }
  void clip(const std::string& file, const char* source = "testsrc2=s=320x240:r=24:d=2") const {
    ffmpeg({"-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast", "file:" + file});
  }
};

TEST_F(Transcodes, ALadderIsOneDecodeAndEveryRenditionIsVerified) {
  auto m = master();
  auto a = agent();
  clip(in("in.mp4"));
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"preset":"ultrafast","fps":24,"input":")" + in("in.mp4") +
                   R"(","outputs":[{"resolution":"640x480","output":")" + in("big.mp4") +
                   R"("},{"resolution":"160x120","bitrate":"100k","codec":"h265","preset":"ultrafast"},)" +
                   R"({"resolution":"320x240","encoder":"libvpx-vp9","preset":"realtime-8","output":")" +
                   in("web.webm") + R"("}]}})")
                .status,
            201);
  const auto report = report_of(1);
  ASSERT_EQ(report.at("pieces").items().size(), 3u) << json::write(report);
  EXPECT_EQ(report.find("made"), nullptr) << "not one of them stands for all";
  const auto& command = report.at("command").items();
  EXPECT_EQ(std::count(command.begin(), command.end(), json::Value("-i")), 1);
  await_file(in("big.mp4"));
  await_file(in("web.webm"));
  EXPECT_EQ(picture(in("big.mp4")), "h264,640,480,48");
  EXPECT_EQ(picture(in("web.webm")), "vp9,320,240,48");
  const auto named = text_at(report.at("pieces").items()[1], "output");
  EXPECT_THAT(named, HasSubstr("job-1-480p30-h264-2-120p.mp4"));
  await_file(named);
  EXPECT_EQ(picture(named), "hevc,160,120,48");
  EXPECT_THAT(run({"ffwatt", "jobs", "show", "1"}).out, AllOf(HasSubstr("rendition 1"), HasSubstr("big.mp4")));
}

TEST_F(Transcodes, TwoPassesAreOneJobWithOneEnergy) {
  auto m = master();
  auto a = agent();
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"duration":2,"preset":"ultrafast","passes":2}})").status,
            201);
  const auto report = report_of(1);
  EXPECT_THAT(json::write(report.at("command")), AllOf(HasSubstr(R"("-pass","1")"), HasSubstr(R"("-pass","2")")));
  EXPECT_EQ(report.at("made").at("frames").as_integer(), 60);
  EXPECT_FALSE(report.at("energy").items().empty());
}

TEST_F(Transcodes, AFilmKeepsItsColoursItsSubtitlesAndItsSound) {
  auto m = master();
  auto a = agent();
  std::ofstream(folder_ / "words.srt") << "1\n00:00:00,100 --> 00:00:01,900\nHello\n\n";
  ffmpeg({"-f",           "lavfi",
          "-i",           "testsrc2=s=320x180:r=24:d=4",
          "-f",           "lavfi",
          "-i",           "sine=d=4",
          "-i",           in("words.srt"),
          "-map",         "0:v",
          "-map",         "1:a",
          "-map",         "2",
          "-c:v",         "libx265",
          "-preset",      "ultrafast",
          "-pix_fmt",     "yuv420p10le",
          "-x265-params", "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
          "-c:a",         "aac",
          "-c:s",         "srt",
          in("film.mkv")});
  ASSERT_EQ(
      submit(R"({"scenario":"1080p30-h265","parameters":{"preset":"ultrafast","resolution":"320x180","fps":24,)"
             R"("pixel_format":"yuv420p10le","audio":"copy","subtitles":"copy","start":1,"duration":2,"input":")" +
             in("film.mkv") + R"(","output":")" + in("cut.mkv") + R"("}})")
          .status,
      201);
  const auto made = report_of(1).at("made");
  EXPECT_EQ(text_at(made, "color_transfer"), "smpte2084") << json::write(made);
  EXPECT_EQ(text_at(made, "pixel_format"), "yuv420p10le");
  EXPECT_EQ(text_at(made, "audio_codec"), "aac");
  EXPECT_EQ(made.at("subtitles").as_integer(), 1);
  EXPECT_NEAR(made.at("duration_seconds").as_number(), 2, 0.3);
}

TEST_F(Transcodes, SeveralStreamsTogetherHaveEachTheirEnergy) {
  const auto job = [](const char* more) {
    return std::string(
               "ffwatt jobs submit 480p30-h264-rtmp --set duration=6 --set preset=ultrafast --set "
               "resolution=160x120 --set rtmp_url=$FFWATT_RTMP/pair --set streams=2 ") +
           more;
  };
  const auto done = run({"ffwatt", "local", "up", "--folder", in("farm"), "--", "sh", "-c", job("--wait --json")});
  if (done.err.find("apt install") != std::string::npos) {
    ASSERT_EQ(::getenv("CI"), nullptr) << done.err;
    GTEST_SKIP() << done.err;
  }
  ASSERT_EQ(done.code, 0) << done.err << done.out;
  const auto report = parsed(done.out).at("report");
  const auto& pieces = report.at("pieces").items();
  ASSERT_EQ(pieces.size(), 2u);
  for (const auto& piece : pieces) {
    EXPECT_EQ(text_at(piece, "end"), "completed");
    EXPECT_EQ(text_at(piece.at("made"), "video_codec"), "h264") << "seen at its receiving end";
    EXPECT_NE(piece.find("energy"), nullptr);
  }
  EXPECT_TRUE(text_at(pieces[0], "output").ends_with("/pair-1"));
  EXPECT_TRUE(text_at(pieces[1], "output").ends_with("/pair-2"));
  EXPECT_EQ(report.at("progress").at("frames").as_integer(), 360);
}

TEST_F(Transcodes, AStreamArrivesUnderItsKeyWhichIsOnNoCommandLine) {
  std::ofstream(in("key")) << "nobody-may-see-this\n";
  const auto script =
      "ffwatt jobs submit 480p30-h264-rtmp --set duration=6 --set preset=ultrafast --set resolution=160x120 "
      "--set rtmp_url=$FFWATT_RTMP/$(cat '" +
      in("key") +
      "') > /dev/null\n"
      "all() { cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\\0' '\\n'; }\n"
      "until all | grep -q '^rtmp://127.*/by-relay$'; do sleep 0.1; done\n"
      "all | grep -c -f '" +
      in("key") + "' >&2\nexec ffwatt jobs watch 1 --json";
  const auto done = run({"ffwatt", "local", "up", "--folder", in("farm"), "--", "sh", "-c", script});
  if (done.err.find("apt install") != std::string::npos) {
    ASSERT_EQ(::getenv("CI"), nullptr) << done.err;
    GTEST_SKIP() << done.err;
  }
  ASSERT_EQ(done.code, 0) << done.err << done.out;
  EXPECT_THAT(done.err, testing::ContainsRegex("(^|\n)0\n")) << "command lines that hold the key";
  const auto report = parsed(done.out).at("report");
  EXPECT_EQ(text_at(report.at("made"), "video_codec"), "h264") << "seen at its receiving end, under its key";
  EXPECT_TRUE(text_at(report, "output").ends_with("/nobody-may-see-this"));
}

TEST_F(Transcodes, RepetitionsAreOneAttemptAndTheirMeanIsTheResult) {
  auto m = master();
  auto a = agent();
  EXPECT_EQ(run({"ffwatt", "jobs", "submit", "480p30-h264", "--set", "duration=1", "--set", "preset=ultrafast",
                 "--confidence", "repeat: 3", "--wait"})
                .code,
            0);
  const auto job = finished(1);
  EXPECT_EQ(job.at("attempts").items().size(), 1u);
  EXPECT_TRUE(job.at("exclusive").as_bool());
  const auto& report = job.at("report");
  ASSERT_EQ(report.at("pieces").items().size(), 3u);
  EXPECT_THAT(text_at(report.at("confidence"), "reason"),
              testing::AnyOf(HasSubstr("3 runs"), HasSubstr("estimated"), HasSubstr("not known")));
  EXPECT_EQ(report.at("made").at("frames").as_integer(), 30);
  await_file(text_at(report, "output"));
}

TEST_F(Transcodes, ARunningJobIsSeenByTheSecondWhileSomebodyWatches) {
  auto m = master({"--heartbeat", "30s"});
  auto a = agent();
  ASSERT_EQ(submit(R"({"scenario":"720p30-h264","parameters":{"duration":600,"preset":"medium"}})").status, 201);
  Program watcher(on_terminal({"ffwatt", "jobs", "watch", "1"}, 120));
  EXPECT_TRUE(watcher.prints(" fps")) << watcher.printed();
  EXPECT_THAT(watcher.printed(), HasSubstr(" %"));
  const auto live = curl({}, "/jobs/1/live");
  EXPECT_EQ(live.status, 200);
  EXPECT_GT(live.body.at("progress").at("frames").as_integer(), 0) << json::write(live.body);
  EXPECT_EQ(json::write(live.body).find("token"), std::string::npos) << "the lease is nobody else's";
  watcher.signal(SIGINT);
  watcher.wait();
  EXPECT_EQ(run({"ffwatt", "jobs", "cancel", "1"}).code, 0);
  EXPECT_EQ(text_at(finished(1), "state"), "canceled");
}

TEST_F(Transcodes, PathsAreBelowTheRootsOfTheNode) {
  auto m = master();
  std::filesystem::create_directories(folder_ / "media");
  auto a = agent("agent", {"--root", "media=" + in("media")});
  clip(in("media/a film.mp4"));
  clip(in("outside.mp4"));
  const auto job = [](const std::string& input, const std::string& output) {
    return R"({"scenario":"480p30-h264","parameters":{"preset":"ultrafast","input":")" + input + R"(","output":")" +
           output + R"("}})";
  };
  ASSERT_EQ(submit(job("media:/a film.mp4", "media:/done.mp4")).status, 201);
  report_of(1);
  await_file(in("media/done.mp4"));
  ASSERT_EQ(submit(job(in("outside.mp4"), "media:/other.mp4")).status, 201);
  const auto refused = finished(2);
  EXPECT_EQ(text_at(refused, "state"), "failed");
  EXPECT_THAT(text_at(refused, "reason"), HasSubstr("none of this node's roots"));
  const auto elsewhere = submit(job("tapes:/a.mp4", "media:/b.mp4"));
  EXPECT_EQ(elsewhere.status, 201);
  EXPECT_THAT(json::write(elsewhere.body.at("warnings")), HasSubstr("--root tapes=FOLDER"));
  EXPECT_THAT(run({"ffwatt", "nodes", "show", "agent"}).out,
              AllOf(HasSubstr("roots"), HasSubstr("media"), HasSubstr("libx264"), HasSubstr("gpu"), HasSubstr("disk"),
                    HasSubstr("free of")));
}

TEST_F(Transcodes, InputThatIsNotWholeFailsOnceWithWordsForWhoMendsIt) {
  auto m = master();
  auto a = agent();
  ffmpeg({"-f", "lavfi", "-i", "sine=d=1", in("sound.mp4")});
  ffmpeg({"-f", "lavfi", "-i", "testsrc=s=129x97:r=25:d=1", "-c:v", "ffv1", "-pix_fmt", "yuv444p", in("odd.mkv")});
  clip(in("whole.mp4"), "testsrc2=s=320x240:r=25:d=4");
  auto damaged = content(folder_ / "whole.mp4");
  for (auto i = damaged.size() / 2; i < damaged.size() / 2 + 3000; ++i) damaged[i] = static_cast<char>(i * 7);
  std::ofstream(folder_ / "damaged.mp4", std::ios::binary) << damaged;
  const struct {
    const char *name, *words;
  } cases[] = {{"sound.mp4", "only sound"}, {"odd.mkv", "such as 128x96"}, {"damaged.mp4", "is damaged"}};
  int number = 0;
  for (const auto& c : cases) {
    ASSERT_EQ(
        submit(
            R"({"scenario":"480p30-h264","parameters":{"preset":"ultrafast","output_mode":"null","crf":30,"input":")" +
            in(c.name) + R"("}})")
            .status,
        201);
    const auto job = finished(++number);
    // 480p30 asks for a size: an odd input is scaled and no fault.
    if (std::string_view(c.name) == "odd.mkv") {
      EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
      continue;
    }
    EXPECT_EQ(text_at(job, "state"), "failed") << c.name;
    EXPECT_EQ(text_at(job.at("attempts").items()[0], "failure"), "input") << c.name;
    EXPECT_EQ(job.at("attempts").items().size(), 1u) << "the input's fault is not tried again";
    EXPECT_THAT(text_at(job, "reason"), HasSubstr(c.words)) << c.name;
  }
  const auto refused = submit(R"({"scenario":"480p30-h264","parameters":{"input":"/in/new\nline.mp4"}})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(json::write(refused.body), HasSubstr("control character"));
}

}  // namespace
}  // namespace story
