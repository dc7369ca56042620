// A job in an agent's hands: what stops it, what becomes of its result, what an earlier life left, how the agent ends.
#include "agent/core_for_tests.h"

namespace agent {
namespace {

using InHand = Hands;
using Ending = Hands;
using wire::LeaseWord;
using How = Finish::How;

wire::ResultAnswer accepted(const jobs::Lease& lease) {
  return {lease.job, jobs::JobState::completed, wire::ResultAnswer::Output::publish};
}

TEST_F(InHand, EachHeartbeatListsWhatRunsAndWhatIsNotDeliveredYet) {
  settings.facts.slots = 2;
  make();
  be_registered();
  const auto runs = running(1), reported = running(2);
  keep(core->runner_ended(reported.job, now));
  wait(30_s);
  const auto beat = take<Heartbeat>();
  std::vector<jobs::Lease> leases;
  for (const auto& one : beat.request.running) leases.push_back(one.lease);
  EXPECT_THAT(leases, testing::UnorderedElementsAre(runs, reported));
  EXPECT_EQ(beat.request.boot_id, "boot-1");
}

TEST_F(InHand, ACancelStopsTheRunnerOnceByWhicheverWayItComes) {
  be_registered();
  const auto lease = running();
  take<Claim>();
  keep(core->claim_answered(wire::ClaimAnswer{{}, {{lease.job, 1, LeaseWord::cancel}}}, now));
  const auto stop = take<StopRunner>();
  EXPECT_EQ(stop.job, lease.job);
  EXPECT_EQ(stop.reason, StopReason::canceled);
  word(lease, LeaseWord::cancel);
  EXPECT_EQ(count<StopRunner>(), 0u);
  wait(20_s);  // the runner takes its time, and the core does not spin meanwhile
}

TEST_F(InHand, ACommandForAnotherAttemptStopsNothing) {
  be_registered();
  const auto lease = running();
  take<Claim>();
  keep(core->claim_answered(wire::ClaimAnswer{{}, {{lease.job, 2, LeaseWord::cancel}}}, now));
  word({lease.job, 2, ""}, LeaseWord::lost);
  EXPECT_EQ(count<StopRunner>(), 0u);
}

TEST_F(InHand, ALostLeaseStopsTheRunner) {
  be_registered();
  const auto lease = running();
  word(lease, LeaseWord::renewed);
  word(lease, LeaseWord::late);
  EXPECT_EQ(count<StopRunner>(), 0u);
  word(lease, LeaseWord::lost);
  EXPECT_EQ(take<StopRunner>().reason, StopReason::lost);
}

TEST_F(InHand, AJobGoesOnWithoutAMasterUpToTheOrphanLimit) {
  be_registered();
  running();
  wait(30_s);
  take<Heartbeat>();  // is never answered
  wait(80_s - 30_s + 1799_s);
  EXPECT_EQ(count<StopRunner>(), 0u);
  wait(2_s);
  EXPECT_EQ(take<StopRunner>().reason, StopReason::orphaned) << "its master may hold the lease all the same";
}

TEST_F(InHand, AJobThatStopsWithoutAMasterStopsWhenItsLeaseEnds) {
  be_registered();
  auto live = offer();
  live.job.submission.on_master_loss = jobs::OnMasterLoss::stop;
  offered({live});
  take<Start>();
  start_ok(live.lease);
  take<Launch>();
  wait(30_s);
  take<Heartbeat>();  // is never answered
  wait(79_s - 30_s);
  EXPECT_EQ(count<StopRunner>(), 0u);
  wait(2_s);
  EXPECT_EQ(take<StopRunner>().reason, StopReason::orphaned);
}

TEST_F(InHand, AJobOfADrainedNodeIsGivenBackWhenTheMasterSaysSo) {
  be_registered();
  const auto lease = running();
  word(lease, LeaseWord::renewed);
  EXPECT_EQ(count<StopRunner>(), 0u);
  heartbeat_ok({{lease.job, lease.attempt, LeaseWord::renewed, wire::LeaseAnswer::GiveBack::yes}});
  const auto reason = take<StopRunner>().reason;
  EXPECT_EQ(reason, StopReason::drained);
  EXPECT_TRUE(gives_back(reason)) << "its attempt is an interruption, not a failure";
}

TEST_F(InHand, TheOrphanLimitCountsFromWhenTheLastRenewalWasSent) {
  be_registered();
  const auto lease = running();
  wait(60_s);
  take<Heartbeat>();
  const auto sent = now.boot;
  wait(20_s);
  keep(core->heartbeat_answered(wire::HeartbeatAnswer{{{lease.job, 1, LeaseWord::renewed}}, {}}, sent, now));
  while (count<StopRunner>() == 0) wait(1_s);
  EXPECT_NEAR((now.boot - sent).value(), 80 + 1800, 1.1);
}

TEST_F(InHand, AResultIsPostedUntilAnAnswerEndsTheMatter) {
  be_registered();
  const auto lease = running();
  keep(core->runner_ended(lease.job, now));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(take<Post>().lease, lease);
    result_answered(lease, i % 2 ? Error::denied("wrong key") : Error::retry("503"));
    EXPECT_EQ(count<Finish>(), 0u);
    while (count<Post>() == 0) {
      wait(1_s);
      if (count<Heartbeat>() != 0) take<Heartbeat>(), word(lease, LeaseWord::renewed);
    }
  }
  take<Post>();
  result_answered(lease, accepted(lease));
  EXPECT_EQ(take<Finish>().how, How::publish);
  keep(core->finished(lease.job, now));
  EXPECT_EQ(core->jobs_in_hand(), 0u);
}

TEST_F(InHand, TheAnswerDecidesWhatBecomesOfTheOutput) {
  be_registered();
  struct Case {
    base::Result<wire::ResultAnswer> answer;
    How how;
  };
  const auto id = offer().job.id;
  const Case cases[] = {
      {wire::ResultAnswer{id, jobs::JobState::completed, wire::ResultAnswer::Output::publish}, How::publish},
      {wire::ResultAnswer{id, jobs::JobState::canceled, wire::ResultAnswer::Output::discard}, How::discard},
      {Error::failed("409: its lease is lost"), How::discard},
      {Error::invalid("400: the report is not understood"), How::set_aside},
      {Error::absent("404: there is no such job"), How::set_aside},
  };
  for (const auto& c : cases) {
    const auto lease = running();
    keep(core->runner_ended(lease.job, now));
    take<Post>();
    result_answered(lease, c.answer);
    EXPECT_EQ(take<Finish>().how, c.how) << (c.answer ? "" : c.answer.error().text());
    keep(core->finished(lease.job, now));
    take<CancelClaim>();
    keep(core->claim_answered(Error::retry("stopped"), now));
    kept.erase(kept.begin(), kept.end() - 1);  // the next claim stays
  }
}

TEST_F(InHand, ANextJobIsAskedForWhileTheResultIsStillOnItsWay) {
  be_registered();
  const auto lease = running();
  take<Claim>();
  keep(core->runner_ended(lease.job, now));
  const auto post = take<Post>();
  EXPECT_EQ(post.next->slots, 1);
  result_answered(lease, Error::retry("the answer was lost"));
  EXPECT_GE(count<CancelClaim>(), 1u);
  keep(core->claim_answered(Error::retry("stopped"), now));
  const auto claim = take<Claim>().request;
  EXPECT_EQ(claim.slots, 1);
  EXPECT_EQ(claim.claim_id, post.next->claim_id) << "what the lost answer may have offered comes again";
  while (count<Post>() == 0) wait(1_s);
  EXPECT_FALSE(take<Post>().next) << "the poll has asked";
}

TEST_F(InHand, WhatAnEarlierLifeLeftIsGoneOnWith) {
  settings.node_id = node;
  settings.facts.slots = 1;
  make();
  const auto runs = offer(1), reported = offer(2);
  begin({{runs, Adopted::State::running}, {reported, Adopted::State::reported}});
  EXPECT_EQ(count<Post>() + count<Launch>() + count<Start>(), 0u) << "not before it is registered";
  take<Enrol>();
  enrolled();
  EXPECT_EQ(take<Post>().lease, reported.lease);
  EXPECT_EQ(take<Heartbeat>().request.running.size(), 2u);
  EXPECT_EQ(take<Claim>().request.slots, 0);
  keep(core->runner_ended(runs.lease.job, now));
  EXPECT_EQ(take<Post>().lease, runs.lease);
  EXPECT_EQ(count<Launch>(), 0u);
}

TEST_F(InHand, AnAdoptedJobIsStoppedAtTheOrphanLimitThoughNoMasterEverAnswers) {
  begin({{offer(), Adopted::State::running}});
  for (const auto end = now.boot + 2000_s; now.boot < end && count<StopRunner>() == 0;) {
    if (count<Enrol>() != 0) take<Enrol>(), keep(core->enrolled(Error::retry("nobody"), now));
    wait(1_s);
  }
  EXPECT_EQ(take<StopRunner>().reason, StopReason::orphaned);
}

TEST_F(InHand, ARunnerThatDoesNotStopIsKilledOnceAndItsReportIsPosted) {
  be_registered();
  const auto lease = running();
  word(lease, wire::LeaseWord::cancel);
  take<StopRunner>();
  wait(9_s);
  word(lease, wire::LeaseWord::cancel);  // told again: no new grace
  EXPECT_EQ(count<KillRunner>(), 0u);
  wait(1_s);
  EXPECT_EQ(take<KillRunner>().job, lease.job);
  wait(60_s);
  EXPECT_EQ(count<KillRunner>() + count<StopRunner>(), 0u);
  keep(core->runner_ended(lease.job, now));
  EXPECT_EQ(take<Post>().lease, lease);
}

TEST_F(InHand, ARunnerThatEndsInTimeIsNotKilled) {
  be_registered();
  const auto lease = running();
  word(lease, wire::LeaseWord::lost);
  take<StopRunner>();
  wait(5_s);
  keep(core->runner_ended(lease.job, now));
  wait(60_s);
  EXPECT_EQ(count<KillRunner>(), 0u);
}

TEST_F(Ending, ARunnerThatDoesNotStopIsKilledBeforeReleaseGivesUp) {
  be_registered();
  running();
  keep(core->end(Core::Ending::release, now));
  wait(10_s);
  EXPECT_EQ(count<KillRunner>(), 1u);
  EXPECT_EQ(count<Quit>(), 0u);
}

TEST_F(Ending, ReleaseStopsItsJobsDeliversThemAndQuits) {
  settings.facts.slots = 2;
  make();
  be_registered();
  const auto lease = running();
  keep(core->end(Core::Ending::release, now));
  EXPECT_EQ(take<StopRunner>().reason, StopReason::interrupted);
  EXPECT_EQ(count<Quit>(), 0u);
  EXPECT_GE(count<CancelClaim>(), 1u) << "the open poll must not be offered anything any more";
  keep(core->runner_ended(lease.job, now));
  take<Post>();
  EXPECT_EQ(count<Quit>(), 0u);
  result_answered(lease, wire::ResultAnswer{lease.job, jobs::JobState::queued, {}});
  take<Finish>();
  keep(core->finished(lease.job, now));
  EXPECT_EQ(count<Quit>(), 1u);
}

TEST_F(Ending, ReleaseWaitsFifteenSecondsForAMasterAtMost) {
  be_registered();
  running();
  keep(core->end(Core::Ending::release, now));
  wait(14_s);
  EXPECT_EQ(count<Quit>(), 0u);
  wait(1_s);
  EXPECT_GE(count<Quit>(), 1u);
}

TEST_F(Ending, ReleaseWithNothingInHandIsAtOnceAndTakesNoOfferAnyMore) {
  be_registered();
  take<Claim>();
  keep(core->end(Core::Ending::release, now));
  EXPECT_EQ(count<Quit>(), 1u);
  keep(core->claim_answered(wire::ClaimAnswer{{offer()}, {}}, now));
  EXPECT_EQ(count<Start>() + count<Claim>(), 0u);
}

TEST_F(Ending, ReleaseWaitsForAStartThatIsOnItsWay) {
  be_registered();
  const auto o = offer();
  offered({o});
  take<Start>();
  keep(core->end(Core::Ending::release, now));
  EXPECT_EQ(count<Quit>(), 0u) << "the master may have made the lease";
  start_ok(o.lease);
  take<Launch>();
  EXPECT_EQ(take<StopRunner>().reason, StopReason::interrupted);
}

TEST_F(Ending, LeaveQuitsAtOnceAndStopsNothing) {
  be_registered();
  running();
  keep(core->end(Core::Ending::leave, now));
  EXPECT_EQ(count<Quit>(), 1u);
  EXPECT_EQ(count<StopRunner>(), 0u);
}

TEST_F(Ending, AskedTwiceItQuitsAtOnce) {
  be_registered();
  running();
  keep(core->end(Core::Ending::release, now));
  EXPECT_EQ(count<Quit>(), 0u);
  keep(core->end(Core::Ending::release, now));
  EXPECT_EQ(count<Quit>(), 1u);
}

}  // namespace
}  // namespace agent
