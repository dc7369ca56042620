// What the agent does with folders and processes: what an earlier one left, what becomes of a runner that dies.
#include "agent/doer.h"

#include <gmock/gmock.h>
#include <poll.h>

#include <future>

#include "agent/core_for_tests.h"
#include "agent/errands.h"
#include "agent/inbox.h"
#include "agent/run_one.h"
#include "agent/runner_processes.h"
#include "agent/settings.h"
#include "agent/spool_for_tests.h"
#include "json/json.h"
#include "net/http_server.h"
#include "runner/run_transcode.h"
#include "wire/decode.h"

namespace agent {
namespace {

using testing::HasSubstr;

class DoerTest : public testing::Test {
 protected:
  DoerTest() : spool(host.files, folder.path()) {
    settings.master = "http://127.0.0.1:1";  // nobody
    settings.state_folder = folder.path();
    settings.output_folder = folder / "outputs";
    settings.own_program = folder / "nothing";
    std::filesystem::create_directories(settings.output_folder);
    make();
  }
  void make() {
    doer.reset();
    calls.emplace(settings.master, Credentials{}, host.clock);
    runners.emplace(host, environment, settings.own_program, settings.runner_words, "boot-1", meter);
    doer = std::make_unique<Doer>(
        host, Doer::Places{settings.state_folder, settings.output_folder}, *calls, *runners,
        [this](Event event) { inbox.add(std::move(event)); }, *log);
  }
  os::Path left(const wire::Offer& offer) {
    EXPECT_TRUE(spool.put_offer(offer));
    return spool.folder(offer.lease);
  }
  // Waits for the next event and shows it to a core that has the job in hand; what the core then wants.
  Actions next_event(Core& core) {
    for (;;) {
      pollfd wanted{inbox.descriptor(), POLLIN, 0};
      ::poll(&wanted, 1, -1);
      Actions out;
      auto events = inbox.take();
      for (auto& event : events)
        for (auto& action : event(core, host.clock.now())) out.push_back(std::move(action));
      if (!events.empty()) return out;
    }
  }

  os_testing::TemporaryFolder folder;
  TestHost world;
  os::Host& host = world.host;
  os::Environment environment{{"PATH", "/usr/bin:/bin"}};
  Settings settings;
  std::unique_ptr<base::Log> log = base::silent_log();
  MachineMeter meter{host, environment, "nothing", {}, {}, *log};  // has no socket to offer
  Inbox inbox;
  Spool spool;
  os_testing::SeededRandom random;
  std::optional<Errands> calls;
  std::optional<RunnerProcesses> runners;
  std::unique_ptr<Doer> doer;
};

TEST_F(DoerTest, AFolderWithoutAReportAndWithoutARunnerBecomesAnInterruption) {
  const auto offer = spooled_offer(1);
  left(offer);
  const auto adopted = doer->adopt();
  ASSERT_EQ(adopted.size(), 1u);
  EXPECT_EQ(adopted[0].state, Adopted::State::reported);
  EXPECT_EQ(adopted[0].offer, offer);
  ASSERT_TRUE(spool.report(offer.lease)) << spool.report(offer.lease).error().text();
  const auto outcome = spool.report(offer.lease)->outcome;
  EXPECT_EQ(outcome.failure, jobs::FailureClass::interruption);
  EXPECT_THAT(outcome.error, HasSubstr("had died"));
  const auto energy = spool.report(offer.lease)->energy;
  ASSERT_EQ(energy.size(), 1u);
  EXPECT_THAT(energy[0].energy.reason(), HasSubstr("before it could report")) << "something may well have run";
}

TEST_F(DoerTest, AReportThatWasNotDeliveredIsKeptAsItIs) {
  const auto offer = spooled_offer(1);
  const auto path = left(offer);
  const auto report = nothing_ran(offer, jobs::FailureClass::input, "as it was", units::WallTime::from_seconds(1e9));
  ASSERT_TRUE(Spool::put_report(host.files, path, report));
  const auto adopted = doer->adopt();
  ASSERT_EQ(adopted.size(), 1u);
  EXPECT_EQ(adopted[0].state, Adopted::State::reported);
  EXPECT_EQ(*spool.report(offer.lease), report);
}

TEST_F(DoerTest, OfTwoAttemptsOfOneJobTheLaterOneIsAdopted) {
  const auto first = spooled_offer(1);
  auto second = first;
  second.lease.attempt = 2;
  const auto given_up = left(first);
  left(second);
  const auto adopted = doer->adopt();
  ASSERT_EQ(adopted.size(), 1u);
  EXPECT_EQ(adopted[0].offer, second);
  EXPECT_FALSE(host.files.exists(given_up));
}

TEST_F(DoerTest, AReportThatCannotBeReadNowIsTriedAgainBeforeItIsSetAside) {
  const auto offer = spooled_offer(1);
  std::filesystem::create_directory(left(offer) / "report.json");  // there, and every read of it fails
  Core core({}, random, *log);
  (void)core.begin({{offer, Adopted::State::reported}}, host.clock.now());
  const auto post = [&] {
    EXPECT_FALSE(doer->carry_out({Post{{}, offer.lease, {}}}));
    std::vector<Finish> ends;
    for (const auto& action : next_event(core))
      if (const auto* finish = std::get_if<Finish>(&action)) ends.push_back(*finish);
    return ends;
  };
  for (int i = 1; i < 20; ++i) EXPECT_TRUE(post().empty()) << "try " << i;
  const auto ends = post();
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].how, Finish::How::set_aside);
}

