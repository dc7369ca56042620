// One meter for the machine: who asks it, who may not be a second one, and what happens when it dies.
#include <gmock/gmock.h>
#include <signal.h>

#include "support/farm.h"

namespace story {
namespace {

using testing::Each;
using testing::HasSubstr;

class MeterStory : public Farm {
 protected:
  MeterStory() : socket_((folder_ / "meter.sock").string()) {}

  // Its values are told from those of any other meter here by their source.
  std::unique_ptr<Program> meter(std::vector<std::string> more = {}) {
    std::vector<std::string> words{
        "agent",          "--meter",   "--meter-socket", socket_,
        "--power-source", "simulator", "--calibration",  (folder_ / "calibration.json").string()};
    words.insert(words.end(), more.begin(), more.end());
    auto program = std::make_unique<Program>(start(std::move(words)));
    EXPECT_TRUE(program->prints("the meter of this machine"));
    return program;
  }
  // The energy lines of a run that lasts long enough for every source.
  json::Value measured_run() const {
    const auto done = run({"ffwatt", "run", "--json", "--no-save", "--meter-socket", socket_, "--", "sh", "-c",
                           "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"});
    EXPECT_EQ(done.code, 0) << done.err;
    return parsed(done.err);
  }
  static std::vector<std::string> sources(const json::Value& report) {
    std::vector<std::string> found;
    for (const auto& line : report.at("energy").items())
      if (!text_at(line, "source").empty()) found.push_back(text_at(line, "source"));
    return found;
  }
  // A meter that an agent started, which is no child of this story.
  pid_t detached_meter() const {
    for (const auto& line : still_running())
      if (line.find("--meter ") != std::string::npos) return static_cast<pid_t>(std::stol(line));
    return 0;
  }

  std::string socket_;
};

TEST_F(MeterStory, ARunAsksTheMeterOfItsMachine) {
  const auto m = meter();
  const auto report = measured_run();
  EXPECT_THAT(sources(report), Each("simulator"));
  EXPECT_FALSE(sources(report).empty());
}

TEST_F(MeterStory, ThereIsNoSecondMeter) {
  const auto m = meter();
  const auto second = run({"agent", "--meter", "--meter-socket", socket_});
  EXPECT_EQ(second.code, 75) << second.err;
  EXPECT_THAT(second.err, HasSubstr("a meter of this machine runs already"));
  EXPECT_THAT(sources(measured_run()), Each("simulator")) << "the first one serves on";
}

TEST_F(MeterStory, WithoutItsMeterARunMeasuresForItself) {
  const auto m = meter();
  m->kill();
  const auto report = measured_run();
  EXPECT_FALSE(sources(report).empty());
  EXPECT_THAT(sources(report), Each(testing::Ne("simulator")));
  const auto next = meter();
  EXPECT_THAT(sources(measured_run()), Each("simulator")) << "a new one takes its place";
}

TEST_F(MeterStory, ItEndsAWhileAfterItsLastClient) {
  const auto m = meter({"--meter-patience", "0.1s"});
  EXPECT_EQ(m->wait().code, 0);
  EXPECT_FALSE(std::filesystem::exists(socket_));
}

TEST_F(MeterStory, AnAgentStartsOneThatOutlivesItAndServesTheNext) {
  environment_["FFWATT_METER_SOCKET"] = socket_;
  auto m = master();
  auto a = agent();
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"duration":1}})").status, 201);
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  const auto pid = detached_meter();
  ASSERT_GT(pid, 0);
  a->signal(SIGTERM);
  a->wait();
  EXPECT_EQ(detached_meter(), pid) << "it outlives the agent";
  a = agent();
  EXPECT_TRUE(a->prints("registered"));
  EXPECT_EQ(detached_meter(), pid) << "and there is still one";
  ::kill(pid, SIGTERM);
}

TEST_F(MeterStory, AJobWhoseMeterDiesIsDoneAndSaysWhyItsEnergyIsNotKnown) {
  hold_jobs();
  environment_["FFWATT_METER_SOCKET"] = socket_;
  auto m = master();
  auto a = agent();
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"duration":1}})").status, 201);
  await_held();
  const auto pid = detached_meter();
  ASSERT_GT(pid, 0);
  ::kill(pid, SIGKILL);
  let_jobs_go();
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  const auto* report = job.find("report") ? job.find("report") : job.find("result");
  ASSERT_NE(report, nullptr);
  const auto& energy = report->at("energy").items();
  ASSERT_FALSE(energy.empty());
  EXPECT_TRUE(energy[0].at("joules").is_null()) << json::write(*report);
  EXPECT_THAT(text_at(energy[0], "reason"), HasSubstr("the meter of this machine was lost"));
}

}  // namespace
}  // namespace story
