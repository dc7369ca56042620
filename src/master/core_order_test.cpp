// Who gets which job: slots, devices, nodes kept free for those who want to be alone, nodes that get nothing.
#include "master/core_for_tests.h"

namespace master {
namespace {

using jobs::Alone;
using jobs::FailureClass;
using jobs::Intent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Order : public FarmOnEachStore {
 protected:
  base::Id node_of(jobs::NodeFacts facts) { return core->enrol({std::nullopt, std::move(facts)}, now)->node_id; }
  base::Id small(const std::string& name, int slots = 1) {
    auto facts = facts_of(name);
    facts.slots = slots;
    return node_of(facts);
  }
  static jobs::Submission alone() {
    auto submission = a_submission();
    submission.alone = Alone::yes;
    return submission;
  }
  std::vector<std::int64_t> numbers(const std::vector<wire::Offer>& offers) {
    std::vector<std::int64_t> all;
    for (const auto& offer : offers) all.push_back(offer.job.number);
    return all;
  }
  wire::NodeView view(base::Id id) {
    const auto views = *core->nodes(now);
    for (const auto& one : views)
      if (one.node.id == id) return one;
    return {};
  }
  // As long as agents that live: each sends its heartbeats, with what it runs.
  void wait_alive(units::Seconds time, const std::vector<std::pair<base::Id, std::vector<jobs::Lease>>>& nodes) {
    for (auto left = time; left > 0_s; left = left - 20_s) {
      wait(left < 20_s ? left : 20_s);
      for (const auto& [id, leases] : nodes) {
        wire::HeartbeatRequest beat{"boot-1", {}};
        for (const auto& lease : leases) beat.running.push_back({lease, {}, {}, {}});
        ASSERT_TRUE(core->heartbeat(id, beat, now));
      }
    }
  }
};
ON_EACH_STORE(Order);

TEST_P(Order, ANodeGetsNoMoreThanItsSlotsWhateverItAsksFor) {
  const auto n = small("n", 2);
  for (int i = 0; i < 4; ++i) submit();
  EXPECT_EQ(claim(n, 5, "a").size(), 2u);
  EXPECT_THAT(claim(n, 5, "b"), IsEmpty()) << "what it was offered counts as well";
  EXPECT_EQ(claim(small("m"), 5).size(), 1u);
}

TEST_P(Order, ANodeThatAsksForLessGetsLess) {
  const auto n = small("n", 4);
  for (int i = 0; i < 4; ++i) submit();
  EXPECT_EQ(claim(n, 1).size(), 1u);
}

TEST_P(Order, ADeviceHasSlotsOfItsOwn) {
  auto facts = facts_of("gpu", {"libx264", "h264_nvenc"});
  facts.slots = 1;
  facts.device_slots = {{"nvenc", 2}};
  const auto n = node_of(facts);
  for (int i = 0; i < 3; ++i) submit(a_submission("h264_nvenc"));
  submit(), submit();
  EXPECT_EQ(claim(n, 1, "a").size(), 3u) << "two on the device, one on the processor";
  EXPECT_THAT(claim(n, 1, "b"), IsEmpty());
}

TEST_P(Order, AJobRunsOnlyWhereItsLabelsAre) {
  auto submission = a_submission();
  submission.labels = {{"node.rack", "b7"}};
  submit(submission);
  EXPECT_THAT(claim(small("n")), IsEmpty());
  EXPECT_EQ(core->waits_for(job_for()), "");
  auto wanted = job_for();
  wanted.submission = submission;
  EXPECT_EQ(core->waits_for(wanted), "unsatisfiable: needs a node with the label rack=b7; no node has it");
  auto facts = facts_of("m");
  facts.labels = {{"rack", "b7"}};
  EXPECT_EQ(claim(node_of(facts)).size(), 1u);
}

TEST_P(Order, WhoWantsToBeAloneGetsAnEmptyNodeOnly) {
  const auto n = small("n", 2);
  const auto lease = running(n);
  const auto job = submit(alone());
  EXPECT_THAT(claim(n, 1), IsEmpty());
  ASSERT_TRUE(result(n, lease));
  EXPECT_THAT(numbers(claim(n, 2)), ElementsAre(job.number));
}

TEST_P(Order, NothingIsOfferedBesideAJobThatWantsToBeAlone) {
  const auto n = small("n", 2);
  submit(alone());
  const auto offer = claim(n, 2).at(0);
  ASSERT_TRUE(core->start(offer.job.id, {n, offer.lease}, now));
  submit();
  EXPECT_THAT(claim(n, 1), IsEmpty());
  EXPECT_EQ(claim(small("m")).size(), 1u);
}

TEST_P(Order, AfterAMinuteANodeIsKeptFreeForWhoWantsToBeAlone) {
  const auto n = small("n", 2);
  const auto first = running(n);
  const auto job = submit(alone());
  const auto other = submit();
  const auto started = claim(n, 1, "before");
  EXPECT_THAT(numbers(started), ElementsAre(other.number)) << "it does not stand in the way yet";
  ASSERT_TRUE(core->start(other.id, {n, started.at(0).lease}, now));
  submit();
  poll(n, 0, "parked", 50_s), reply(tickets);
  wait_alive(60_s, {{n, {first, started.at(0).lease}}});
  poll(n, 0, "parked again", 50_s), reply(tickets);
  ASSERT_TRUE(result(n, first));
  EXPECT_THAT(claim(n, 1, "kept"), IsEmpty()) << "the node drains for it";
  ASSERT_TRUE(result(n, started.at(0).lease));
  EXPECT_THAT(numbers(claim(n, 2, "empty")), ElementsAre(job.number));
}

TEST_P(Order, ADrainingNodeEndsWhatItHasAndGetsNothing) {
  const auto n = small("n", 2);
  const auto lease = running(n);
  submit();
  ASSERT_TRUE(core->set_intent("n", Intent::draining, "asked for by ada", now));
  EXPECT_THAT(claim(n, 1, "a"), IsEmpty());
  EXPECT_EQ(view(n).node.intent, Intent::draining);
  EXPECT_EQ(view(n).node.intent_reason, "asked for by ada");
  EXPECT_EQ(result(n, lease)->state, JobState::completed);
  restart();
  ASSERT_TRUE(core->set_intent(n.text(), Intent::active, "asked for by ada", now));
  EXPECT_EQ(claim(n, 1, "b").size(), 1u);
  EXPECT_EQ(core->set_intent("nobody", Intent::active, "", now).error().kind(), base::ErrorKind::absent);
  small("n");
  EXPECT_EQ(core->set_intent("n", Intent::active, "", now).error().kind(), base::ErrorKind::invalid);
}

TEST_P(Order, ADrainWithADeadlineHasItsJobsGivenBackWhenThatHasPassed) {
  const auto n = small("n", 2);
  const auto lease = running(n);
  const auto told = [&] {
    const auto answer = core->heartbeat(n, {"boot-1", {{lease, {}, {}, {}}}}, now);
    EXPECT_EQ(answer->leases.at(0).word, wire::LeaseWord::renewed);
    return answer->leases.at(0).give_back == wire::LeaseAnswer::GiveBack::yes;
  };
  const auto drained = core->set_intent("n", Intent::draining, "asked for by ada", now, 60_s);
  ASSERT_TRUE(drained);
  EXPECT_EQ(drained->node.give_back_at, now.wall + 60_s);
  EXPECT_FALSE(told());
  pass(59_s);
  EXPECT_FALSE(told());
  restart();  // the deadline outlives a master
  pass(2_s);
  EXPECT_TRUE(told());
  auto report = a_report();
  report.outcome = {};
  report.outcome.end = jobs::End::interrupted;
  report.outcome.failure = jobs::FailureClass::interruption;
  EXPECT_EQ(result(n, lease, report)->state, JobState::queued);
  EXPECT_EQ(job(lease.job).failures, 0);
  ASSERT_TRUE(core->set_intent("n", Intent::active, "asked for by ada", now));
  EXPECT_EQ(view(n).node.give_back_at, std::nullopt) << "the next drain has a deadline of its own";
}

TEST_P(Order, ANodeThatLetsDownThreeJobsInARowIsQuarantined) {
  const auto n = small("n"), good = small("good");
  for (int i = 0; i < 3; ++i) {
    running(n);
    EXPECT_EQ(view(n).node.intent, Intent::active);
    wait(101_s);
    ASSERT_TRUE(result(good, start_next(good)));
  }
  EXPECT_EQ(view(n).node.intent, Intent::quarantined);
  EXPECT_THAT(view(n).node.intent_reason, HasSubstr("let down 3 jobs in a row"));
  submit();
  EXPECT_THAT(claim(n), IsEmpty());
  EXPECT_EQ(view(good).node.intent, Intent::active);
}

TEST_P(Order, AResultBetweenClearsTheNode) {
  const auto n = small("n");
  for (int i = 0; i < 5; ++i) {
    running(n);
    wait(101_s);
    const auto lease = start_next(n);  // the same job again, which ends well
    ASSERT_TRUE(result(n, lease));
  }
  EXPECT_EQ(view(n).node.intent, Intent::active);
}

TEST_P(Order, AJobThatTwoNodesWentDownWithIsSetAside) {
  const auto job = submit();
  for (const char* name : {"a", "b"}) {
    const auto n = small(name);
    start_next(n);
    ASSERT_TRUE(core->enrol({n, facts_of(name, {"libx264"}, "boot-2")}, now));
  }
  EXPECT_EQ(state(job.id), JobState::running) << "the second node may have finished it before it went down";
  EXPECT_THAT(claim(small("c")), IsEmpty());
  restart();
  wait(101_s);
  const auto ended = this->job(job.id);
  EXPECT_EQ(ended.state, JobState::failed);
  EXPECT_THAT(ended.reason, HasSubstr("poison: 2 nodes were restarted"));
  EXPECT_EQ(ended.crashes, 2);
  EXPECT_EQ(ended.interruptions, 2);
  EXPECT_EQ(ended.attempts.at(1).outcome, "interrupted");
}

TEST_P(Order, WhatWasFinishedBeforeTheSecondRestartCounts) {
  const auto job = submit();
  base::Id n;
  jobs::Lease lease;
  for (const char* name : {"a", "b"}) {
    n = small(name);
    lease = start_next(n);
    ASSERT_TRUE(core->enrol({n, facts_of(name, {"libx264"}, "boot-2")}, now));
  }
  EXPECT_EQ(word(n, lease), wire::LeaseWord::renewed);
  const auto answer = result(n, lease);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->output, wire::ResultAnswer::Output::publish);
  EXPECT_EQ(state(job.id), JobState::completed);
  wait(200_s);
  EXPECT_EQ(state(job.id), JobState::completed);
  EXPECT_EQ(this->job(job.id).attempts.at(1).error, "");
}

TEST_P(Order, ANodeThatIsRestartedAgainMeanwhileIsNotWaitedForASecondTime) {
  const auto job = submit();
  const auto first = small("a"), second = small("b");
  start_next(first);
  ASSERT_TRUE(core->enrol({first, facts_of("a", {"libx264"}, "boot-2")}, now));
  start_next(second);
  ASSERT_TRUE(core->enrol({second, facts_of("b", {"libx264"}, "boot-2")}, now));
  ASSERT_TRUE(core->enrol({second, facts_of("b", {"libx264"}, "boot-3")}, now));
  EXPECT_EQ(state(job.id), JobState::failed);
  EXPECT_THAT(this->job(job.id).reason, HasSubstr("poison: 3 nodes"));
}

TEST_P(Order, AJobThatIsCanceledIsNotWaitedFor) {
  const auto job = submit();
  for (const char* name : {"a", "b"}) {
    const auto n = small(name);
    start_next(n);
    if (name[0] == 'b') {
      ASSERT_TRUE(cancel(job.id.text()));
    }
    ASSERT_TRUE(core->enrol({n, facts_of(name, {"libx264"}, "boot-2")}, now));
  }
  EXPECT_EQ(state(job.id), JobState::canceled);
}

TEST_P(Order, ANodeThatLacksWhatAJobNeedsDoesNotGetItAgain) {
  const auto n = small("n"), m = small("m");
  const auto job = submit();
  ASSERT_EQ(result(n, start_next(n), a_report(jobs::End::failed, FailureClass::node))->state, JobState::queued);
  EXPECT_THAT(claim(n), IsEmpty());
  EXPECT_EQ(this->job(job.id).failures, 0) << "it is not the job's failure";
  ASSERT_EQ(result(m, start_next(m), a_report(jobs::End::failed, FailureClass::node))->state, JobState::queued);
  EXPECT_THAT(core->waits_for(this->job(job.id)), HasSubstr("unsatisfiable: it failed on every node"));
  EXPECT_EQ(result(small("fit"), start_next(small("fit 2")))->state, JobState::completed) << "whoever brings its lease";
}

TEST_P(Order, TheSameErrorOnTwoNodesIsTheJobs) {
  auto broken = a_report(jobs::End::failed, FailureClass::transient);
  const auto n = small("n"), m = small("m");
  const auto job = submit();
  broken.outcome.error = "[mov @ 0x5581] moov atom not found after 48 bytes";
  ASSERT_EQ(result(n, start_next(n), broken)->state, JobState::queued);
  wait(10_s);
  broken.outcome.error = "[mov @ 0x7f00] moov atom not found after 52 bytes";
  EXPECT_EQ(result(m, start_next(m), broken)->state, JobState::failed);
  EXPECT_THAT(this->job(job.id).reason, HasSubstr("the same error on two nodes"));
}

TEST_P(Order, ANodeThatRegistersAgainLosesWhatItDidNotStart) {
  const auto n = small("n");
  const auto job = submit();
  claim(n, 1, "a");
  ASSERT_TRUE(core->enrol({n, facts_of("n")}, now));
  EXPECT_THAT(numbers(claim(n, 1, "b")), ElementsAre(job.number));
}

}  // namespace
}  // namespace master