TEST_F(DoerTest, ARunnerThatHoldsItsLockIsAdoptedAndWatchedToItsEnd) {
  const auto offer = spooled_offer(1);
  const auto path = left(offer);
  const Orphan orphan(host);
  auto lock = Spool::runner_lock(host.files, path);
  ASSERT_TRUE(lock);
  ASSERT_TRUE(Spool::put_runner(host.files, path, {orphan.pid, orphan.ticks, "boot-1"}));
  const auto adopted = doer->adopt();
  ASSERT_EQ(adopted.size(), 1u);
  EXPECT_EQ(adopted[0].state, Adopted::State::running);
  EXPECT_FALSE(spool.has_report(offer.lease));

  Core core({}, random, *log);
  (void)core.begin(adopted, host.clock.now());
  EXPECT_FALSE(doer->carry_out({StopRunner{offer.lease.job, StopReason::canceled}}));
  (void)next_event(core);
  EXPECT_THAT(spool.report(offer.lease)->outcome.error, HasSubstr("died without a report"));
}

TEST_F(DoerTest, AFolderThatIsHeldByNobodyWhoCanBeFoundIsLeftAlone) {
  const auto offer = spooled_offer(1);
  const auto path = left(offer);
  const auto lock = Spool::runner_lock(host.files, path);
  EXPECT_TRUE(doer->adopt().empty());
  EXPECT_FALSE(spool.has_report(offer.lease)) << "whoever holds it may still run";
  ASSERT_TRUE(Spool::put_runner(host.files, path, {1, 1, "boot-1"}));  // that process is another one by now
  EXPECT_TRUE(doer->adopt().empty());
  EXPECT_FALSE(spool.has_report(offer.lease));
}

TEST_F(DoerTest, ManyHeldFoldersCostOnePatienceAndNotOneEach) {
  std::vector<std::unique_ptr<os::FileLock>> locks;
  for (std::uint64_t n = 1; n <= 50; ++n) locks.push_back(*Spool::runner_lock(host.files, left(spooled_offer(n))));
  const auto before = host.clock.boot();
  EXPECT_TRUE(doer->adopt().empty());
  EXPECT_LT((host.clock.boot() - before).value(), 60) << "5 s, and what the disk takes";
}

