// Jobs through a master and an agent, with the real programs and the real ffmpeg, and what happens when one of them
// dies.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>

#include "base/format.h"
#include "support/farm.h"

namespace story {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Some seconds of work on a small machine: long enough to be caught running.
constexpr const char* long_job =
    R"({"scenario":"720p30-h264","name":"long","parameters":{"duration":120,"preset":"medium"}})";
constexpr const char* short_job = R"({"scenario":"480p30-h264","name":"short","parameters":{"duration":1}})";

TEST_F(Farm, ADocumentedJobIsDoneMeasuredAndOneLineInTheLog) {
  auto m = master();
  auto a = agent();
  const auto health = curl({}, "/health");
  EXPECT_EQ(health.body, json::Value::object({{"status", "healthy"}}));

  const auto made = submit(
      R"({"scenario":"480p-h264","confidence":"auto","parameters":{"duration":2,"bitrate":"900k","resolution":"640x360"}})");
  ASSERT_EQ(made.status, 201) << made.headers;
  EXPECT_THAT(made.headers, HasSubstr("/jobs/" + text_at(made.body, "id")));

  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  EXPECT_EQ(text_at(job, "scenario"), "480p30-h264");
  const auto* report = job.find("report") ? job.find("report") : job.find("result");
  ASSERT_NE(report, nullptr) << json::write(job);
  const auto& energy = report->at("energy").items();
  ASSERT_FALSE(energy.empty());
  for (const auto& line : energy) {
    if (line.at("joules").is_null())
      EXPECT_FALSE(text_at(line, "reason").empty());
    else
      EXPECT_GT(line.at("joules").as_number(), 0);
  }
  // The agent publishes once the master has taken the result, which this story may see first.
  ASSERT_FALSE(text_at(*report, "output").empty()) << json::write(*report);
  EXPECT_EQ(run({"story_child", "file", text_at(*report, "output")}).code, 0);

  m->signal(SIGTERM);
  const auto ended = m->wait();
  EXPECT_EQ(ended.code, 0);
  const auto first = ended.err.find("job completed");
  ASSERT_NE(first, std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("job completed", first + 1), std::string::npos);
  EXPECT_THAT(ended.err.substr(first), HasSubstr(" J"));
}

TEST_F(Farm, AJobThatWasAcceptedSurvivesTheKilledMasterAndRunsOnce) {
  auto m = master();
  ASSERT_EQ(submit(short_job).status, 201);
  m->signal(SIGKILL);
  m->wait();
  m = master();
  auto a = agent();
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  EXPECT_EQ(job.at("attempts").items().size(), 1u);
  EXPECT_EQ(curl({}, "/results").body.at("count").as_integer(), 1);
}

TEST_F(Farm, AJobOfAKilledAgentGoesOnAndItsResultArrivesOnce) {
  hold_jobs();
  auto m = master();
  auto a = agent();
  ASSERT_EQ(submit(short_job).status, 201);
  await_held();
  a->kill();
  a = agent();
  ASSERT_TRUE(a->prints("found a job that is still running"));
  let_jobs_go();
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  EXPECT_EQ(job.at("attempts").items().size(), 1u);
  EXPECT_EQ(curl({}, "/results").body.at("count").as_integer(), 1);
}

TEST_F(Farm, AnAgentThatWasThereFirstWaitsForItsMaster) {
  auto a = agent();
  ASSERT_TRUE(a->prints("cannot register yet"));
  auto m = master();
  ASSERT_EQ(submit(short_job).status, 201);
  EXPECT_EQ(text_at(finished(1), "state"), "completed");
}

TEST_F(Farm, CtrlCGivesTheJobBackAndLeavesNothingRunning) {
  auto m = master();
  auto a = agent();
  ASSERT_EQ(submit(long_job).status, 201);
  await_running(1);
  a->signal(SIGINT);
  EXPECT_EQ(a->wait().code, 0);
  const auto job = curl({}, "/jobs/1").body;
  EXPECT_EQ(text_at(job, "state"), "queued");
  m->signal(SIGINT);
  m->wait();
  EXPECT_THAT(still_running(), IsEmpty());
}

TEST_F(Farm, ACanceledJobStopsItsFfmpegAndIsNeverCompleted) {
  auto m = master();
  auto a = agent();
  ASSERT_EQ(submit(long_job).status, 201);
  await_running(1);
  EXPECT_EQ(run({"ffwatt", "jobs", "cancel", "1"}).code, 0);
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "canceled");
  EXPECT_EQ(submit(short_job).status, 201);
  EXPECT_EQ(text_at(finished(2), "state"), "completed") << "the slot is free again";
  for (const auto& line : still_running()) EXPECT_EQ(line.find("ffmpeg"), std::string::npos) << line;
}

