// What people do to a master's queue and its nodes, with the real programs: pause, retry, drain, jobs that want a node
// to themselves or one with a label, removal.
#include <gmock/gmock.h>

#include "support/farm.h"

namespace story {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* short_job = R"({"scenario":"480p30-h264","name":"short","parameters":{"duration":1}})";

class QueueStory : public Farm {
 protected:
  QueueStory() { environment_["FFWATT_STATE_DIR"] = folder_.string(); }  // with the master's key below
  std::string state(int number) const { return text_at(curl({}, "/jobs/" + std::to_string(number)).body, "state"); }
  Ended ffwatt(std::vector<std::string> words) const {
    words.insert(words.begin(), "ffwatt");
    return run(std::move(words));
  }
};

TEST_F(QueueStory, APausedJobIsOvertakenAndRunsWhenItIsResumed) {
  auto m = master();
  ASSERT_EQ(submit(short_job).status, 201);
  EXPECT_EQ(ffwatt({"jobs", "pause", "1"}).out, "job #1 is paused\n");
  auto a = agent();
  ASSERT_EQ(submit(short_job).status, 201);
  EXPECT_EQ(text_at(finished(2), "state"), "completed");
  EXPECT_EQ(state(1), "paused");
  const auto refused = ffwatt({"jobs", "pause", "2"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("job #2 is completed and cannot be paused: "));
  EXPECT_EQ(ffwatt({"jobs", "resume", "1"}).code, 0);
  EXPECT_EQ(text_at(finished(1), "state"), "completed");
}

TEST_F(QueueStory, AFailedJobIsListedWithItsReasonAndCompletesAfterARetry) {
  auto m = master();
  auto a = agent();
  const auto input = (folder_ / "late.mp4").string();
  ASSERT_EQ(submit(R"({"scenario":"480p30-h264","parameters":{"duration":1,"input":")" + input + R"("}})").status, 201);
  ASSERT_EQ(text_at(finished(1), "state"), "failed");
  const auto dead = ffwatt({"jobs", "ls", "--state", "failed"});
  EXPECT_THAT(dead.out, AllOf(HasSubstr("reason"), HasSubstr("input"), HasSubstr("late.mp4")));
  ASSERT_EQ(
      run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=30:d=2", "-c:v", "libx264", "-y", input})
          .code,
      0);
  EXPECT_EQ(ffwatt({"jobs", "retry", "--state", "failed", "--yes"}).out, "1 job queued again\n");
  EXPECT_EQ(text_at(finished(1), "state"), "completed");
  EXPECT_THAT(ffwatt({"jobs", "show", "1"}).out, HasSubstr("failed (input)"));
  const auto history = ffwatt({"jobs", "history", "1"});
  EXPECT_EQ(history.code, 0) << history.err;
  EXPECT_THAT(history.out, AllOf(HasSubstr("asked for by"), HasSubstr("started on agent"), HasSubstr("completed")));
}

TEST_F(QueueStory, ADrainedNodeEndsWhatItHasAndGetsNothingNew) {
  hold_jobs();
  auto m = master();
  auto first = agent("first");
  ASSERT_EQ(submit(short_job).status, 201);
  await_held();
  EXPECT_EQ(ffwatt({"nodes", "drain", "first"}).out, "node first is draining: it gets no new job and ends #1\n");
  ASSERT_EQ(submit(short_job).status, 201);
  let_jobs_go();
  EXPECT_EQ(text_at(finished(1), "state"), "completed") << "the job that ran was let end";
  EXPECT_THAT(ffwatt({"nodes", "ls"}).out, HasSubstr("up, draining"));
  // The drained one has asked for longer than this one: by that alone it would get the job.
  auto second = agent("second");
  const auto job = finished(2);
  EXPECT_EQ(text_at(job.at("attempts").items().at(0), "node"), "second");
  EXPECT_THAT(ffwatt({"nodes", "show", "first"}).out, AllOf(HasSubstr("asked for by"), HasSubstr("libx264")));
  EXPECT_EQ(ffwatt({"nodes", "activate", "first"}).out, "node first is active and gets jobs\n");
  EXPECT_THAT(ffwatt({"nodes", "ls"}).out, Not(HasSubstr("draining")));
}

TEST_F(QueueStory, ADrainWithADeadlineGivesBackWhatIsNotEnded) {
  hold_jobs();
  auto m = master({"--heartbeat", "1s", "--lease", "10s"});
  auto first = agent("first");
  ASSERT_EQ(submit(short_job).status, 201);
  await_held();
  const auto drained = ffwatt({"nodes", "drain", "first", "--deadline", "0s"});
  EXPECT_THAT(drained.out, HasSubstr("ends #1; what is not ended at 20")) << drained.err;
  ASSERT_TRUE(first->prints("this node is drained"));
  let_jobs_go();
  auto second = agent("second");
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed");
  const auto& attempts = job.at("attempts").items();
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(text_at(attempts.at(0), "outcome"), "interrupted");
  EXPECT_EQ(text_at(attempts.at(1), "node"), "second");
  const auto wrong = ffwatt({"nodes", "drain", "first", "--deadline", "tomorrow"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--deadline"));
}

TEST_F(QueueStory, AnExclusiveJobHasANodeWithTwoSlotsToItself) {
  auto m = master();
  ASSERT_EQ(submit(R"({"jobs":[{"scenario":"480p30-h264","exclusive":true,"parameters":{"duration":1}},)" +
                   std::string(short_job) + "," + short_job + "]}")
                .status,
            201);
  auto a = agent("agent", {"--slots", "2"});
  const auto alone = finished(1);
  EXPECT_EQ(text_at(alone, "state"), "completed");
  const auto ended = text_at(alone.at("attempts").items().at(0), "ended_at");
  ASSERT_FALSE(ended.empty());
  for (const int number : {2, 3}) {
    const auto job = finished(number);
    EXPECT_EQ(text_at(job, "state"), "completed");
    EXPECT_GE(text_at(job.at("attempts").items().at(0), "started_at"), ended) << number;
  }
}

TEST_F(QueueStory, AJobThatWantsALabelRunsWhereItIsAndIsWarnedOfWhereItIsNot) {
  auto m = master();
  auto a = agent("agent", {"--label", "rack=b7"});
  ASSERT_TRUE(a->prints("registered"));
  const auto wanted = ffwatt({"jobs", "submit", "480p30-h264", "--set", "duration=1", "--label", "node.rack=b8"});
  EXPECT_EQ(wanted.code, 0);
  EXPECT_THAT(wanted.err, HasSubstr("job #1: unsatisfiable: needs a node with the label rack=b8; no node has it"));
  EXPECT_THAT(ffwatt({"jobs", "show", "1"}).out, HasSubstr("unsatisfiable: needs a node with the label rack=b8"));
  ASSERT_EQ(ffwatt({"jobs", "submit", "480p30-h264", "--set", "duration=1", "--label", "node.rack=b7"}).code, 0);
  EXPECT_EQ(text_at(finished(2), "state"), "completed");
  EXPECT_THAT(ffwatt({"nodes", "show", "agent"}).out, HasSubstr("rack=b7"));
}

TEST_F(QueueStory, OnlyAJobThatHasEndedIsRemovedAndItsResultStays) {
  auto m = master();
  ASSERT_EQ(submit(short_job).status, 201);
  const auto refused = ffwatt({"jobs", "rm", "1"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("cancel it first"));
  auto a = agent();
  ASSERT_EQ(text_at(finished(1), "state"), "completed");
  EXPECT_EQ(ffwatt({"jobs", "rm", "--state", "completed", "--yes"}).out, "1 job removed\n");
  EXPECT_EQ(curl({}, "/jobs/1").status, 404);
  EXPECT_EQ(curl({}, "/results").body.at("count").as_integer(), 1);
}

}  // namespace
}  // namespace story