TEST_F(DoerTest, ARunnerThatCannotBeLaunchedInterruptsTheJob) {
  const auto offer = spooled_offer(1);
  EXPECT_FALSE(doer->carry_out({Launch{offer}}));
  Core core({}, random, *log);
  (void)core.begin({{offer, Adopted::State::running}}, host.clock.now());
  (void)next_event(core);
  ASSERT_TRUE(spool.report(offer.lease));
  EXPECT_EQ(spool.report(offer.lease)->outcome.failure, jobs::FailureClass::interruption)
      << "as a fault of class `node` it would keep the job away from here for ever";
  EXPECT_THAT(spool.report(offer.lease)->outcome.error, HasSubstr("could not be started"));
  EXPECT_EQ(spool.report(offer.lease)->energy.at(0).energy.reason(), "nothing was run");
}

TEST_F(DoerTest, AReportThatTheDiskDoesNotTakeIsSentFromMemory) {
  std::promise<net::Request> asked;
  auto server = net::HttpServer::start(
      {.address = "127.0.0.1"},
      [&](net::Request request, net::Responder responder) {
        responder.send(net::Response::json(409, "{}"));
        asked.set_value(std::move(request));
      },
      *log);
  ASSERT_TRUE(server);
  settings.master = "http://127.0.0.1:" + std::to_string((*server)->port());
  make();
  folder.write("jobs", "a file where the spool's folder should be");
  const auto offer = spooled_offer(1);
  (void)doer->carry_out({Launch{offer}});
  (void)doer->carry_out({Post{offer.job.id, offer.lease, {}}});
  const auto request = asked.get_future().get();
  EXPECT_EQ(request.path, "/api/v1/results");
  const auto body = json::parse(request.body);
  ASSERT_TRUE(body);
  const auto message = wire::decode_result_request(*body);
  ASSERT_TRUE(message) << message.error().text();
  EXPECT_EQ(message->report.outcome.failure, jobs::FailureClass::interruption);
  EXPECT_THAT(message->report.outcome.error, HasSubstr("could not be started"));
  doer->stop();
}

TEST_F(DoerTest, ALaunchedRunnerThatDiesIsReportedAsAnInterruption) {
  settings.own_program = "/bin/false";
  make();
  const auto offer = spooled_offer(1);
  (void)doer->carry_out({Launch{offer}});
  Core core({}, random, *log);
  (void)core.begin({{offer, Adopted::State::running}}, host.clock.now());
  (void)next_event(core);
  EXPECT_EQ(spool.report(offer.lease)->outcome.failure, jobs::FailureClass::interruption);
}

TEST_F(DoerTest, FinishPublishesDiscardsOrSetsAside) {
  struct Case {
    Finish::How how;
    bool named, rejected;
  };
  std::uint64_t n = 0;
  for (const auto& c : {Case{Finish::How::publish, true, false},
                        {Finish::How::discard, false, false},
                        {Finish::How::set_aside, false, true}}) {
    auto offer = spooled_offer(++n);
    offer.job.submission.spec.output_mode = media::OutputMode::file;
    offer.job.submission.spec.output = folder / "outputs" / ("out-" + std::to_string(n) + ".mp4");
    const auto path = left(offer);
    const os::Path final_name = offer.job.submission.spec.output;
    const auto temporary = runner::temporary_output(final_name, run_id(offer.lease));
    ASSERT_TRUE(host.files.write_durably(temporary, "film"));
    ASSERT_TRUE(
        Spool::put_report(host.files, path, nothing_ran(offer, jobs::FailureClass::none, "", host.clock.wall())));
    make();
    ASSERT_EQ(doer->adopt().size(), 1u);
    EXPECT_FALSE(doer->carry_out({Finish{offer.lease, c.how}}));
    EXPECT_EQ(host.files.exists(final_name), c.named);
    EXPECT_FALSE(host.files.exists(temporary));
    EXPECT_FALSE(host.files.exists(path));
    EXPECT_EQ(host.files.exists(folder / "rejected" / path.filename()), c.rejected);
  }
}