TEST_F(Farm, InputThatIsNotWhatItShouldBeFailsAtOnceWithTheReason) {
  auto m = master();
  auto a = agent();
  std::ofstream(folder_ / "empty.mp4").flush();
  std::ofstream(folder_ / "text.mp4") << "this is no film\n";
  ASSERT_EQ(run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=30:d=4", "-c:v", "libx264", "-y",
                 (folder_ / "whole.mp4").string()})
                .code,
            0);
  const auto whole = content(folder_ / "whole.mp4");
  std::ofstream(folder_ / "cut.mp4", std::ios::binary) << whole.substr(0, whole.size() / 2);
  int number = 0;
  for (const char* name : {"absent.mp4", "empty.mp4", "text.mp4", "cut.mp4"}) {
    const auto input = (folder_ / name).string();
    ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"input":")" + input + R"("}})").status, 201);
    const auto job = finished(++number);
    EXPECT_EQ(text_at(job, "state"), "failed") << name;
    EXPECT_EQ(job.at("attempts").items().size(), 1u) << name << ": the input's fault is not tried again";
    EXPECT_THAT(text_at(job, "reason"), HasSubstr(name));
  }
}

TEST_F(Farm, WhatCannotBeTrueIsRefusedWithItsPlaceAndChangesNothing) {
  auto m = master();
  const struct {
    const char* body;
    const char* pointer;
    const char* words;
  } cases[] = {
      {R"({"scenario":"1080p-h246"})", "/scenario", "1080p30-h264"},
      {R"({"scenario":"720p-h264","parameters":{"durration":5}})", "/parameters/durration", "duration"},
      {R"({"scenario":"720p-h264","parameters":{"duration":-5}})", "/parameters/duration", ""},
      {R"({"scenario":"720p-h264","parameters":{"duration":0}})", "/parameters/duration", ""},
      {R"({"scenario":"720p-h264","parameters":{"bitrate":"4G"}})", "/parameters/bitrate", ""},
      {R"({"scenario":"720p-h264","queue":"fast"})", "/queue", ""},
      {R"({"scenario":"720p-h264",)", "", "1:25: the text ends in the middle"},
  };
  for (const auto& c : cases) {
    const auto answer = submit(c.body);
    EXPECT_EQ(answer.status, 400) << c.body;
    EXPECT_THAT(answer.headers, HasSubstr("application/problem+json"));
    EXPECT_THAT(json::write(answer.body), HasSubstr(c.pointer)) << c.body;
    EXPECT_THAT(json::write(answer.body), HasSubstr(c.words)) << c.body;
  }
  EXPECT_EQ(curl({}, "/jobs").body.at("count").as_integer(), 0);
}

TEST_F(Farm, TwoMegabytesOfNothingAreRefusedAndOthersAreServed) {
  auto m = master();
  const std::string much(2u << 20, 'x');
  const auto file = [&](const char* name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return "@" + (folder_ / name).string();
  };
  const std::string bodies[] = {file("no-json", much),
                                file("a-label", R"({"scenario":"720p-h264","labels":{"a":")" + much + "\"}}"),
                                file("a-field", R"({")" + much + R"(":1})"),
                                file("deep", std::string(1u << 20, '[') + std::string(1u << 20, ']'))};
  for (const auto& body : bodies) {
    const auto answer = curl({"-X", "POST", "--data-binary", body, "-H", "Expect:"}, "/jobs");
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_LT(json::write(answer.body).size(), 10'000u) << "it is not told again";
  }
  const auto larger = file("larger", std::string(20u << 20, ' '));
  EXPECT_EQ(curl({"-X", "POST", "--data-binary", larger, "-H", "Expect:"}, "/jobs").status, 413);
  EXPECT_EQ(submit(R"({"scenario":"720p-h264"})").status, 201);
  EXPECT_EQ(curl({}, "/jobs").body.at("count").as_integer(), 1);
}

TEST_F(Farm, AnOutputThatCannotBeWrittenFailsWithTheFolder) {
  auto m = master();
  auto a = agent();
  std::ofstream(folder_ / "a-file") << "x";
  const auto output = (folder_ / "a-file" / "out.mp4").string();
  ASSERT_EQ(
      submit(R"({"scenario":"480p30-h264","max_attempts":1,"parameters":{"duration":1,"output":")" + output + R"("}})")
          .status,
      201);
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "failed");
  EXPECT_THAT(text_at(job, "reason"), HasSubstr("a-file"));
}

TEST_F(Farm, APortInUseIsSaidWithItsOwner) {
  auto m = master();
  const auto second = run({"master", "--address", "127.0.0.1", "--port", std::to_string(port_), "--state-dir",
                           (folder_ / "second").string()});
  EXPECT_NE(second.code, 0);
  EXPECT_THAT(second.err, HasSubstr(std::to_string(port_)));
  EXPECT_THAT(second.err, HasSubstr("master (pid " + std::to_string(m->pid()) + ")"));
}

TEST_F(Farm, ASecondMasterOnTheSameFolderIsRefused) {
  auto m = master();
  const auto second =
      run({"master", "--address", "127.0.0.1", "--port", "0", "--state-dir", (folder_ / "master").string()});
  EXPECT_EQ(second.code, 75);
  EXPECT_THAT(second.err, HasSubstr((folder_ / "master").string()));
  EXPECT_THAT(second.err, HasSubstr("--state-dir"));
}

