// How an agent keeps in touch with its master: registering, heartbeats, claims, starts.
#include "agent/core_for_tests.h"

namespace agent {
namespace {

using Touch = Hands;

TEST_F(Touch, RegistersForEverAndBacksOffWithJitterAfterTheCap) {
  begin();
  std::vector<double> waits;
  for (int i = 0; i < 60; ++i) {
    take<Enrol>();
    keep(core->enrolled(Error::retry("nobody answers"), now));
    const auto asked = now.boot;
    wait(core->next_deadline() - now.boot);
    ASSERT_EQ(count<Enrol>(), 1u);
    waits.push_back((now.boot - asked).value());
  }
  EXPECT_LT(waits.front(), 1);
  std::set<double> late(waits.begin() + 20, waits.end());
  EXPECT_GT(late.size(), 30u) << "a fleet would come back in step";
  EXPECT_LE(*late.rbegin(), 45);
  EXPECT_GE(*late.begin(), 15);
  EXPECT_LT(*late.begin(), 25);
  EXPECT_GT(*late.rbegin(), 35);
}

TEST_F(Touch, WithAQuickHeartbeatNeverIsSilentForLongerThanAShortLease) {
  times.renewal = units::Seconds(1), times.time_to_live = units::Seconds(3);
  be_registered();
  wait(units::Seconds(1));
  for (int i = 0; i < 12; ++i) {  // the master is away
    take<Heartbeat>();
    keep(core->heartbeat_answered(Error::retry("nobody answers"), now.boot, now));
    const auto asked = now.boot;
    while (count<Heartbeat>() == 0) wait(core->next_deadline() - now.boot);
    EXPECT_LE((now.boot - asked).value(), 1.5) << i;
  }
}

TEST_F(Touch, AKeyThatIsRefusedIsNoReasonToGiveUp) {
  begin();
  take<Enrol>();
  keep(core->enrolled(Error::denied("wrong key"), now));
  wait(1_s);
  EXPECT_EQ(count<Enrol>(), 1u);
}

TEST_F(Touch, OnceRegisteredItBeatsAtTheMastersInterval) {
  be_registered();
  EXPECT_EQ(count<Claim>(), 1u);
  wait(29_s);
  EXPECT_EQ(count<Heartbeat>(), 0u);
  wait(1_s);
  EXPECT_EQ(take<Heartbeat>().node, node);
  wait(60_s);
  EXPECT_EQ(count<Heartbeat>(), 0u) << "one at a time";
}

TEST_F(Touch, ALostHeartbeatIsRepeatedLongBeforeTheLeaseEnds) {
  be_registered();
  wait(30_s);
  int tries = 0;
  for (const auto end = now.boot + 50_s; now.boot < end; ++tries) {
    take<Heartbeat>();
    keep(core->heartbeat_answered(Error::retry("timeout"), now.boot, now));
    wait(core->next_deadline() - now.boot);
  }
  EXPECT_GE(tries, 4);
}

TEST_F(Touch, ItsIdIsKeptWhenTheMasterHasForgottenIt) {
  settings.node_id = node;
  make();
  begin();
  EXPECT_EQ(take<Enrol>().request.node_id, node);
  enrolled();
  const auto lease = running();
  take<Heartbeat>();
  keep(core->heartbeat_answered(Error::absent("not registered here"), now.boot, now));
  EXPECT_EQ(take<Enrol>().request.node_id, node);
  EXPECT_EQ(count<StopRunner>(), 0u) << "the job goes on";
  enrolled();
  const auto beat = take<Heartbeat>();
  ASSERT_EQ(beat.request.running.size(), 1u);
  EXPECT_EQ(beat.request.running[0].lease, lease);
}

TEST_F(Touch, AMasterThatTakesRegistrationsAndKnowsNobodyIsNotAskedInACircle) {
  be_registered();
  int registrations = 0;
  const auto end = now.boot + 60_s;
  wait(30_s);
  while (now.boot < end) {
    if (count<Heartbeat>() != 0) {
      take<Heartbeat>();
      keep(core->heartbeat_answered(Error::absent("who?"), now.boot, now));
    } else if (count<Enrol>() != 0) {
      take<Enrol>();
      ++registrations;
      enrolled();
    } else {
      wait(std::min(core->next_deadline(), end) - now.boot);
    }
  }
  EXPECT_GE(registrations, 2);
  EXPECT_LE(registrations, 12);
}

TEST_F(Touch, ALostClaimAnswerIsAskedForAgainWithTheSameClaimId) {
  be_registered();
  const auto first = take<Claim>();
  EXPECT_FALSE(first.request.claim_id.empty());
  keep(core->claim_answered(Error::retry("connection lost"), now));
  wait(1_s);
  EXPECT_EQ(take<Claim>().request.claim_id, first.request.claim_id);
  wait(1_s);
  keep(core->claim_answered(wire::ClaimAnswer{}, now));
  wait(1_s);
  EXPECT_NE(take<Claim>().request.claim_id, first.request.claim_id);
}

TEST_F(Touch, AClaimIsKeptOpenWithoutSlotsWhileItIsBusy) {
  be_registered();
  running();
  const auto claim = take<Claim>();
  EXPECT_EQ(claim.request.slots, 0);
  EXPECT_EQ(claim.request.wait, 30_s);
}

TEST_F(Touch, TheOpenClaimIsEndedWhenASlotBecomesFree) {
  be_registered();
  const auto lease = running();
  const auto busy = take<Claim>();
  keep(core->runner_ended(lease.job, now));
  EXPECT_EQ(count<CancelClaim>(), 0u) << "the result's post asks for the next job";
  take<Post>();
  result_answered(lease, wire::ResultAnswer{lease.job, jobs::JobState::completed, {}});
  EXPECT_GE(count<CancelClaim>(), 1u);
  keep(core->claim_answered(Error::retry("stopped"), now));
  const auto next = take<Claim>();
  EXPECT_EQ(next.request.slots, 1);
  EXPECT_EQ(next.request.claim_id, busy.request.claim_id) << "an offer that was on its way comes again";
}

TEST_F(Touch, PollsThatComeBackEmptyAtOnceAreNotRepeatedInACircle) {
  be_registered();  // two agents with a copied identity end each other's polls
  int polls = 0;
  for (const auto end = now.boot + 25_s; now.boot < end;) {
    if (count<Claim>() != 0) {
      take<Claim>();
      ++polls;
      keep(core->claim_answered(wire::ClaimAnswer{}, now));
    }
    wait(std::min(core->next_deadline(), end) - now.boot);
  }
  EXPECT_LE(polls, 12);
}

TEST_F(Touch, AnAnswerAfterAWaitIsFollowedByTheNextPollAtOnce) {
  be_registered();
  take<Claim>();
  wait(20_s);
  keep(core->claim_answered(wire::ClaimAnswer{}, now));
  EXPECT_EQ(count<Claim>(), 1u);
}

TEST_F(Touch, AnOfferIsStartedAndLaunchedExactlyOnce) {
  be_registered();
  const auto o = offer();
  offered({o});
  const auto start = take<Start>();
  EXPECT_EQ(start.request, (wire::StartRequest{node, o.lease}));
  wait(5_s);
  EXPECT_EQ(count<Start>() + count<Launch>(), 0u) << "nothing is launched before the answer";
  start_ok(o.lease);
  EXPECT_EQ(take<Launch>().offer, o);
  start_ok(o.lease);
  EXPECT_EQ(count<Launch>(), 0u);
}

TEST_F(Touch, AnUnclearStartIsSentAgainAsItWas) {
  be_registered();
  const auto o = offer();
  offered({o});
  const auto first = take<Start>();
  keep(core->start_answered(o.lease.job, Error::retry("timeout"), now.boot, now));
  EXPECT_EQ(count<Launch>(), 0u);
  wait(1_s);
  EXPECT_EQ(take<Start>().request, first.request);
  start_ok(o.lease);
  EXPECT_EQ(count<Launch>(), 1u);
}

TEST_F(Touch, ARefusedStartIsDroppedAndTheSlotIsFreeAgain) {
  be_registered();
  const auto o = offer();
  offered({o});
  EXPECT_EQ(take<Claim>().request.slots, 0);
  take<Start>();
  keep(core->start_answered(o.lease.job, Error::failed("its offer has ended"), now.boot, now));
  EXPECT_EQ(count<Launch>(), 0u);
  EXPECT_EQ(core->jobs_in_hand(), 0u);
  EXPECT_GE(count<CancelClaim>(), 1u);
}

TEST_F(Touch, AStartThatWasAnsweredAfterItsOwnLeaseIsAskedAgainBeforeAnythingIsLaunched) {
  be_registered();
  const auto o = offer();
  offered({o});
  take<Start>();
  const auto sent = now.boot;
  wait(81_s);  // the machine slept: 90 s less the margin of 10 s are over
  keep(core->start_answered(o.lease.job, wire::StartAnswer{o.lease, times}, sent, now));
  EXPECT_EQ(count<Launch>(), 0u);
  EXPECT_EQ(take<Start>().request.lease, o.lease);
}

TEST_F(Touch, AnOfferOfAJobThatIsStillInHandIsLeftToEnd) {
  be_registered();
  const auto lease = running();
  auto again = offer();
  again.lease.attempt = 2;
  offered({again});
  EXPECT_EQ(count<Start>(), 0u);
  EXPECT_EQ(core->jobs_in_hand(), 1u);
  EXPECT_EQ(lease.attempt, 1);
}

TEST_F(Touch, NoMoreIsStartedThanThereAreSlots) {
  settings.facts.slots = 2;
  make();
  be_registered();
  offered({offer(1), offer(2), offer(3)});
  EXPECT_EQ(count<Start>(), 2u);
}

TEST_F(Touch, ANodeThatCannotLaunchLeavesTheQueueAloneForAWhile) {
  be_registered();
  double last = 0;
  for (std::uint64_t n = 1; n <= 8; ++n) {
    const auto lease = running(n);
    keep(core->launch_failed(lease.job, now));
    take<Post>();
    result_answered(lease, wire::ResultAnswer{lease.job, jobs::JobState::queued, {}});
    take<Finish>();
    keep(core->finished(lease.job, now));
    EXPECT_EQ(take<Claim>().request.slots, 0);
    const auto since = now.boot;
    while (count<CancelClaim>() == 0) {
      wait(1_s);
      if (count<Heartbeat>() != 0) take<Heartbeat>(), heartbeat_ok();
    }
    kept.clear();
    const double pause = (now.boot - since).value();
    EXPECT_GE(pause, last);
    EXPECT_LE(pause, 301);
    last = pause;
    keep(core->claim_answered(Error::retry("stopped"), now));
  }
  EXPECT_GE(last, 299);
}

}  // namespace
}  // namespace agent
