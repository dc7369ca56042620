// The runner process of one job, called as a function: what it finds in its folder and what it leaves there. ffmpeg is
// a script; real transcodes are runner's and the farm story's to test.
#include "agent/run_one.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "agent/capabilities.h"
#include "agent/spool.h"
#include "agent/spool_for_tests.h"

namespace agent {
namespace {

using testing::HasSubstr;

class RunOneTest : public testing::Test {
 protected:
  RunOneTest() {
    EXPECT_TRUE(spool.put_offer(offer));
    settings.folder = spool.folder(offer.lease);
  }
  // A script that answers for its version and does this for everything else.
  void install_ffmpeg(const std::string& otherwise) {
    const auto script =
        "#!/bin/sh\ncase \"$*\" in\n*-version*) echo ffmpeg version 9.1-test Copyright; exit;;\nesac\n" + otherwise +
        "\n";
    for (const char* name : {"bin/ffmpeg", "bin/ffprobe"})
      std::filesystem::permissions(folder.write(name, script), std::filesystem::perms::owner_all);
  }
  base::Result<void> run() {
    return run_one(host, {{"PATH", (folder / "bin").string() + ":/usr/bin:/bin"}}, settings, signals, *log);
  }
  base::Result<void> run_without_ffmpeg() { return run_one(host, {{"PATH", "/nowhere"}}, settings, signals, *log); }
  jobs::Report report() {
    auto read = spool.report(offer.lease);
    EXPECT_TRUE(read) << read.error().text();
    return read ? *std::move(read) : jobs::Report();
  }
  // Runs with an ffmpeg that goes on until a signal ends it, and sends `number` once it does.
  void run_until(int number) {
    install_ffmpeg("echo > " + (folder / "ready").string() + "\nexec sleep 600");
    std::jthread sender([&](std::stop_token ended) {
      while (!host.files.exists(folder / "ready") && !ended.stop_requested()) std::this_thread::yield();
      if (!ended.stop_requested()) ::kill(::getpid(), number);
    });
    EXPECT_TRUE(run());
    EXPECT_TRUE(host.files.exists(folder / "ready")) << report().outcome.error;
  }

  os::SignalSet signals{SIGINT, SIGTERM};
  os_testing::TemporaryFolder folder;
  os::RealHost real;
  NoCgroups cgroups;
  os::Host host{real.host().clock, real.host().random,    real.host().root,
                real.host().files, real.host().processes, cgroups};
  std::unique_ptr<base::Log> log = base::silent_log();
  Spool spool{host.files, folder.path()};
  wire::Offer offer = [] {
    auto made = spooled_offer(1);
    made.job.submission.spec.bitrate = units::BitsPerSecond(500'000);
    made.job.submission.labels = {{"tenant", "a"}};
    return made;
  }();
  RunOneSettings settings;
};

TEST_F(RunOneTest, WithoutFfmpegReportsThatThisNodeCannot) {
  ASSERT_TRUE(run_without_ffmpeg());
  const auto made = report();
  EXPECT_EQ(made.outcome.end, jobs::End::failed);
  EXPECT_EQ(made.outcome.failure, jobs::FailureClass::node);
  EXPECT_THAT(made.outcome.error, HasSubstr("apt install ffmpeg"));
  EXPECT_EQ(made.id, offer.job.id.text());
  EXPECT_EQ(made.kind, "job");
  EXPECT_EQ(made.name, "a job");
  EXPECT_EQ(made.tags, offer.job.submission.labels);
  EXPECT_EQ(spool.runner(offer.lease)->pid, ::getpid()) << "the next agent finds it by this";
}

TEST_F(RunOneTest, AnFfmpegThatFailsIsReportedWithItsWords) {
  install_ffmpeg("echo '[error] the encoder is on fire' >&2; exit 1");
  ASSERT_TRUE(run());
  const auto made = report();
  EXPECT_EQ(made.outcome.end, jobs::End::failed);
  ASSERT_THAT(made.log_tail, HasSubstr("the encoder is on fire")) << made.outcome.error;
  EXPECT_THAT(*host.files.read(settings.folder / "ffmpeg.log"), HasSubstr("the encoder is on fire"));
  EXPECT_EQ(made.id, offer.job.id.text());
  EXPECT_FALSE(made.energy.empty()) << "known or not, it is said";
}

TEST_F(RunOneTest, SigintIsACancel) {
  run_until(SIGINT);
  EXPECT_EQ(report().outcome.end, jobs::End::canceled);
}

// What a machine that shuts down sends to everybody.
TEST_F(RunOneTest, SigtermGivesTheJobBack) {
  run_until(SIGTERM);
  EXPECT_EQ(report().outcome.end, jobs::End::interrupted);
  EXPECT_EQ(report().outcome.failure, jobs::FailureClass::interruption);
  EXPECT_THAT(report().outcome.error, HasSubstr("given back while it ran"));
}

TEST_F(RunOneTest, ThatFindsAReportRunsNothing) {
  const auto kept = nothing_ran(offer, jobs::FailureClass::input, "as it was", units::WallTime::from_seconds(1e9));
  ASSERT_TRUE(Spool::put_report(host.files, settings.folder, kept));
  const auto refused = run_without_ffmpeg();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("has its report already"));
  EXPECT_EQ(report(), kept);
}

TEST_F(RunOneTest, BesideAnotherRunnerOfTheAttemptRunsNothing) {
  const auto lock = Spool::runner_lock(host.files, settings.folder);
  ASSERT_TRUE(lock);
  EXPECT_EQ(run_without_ffmpeg().error().kind(), base::ErrorKind::retry);
  EXPECT_FALSE(spool.has_report(offer.lease));
}

TEST_F(RunOneTest, InAFolderWithoutAJobNamesTheFile) {
  settings.folder = folder / "empty";
  std::filesystem::create_directory(settings.folder);
  const auto refused = run_without_ffmpeg();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr((settings.folder / "job.json").string()));
}

TEST_F(RunOneTest, WhatLiesOutsideTheRootsIsNotRun) {
  install_ffmpeg("echo ran > " + (folder / "ran").string());
  settings.roots = Roots({{"media", folder / "media"}});
  folder.write("media/in.mp4", "x");
  offer.job.submission.spec.input = "/etc/hostname";
  ASSERT_TRUE(spool.put_offer(offer));
  ASSERT_TRUE(run());
  EXPECT_EQ(report().outcome.failure, jobs::FailureClass::parameters);
  EXPECT_THAT(report().outcome.error, HasSubstr("none of this node's roots"));
  EXPECT_FALSE(host.files.exists(folder / "ran"));
}

TEST_F(RunOneTest, AnEncoderThatTheAgentFoundBrokenIsNotTried) {
  install_ffmpeg("echo ran > " + (folder / "ran").string());
  CapabilitySettings capability;
  capability.cache = folder / "encoders.json";
  capabilities(host, {{"PATH", (folder / "bin").string() + ":/usr/bin:/bin"}}, capability);
  std::filesystem::remove(folder / "ran");
  settings.encoders = capability.cache;
  ASSERT_TRUE(run());
  EXPECT_EQ(report().outcome.failure, jobs::FailureClass::node);
  EXPECT_THAT(report().outcome.error, HasSubstr("not in this build of ffmpeg"));
  EXPECT_FALSE(host.files.exists(folder / "ran"));
}

}  // namespace
}  // namespace agent
