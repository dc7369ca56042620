// Renewals, leases that end, nodes that restart, masters that restart.
#include "master/core_for_tests.h"

namespace master {
namespace {

class Lease : public FarmOnEachStore {};
ON_EACH_STORE(Lease);
using wire::LeaseWord;

TEST_P(Lease, OutlivesARegistrationOfALifeBeforeThatWasLongOnItsWay) {
  const auto n = node();
  auto before = facts_of("n1", {"libx264"}, "boot-2"), after = facts_of("n1", {"libx264"}, "boot-3");
  before.life = 7;
  after.life = 8;
  ASSERT_TRUE(core->enrol({n, after}, now));
  const auto lease = running(n);
  restart();
  wait(11_s);
  const auto late = core->enrol({n, before}, now);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->node_id, n);
  EXPECT_EQ(state(lease.job), JobState::running);
  ASSERT_TRUE(core->enrol({n, after}, now));
  EXPECT_EQ(state(lease.job), JobState::running) << "the node did not restart";
  ASSERT_TRUE(core->enrol({n, facts_of("n1", {"libx264"}, "boot-4")}, now));  // an older agent, which tells no life
  EXPECT_EQ(state(lease.job), JobState::queued) << "the machine did restart";
}

TEST_P(Lease, LastsAsLongAsItIsRenewed) {
  const auto n = node();
  const auto lease = running(n);
  for (int i = 0; i < 80; ++i) {  // 40 minutes: how long a job takes does not matter
    wait(30_s);
    ASSERT_EQ(word(n, lease), LeaseWord::renewed);
  }
  EXPECT_EQ(job(lease.job).attempts.size(), 1u);
}

TEST_P(Lease, EndsAfterItsTimeAndTheGraceAndTheJobKeepsItsPlace) {
  const auto n = node();
  const auto lease = running(n);
  pass(1_s);
  const auto later = submit();
  wait(98_s);
  EXPECT_EQ(state(lease.job), JobState::running) << "the grace of 10 s is not over";
  wait(2_s);
  const auto ended = job(lease.job);
  EXPECT_EQ(ended.state, JobState::queued);
  EXPECT_EQ(ended.interruptions, 1);
  EXPECT_EQ(ended.failures, 0);
  EXPECT_EQ(ended.attempts.at(0).outcome, "interrupted");
  EXPECT_FALSE(ended.not_before);
  EXPECT_EQ(claim(n).at(0).job.id, lease.job) << "before the job that came later, #" << later.number;
}

TEST_P(Lease, EndsAtTheTimeThatTheCoreAskedToBeWokenFor) {
  running(node());
  while (core->next_deadline(now) < now.boot + 5_s) wait(1_s);
  const auto deadline = core->next_deadline(now);
  EXPECT_LE(deadline - now.boot, 5_s);
}

TEST_P(Lease, TenInterruptionsAreTheNodesTheEleventhIsTheJobs) {
  const auto n = node();
  const auto job = submit();
  for (int i = 1; i <= 10; ++i) {
    start_next(n);
    wait(101_s);
    ASSERT_EQ(state(job.id), JobState::queued) << i;
  }
  start_next(n);
  wait(101_s);
  EXPECT_EQ(state(job.id), JobState::failed);
  EXPECT_EQ(this->job(job.id).interruptions, 11);
  EXPECT_EQ(this->job(job.id).attempts.size(), 11u);
}

TEST_P(Lease, ALateButSoleHolderGoesOnAndItsResultIsAccepted) {
  const auto n = node();
  const auto lease = running(n);
  wait(101_s);
  EXPECT_EQ(word(n, lease), LeaseWord::late);
  const auto answer = result(n, lease);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->output, wire::ResultAnswer::Output::publish);
  EXPECT_EQ(state(lease.job), JobState::completed);
}

TEST_P(Lease, ALateHolderIsLostOnceAnotherHasStarted) {
  const auto n = node(), other = node("n2");
  const auto lease = running(n);
  wait(101_s);
  const auto second = start_next(other);
  EXPECT_EQ(second.job, lease.job);
  EXPECT_EQ(second.attempt, 2);
  EXPECT_EQ(word(n, lease), LeaseWord::lost);
  EXPECT_EQ(result(n, lease).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(lease.job), JobState::running);
  EXPECT_EQ(word(other, second), LeaseWord::renewed);
}

TEST_P(Lease, ALateButSoleResultTakesTheJobFromTheOfferThatIsOut) {
  const auto n = node(), other = node("n2");
  const auto lease = running(n);
  wait(101_s);
  const auto offer = claim(other).at(0);
  ASSERT_TRUE(result(n, lease));
  EXPECT_EQ(core->start(lease.job, {other, offer.lease}, now).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(lease.job), JobState::completed);
}

TEST_P(Lease, AForeignTokenRenewsNothing) {
  const auto n = node();
  auto lease = running(n);
  auto foreign = lease;
  foreign.token = random.token();
  for (int i = 0; i < 4; ++i) {
    wait(30_s);
    EXPECT_EQ(word(n, foreign), LeaseWord::lost);
  }
  EXPECT_EQ(state(lease.job), JobState::queued);
  EXPECT_EQ(word(n, {random.id(now.wall), 1, lease.token}), LeaseWord::lost) << "a job that is not there";
}