TEST_F(Farm, ASecondAgentOnTheSameFolderIsRefusedAlike) {
  auto a = agent();
  ASSERT_TRUE(a->prints("cannot register yet"));
  const auto second = run({"agent", "--register", "--state-dir", (folder_ / "agent").string()});
  EXPECT_EQ(second.code, 75);
  EXPECT_THAT(second.err, HasSubstr((folder_ / "agent").string()));
  EXPECT_THAT(second.err, HasSubstr("--state-dir"));
}

TEST_F(Farm, TheBannerNamesTheKeyFileByAPathThatHoldsEverywhere) {
  Program m(start({"master", "--address", "127.0.0.1", "--port", std::to_string(port_), "--state-dir", "near"}));
  ASSERT_TRUE(m.prints("serving"));
  const auto refused = curl({"-H", "Authorization: Bearer wrong"}, "/jobs");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(text_at(refused.body, "detail"), HasSubstr((folder_ / "near" / "key").string()));
  m.signal(SIGTERM);
  EXPECT_THAT(m.wait().out, HasSubstr("  key     " + (folder_ / "near" / "key").string() + "\n"));
}

TEST_F(Farm, ANodeWithoutFfmpegTakesNoJobAndTheSubmitterIsWarned) {
  auto m = master();
  environment_["PATH"] = FFWATT_BIN_DIR;  // nothing else
  auto a = agent();
  ASSERT_TRUE(a->prints("registered"));
  environment_["PATH"] = std::string(FFWATT_BIN_DIR) + ":/usr/local/bin:/usr/bin:/bin";
  const auto made = submit(short_job);
  EXPECT_EQ(made.status, 201);
  EXPECT_THAT(json::write(made.body.at("warnings")), HasSubstr("libx264"));
  const auto nodes = run({"ffwatt", "nodes", "ls", "--json"});
  EXPECT_THAT(nodes.out, HasSubstr("ffmpeg"));
  EXPECT_EQ(text_at(curl({}, "/jobs/1").body, "state"), "queued");
}

TEST_F(Farm, ARealFilmIsTranscodedToWhatWasAsked) {
  const auto input = real_film();
  auto m = master();
  auto a = agent();
  const auto output = (folder_ / "out" / "film.mp4").string();
  std::filesystem::create_directories(folder_ / "out");
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"duration":5,"input":")" + input + R"(","output":")" +
                   output + R"("}})")
                .status,
            201);
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  const auto probed =
      run({"ffprobe", "-v", "error", "-show_entries", "stream=codec_name,height", "-of", "csv=p=0", output});
  EXPECT_THAT(probed.out, HasSubstr("h264,480"));
}

TEST_F(Farm, AnEncodeOfARealFilmIsScoredAgainstItApartFromItsJoules) {
  const auto input = real_film();
  auto m = master();
  auto a = agent();
  std::filesystem::create_directories(folder_ / "out");
  const auto job_of = [&](int crf) {
    return base::format(
        R"({{"scenario":"480p30-h264","parameters":{{"input":"{}","output":"{}","start":10,"duration":2,"fps":24,)"
        R"("crf":{},"preset":"veryfast","quality":["psnr","ssim","vmaf"]}}}})",
        input, (folder_ / "out" / base::format("crf{}.mp4", crf)).string(), crf);
  };
  double previous = 1;
  int number = 0;
  for (const int crf : {18, 40}) {
    ASSERT_EQ(submit(job_of(crf)).status, 201);
    const auto job = finished(++number);
    ASSERT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
    const auto& report = job.find("report") ? job.at("report") : job.at("result");
    const auto& quality = report.at("quality");
    ASSERT_TRUE(quality.at("ssim").at("mean").is_number()) << json::write(quality);
    const double ssim = quality.at("ssim").at("mean").as_number();
    EXPECT_GT(ssim, 0.5);
    EXPECT_LT(ssim, previous) << "crf " << crf;
    previous = ssim;
    EXPECT_GT(quality.at("psnr").at("mean").as_number(), 20);
    // Frame-exact: the 2 s that were encoded, from the frame at 10 s on.
    EXPECT_EQ(quality.at("frames").at("compared"), json::Value(48)) << json::write(quality);
    EXPECT_EQ(quality.at("frames").at("offset"), json::Value(0)) << json::write(quality);
    // Debian's ffmpeg has no libvmaf: then the result says so, and never 0.
    const auto& vmaf = quality.at("vmaf");
    EXPECT_NE(vmaf.at("mean").is_number(), vmaf.at("reason").is_string()) << json::write(vmaf);
    EXPECT_GT(quality.at("scoring_seconds").as_number(), 0);
    EXPECT_TRUE(quality.at("scoring_energy").is_object());
  }
}

}  // namespace
}  // namespace story