TEST_F(DoerTest, AnAcceptedOutputThatCannotBeNamedKeepsItsFolderForTheNextTry) {
  auto offer = spooled_offer(1);
  offer.job.submission.spec.output_mode = media::OutputMode::file;
  const os::Path final_name = folder / "outputs" / "taken.mp4";
  offer.job.submission.spec.output = final_name;
  const auto path = left(offer);
  ASSERT_TRUE(host.files.write_durably(runner::temporary_output(final_name, run_id(offer.lease)), "film"));
  ASSERT_TRUE(host.files.make_folders(final_name / "in the way"));
  ASSERT_TRUE(Spool::put_report(host.files, path, nothing_ran(offer, jobs::FailureClass::none, "", host.clock.wall())));
  ASSERT_EQ(doer->adopt().size(), 1u);
  (void)doer->carry_out({Finish{offer.lease, Finish::How::publish}});
  EXPECT_TRUE(host.files.exists(path));
  EXPECT_EQ(host.files.read(runner::temporary_output(final_name, run_id(offer.lease))).value_or(""), "film");
}

TEST_F(DoerTest, ARunnerThatHadToBeKilledIsReportedAsThat) {
  settings.own_program =
      folder.write("runner.sh", "#!/bin/sh\ntrap '' TERM INT\necho > \"$2/ready\"\nwhile :; do sleep 600; done\n");
  std::filesystem::permissions(settings.own_program, std::filesystem::perms::owner_all);
  make();
  const auto offer = spooled_offer(1);
  EXPECT_FALSE(doer->carry_out({Launch{offer}}));
  while (!host.files.exists(spool.folder(offer.lease) / "ready")) std::this_thread::yield();
  (void)doer->carry_out({StopRunner{offer.lease.job, StopReason::canceled}});
  EXPECT_FALSE(spool.has_report(offer.lease));
  (void)doer->carry_out({KillRunner{offer.lease.job}});
  Core core({}, random, *log);
  (void)core.begin({}, host.clock.now());
  (void)next_event(core);
  const auto report = spool.report(offer.lease);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->outcome.failure, jobs::FailureClass::interruption);
  EXPECT_THAT(report->outcome.error, HasSubstr("told to stop, did not end in time and was killed"));
  (void)doer->carry_out({KillRunner{base::Id()}});  // of a job that is not here: nothing happens
}

TEST_F(DoerTest, ALaunchRemovesWhatEarlierAttemptsLeftBesideTheOutputAndNothingElse) {
  auto offer = spooled_offer(1);
  offer.job.submission.spec.output_mode = media::OutputMode::file;
  const os::Path output = folder / "outputs" / "film.mp4";
  offer.job.submission.spec.output = output;
  offer.lease.attempt = 3;
  for (int number : {1, 2}) {
    jobs::Attempt attempt;
    attempt.number = number;
    attempt.started = host.clock.wall();
    offer.job.attempts.push_back(attempt);
  }
  const auto other = spooled_offer(2);
  const auto of = [&](base::Id job, int number) { return runner::temporary_output(output, run_id({job, number, {}})); };
  for (const auto& file : {of(offer.lease.job, 1), of(offer.lease.job, 2), of(offer.lease.job, 3),
                           of(offer.lease.job, 4), of(other.lease.job, 1), output})
    ASSERT_TRUE(host.files.write_durably(file, "film"));
  settings.own_program = "/bin/true";
  make();
  EXPECT_FALSE(doer->carry_out({Launch{offer}}));
  EXPECT_FALSE(host.files.exists(of(offer.lease.job, 1)));
  EXPECT_FALSE(host.files.exists(of(offer.lease.job, 2)));
  EXPECT_TRUE(host.files.exists(of(offer.lease.job, 4)));
  EXPECT_TRUE(host.files.exists(of(other.lease.job, 1)));
  EXPECT_TRUE(host.files.exists(output));
}

TEST_F(DoerTest, StopTwiceAndQuitAreQuiet) {
  EXPECT_TRUE(doer->carry_out({Quit{}}));
  doer->stop();
  doer->stop();
}

}  // namespace
}  // namespace agent