TEST_P(Lease, ANodeThatComesBackAfterARebootFreesItsJobsAtOnce) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(core->enrol({n, facts_of("n1", {"libx264"}, "boot-1")}, now));
  EXPECT_EQ(state(lease.job), JobState::running) << "the agent was restarted, not the machine";
  const auto back = core->enrol({n, facts_of("n1", {"libx264"}, "boot-2")}, now);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->node_id, n);
  EXPECT_EQ(state(lease.job), JobState::queued);
  EXPECT_EQ(claim(n).at(0).job.id, lease.job);
}

TEST_P(Lease, ARebootedNodesOffersAreFreeAgain) {
  const auto n = node(), other = node("n2");
  const auto job = submit();
  ASSERT_EQ(claim(n).size(), 1u);
  ASSERT_TRUE(core->enrol({n, facts_of("n1", {"libx264"}, "boot-2")}, now));
  EXPECT_EQ(claim(other).at(0).job.id, job.id);
}

TEST_P(Lease, ARegistrationStoresWhatTheNodeHasNow) {
  const auto n = node("n1", {"libx264"});
  ASSERT_TRUE(core->enrol({n, facts_of("n1", {"libx264", "h264_nvenc"})}, now));
  EXPECT_EQ(core->waits_for(job_for("h264_nvenc")), "");
  EXPECT_EQ(core->nodes(now)->size(), 1u);
}

TEST_P(Lease, AfterARestartLeasesHaveTheirFullTimeAndNothingIsOfferedForAWhile) {
  const auto n = node(), other = node("n2");
  const auto lease = running(n);
  wait(80_s);
  const auto waiting = submit();
  restart();
  if (store->sharing() == store::Store::Sharing::shared) {
    // Others have kept watch: nobody was away, and nothing has to be waited for.
    EXPECT_EQ(claim(other).at(0).job.id, waiting.id);
    wait(21_s);
    EXPECT_EQ(state(lease.job), JobState::queued);
    return;
  }
  const auto ticket = poll(other);
  EXPECT_FALSE(reply(ticket)) << "the quiet time";
  wait(10_s);
  EXPECT_EQ((*reply(ticket))->offers.at(0).job.id, waiting.id);
  wait(80_s);
  EXPECT_EQ(state(lease.job), JobState::running);
  EXPECT_EQ(word(n, lease), LeaseWord::renewed);
}

TEST_P(Lease, AfterARestartALeaseThatNobodyRenewsEnds) {
  const auto lease = running(node());
  restart();
  wait(101_s);
  EXPECT_EQ(state(lease.job), JobState::queued);
}

TEST_P(Lease, AMasterThatFoundNoLeasesOffersAtOnce) {
  const auto n = node();
  submit();
  restart();
  EXPECT_EQ(claim(n).size(), 1u);
}

TEST_P(Lease, AnAdjustedWallClockEndsNoLease) {
  const auto n = node();
  const auto lease = running(n);
  now.wall = now.wall + 3600_s;
  ASSERT_TRUE(core->tick(now));
  EXPECT_EQ(word(n, lease), LeaseWord::renewed);
  now.wall = now.wall - 7200_s;
  wait(101_s);
  EXPECT_EQ(state(lease.job), JobState::queued);
  EXPECT_EQ(claim(n).size(), 1u) << "an interrupted job is ready at once whatever the wall clock says";
}

TEST_P(Lease, LivenessFollowsTheHeartbeat) {
  const auto n = node();
  const auto lease = running(n);
  const auto seen = [&] { return core->nodes(now)->at(0); };
  EXPECT_EQ(seen().liveness, jobs::Liveness::up);
  EXPECT_THAT(seen().running, testing::ElementsAre("#1"));
  pass(46_s);
  EXPECT_EQ(seen().liveness, jobs::Liveness::late);
  pass(45_s);
  EXPECT_EQ(seen().liveness, jobs::Liveness::lost);
  EXPECT_EQ(word(n, lease), LeaseWord::renewed);
  EXPECT_EQ(seen().liveness, jobs::Liveness::up);
}

TEST_P(Lease, ADrainingNodeIsOfferedNothingAndToldSo) {
  const auto n = node();
  jobs::Node draining = core->nodes(now)->at(0).node;
  draining.intent = jobs::Intent::draining;
  ASSERT_TRUE(store->put_node(draining, now));
  restart();
  submit();
  EXPECT_TRUE(claim(n).empty());
  EXPECT_EQ(core->heartbeat(n, {}, now)->intent, jobs::Intent::draining);
}

TEST_P(Lease, ARetryDoesNotWaitAnHourForAClockThatWasSetBack) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_EQ(result(n, lease, a_report(jobs::End::failed, jobs::FailureClass::transient))->state, JobState::queued);
  now.wall = now.wall - 3600_s;
  // A shared store has a clock of its own, which nobody has set: the back-off is what it was.
  wait(store->sharing() == store::Store::Sharing::shared ? 10_s : 1_s);
  EXPECT_EQ(start_next(n).job, lease.job);
}

}  // namespace
}  // namespace master
