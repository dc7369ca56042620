// What people do to jobs: pause, resume, retry, remove, one or many; and what is told of it afterwards.
#include "master/core_for_tests.h"

namespace master {
namespace {

using jobs::Event;
using jobs::FailureClass;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Change : public FarmOnEachStore {
 protected:
  base::Result<jobs::Job> change(const jobs::Job& job, Event event) {
    return core->change(job.id.text(), event, "ada", now);
  }
  jobs::Job failed(base::Id n) {
    const auto lease = running(n);
    EXPECT_EQ(result(n, lease, a_report(jobs::End::failed, FailureClass::input))->state, JobState::failed);
    return job(lease.job);
  }
};
ON_EACH_STORE(Change);

TEST_P(Change, APausedJobWaitsUntilItIsResumed) {
  const auto n = node();
  const auto job = submit();
  EXPECT_EQ(change(job, Event::pause)->state, JobState::paused);
  EXPECT_EQ(change(job, Event::pause)->state, JobState::paused) << "twice is fine";
  EXPECT_THAT(claim(n), IsEmpty());
  EXPECT_EQ(change(job, Event::resume)->state, JobState::queued);
  EXPECT_EQ(claim(n).size(), 1u);
}

TEST_P(Change, ARunningJobIsNotPaused) {
  const auto lease = running(node());
  const auto refused = change(job(lease.job), Event::pause);
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::failed);
  EXPECT_THAT(refused.error().text(), HasSubstr("cancel it instead"));
}

TEST_P(Change, AnOfferOfAPausedJobCannotBeStarted) {
  const auto n = node();
  const auto job = submit();
  const auto offer = claim(n).at(0);
  ASSERT_TRUE(change(job, Event::pause));
  EXPECT_THAT(core->start(job.id, {n, offer.lease}, now).error().text(), HasSubstr("paused"));
}

TEST_P(Change, ARetryLeavesTheNodeWhereItIs) {
  const auto n = node();
  const auto job = failed(n);
  pass(50_s);
  ASSERT_TRUE(change(job, Event::retry));
  const auto views = *core->nodes(now);
  ASSERT_EQ(views.size(), 1u);
  EXPECT_EQ(views.front().node.id, n);
  EXPECT_EQ(views.front().liveness, jobs::Liveness::late) << "a change of a job is no heartbeat of its node";
  EXPECT_THAT(views.front().running, IsEmpty());
  restart();
  EXPECT_EQ(core->nodes(now)->front().node.id, n);
  EXPECT_EQ(start_next(n).job, job.id);
  EXPECT_EQ(core->nodes(now)->front().running.size(), 1u);
}

TEST_P(Change, RetryIsANewLifeThatKeepsTheOldAttempts) {
  const auto n = node();
  const auto job = failed(n);
  ASSERT_EQ(job.failures, 1);
  ASSERT_TRUE(job.attempts.at(0).wasted) << "what a failed attempt took was for nothing";
  EXPECT_EQ(job.attempts.at(0).failure, FailureClass::input);
  const auto again = change(job, Event::retry);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->failures, 0);
  EXPECT_EQ(again->attempts.size(), 1u);
  const auto lease = start_next(n);
  EXPECT_EQ(lease.attempt, 2);
  EXPECT_EQ(result(n, lease)->state, JobState::completed);
}

TEST_P(Change, TheHolderOfBeforeARetryHasNoSayAnyMore) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(cancel(lease.job.text()));
  wait(101_s);  // its node never answered
  ASSERT_TRUE(change(job(lease.job), Event::retry));
  EXPECT_EQ(word(n, lease), wire::LeaseWord::lost);
  EXPECT_EQ(result(n, lease).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(lease.job), JobState::queued);
}

TEST_P(Change, ManyAreChangedAtOnceAndOthersAreLeftAlone) {
  const auto n = node();
  const auto dead = failed(n), also = failed(n);
  const auto lease = running(n);
  const auto waits = submit();
  wire::JobQuery failed_ones, queued_ones, all;
  failed_ones.state = JobState::failed;
  queued_ones.state = JobState::queued;
  all.scenario = waits.submission.spec.scenario;
  EXPECT_EQ(core->change_many(failed_ones, Event::retry, "ada", now)->changed, 2);
  EXPECT_EQ(state(dead.id), JobState::queued);
  EXPECT_EQ(state(also.id), JobState::queued);
  EXPECT_EQ(core->change_many(queued_ones, Event::pause, "ada", now)->changed, 3);
  EXPECT_EQ(core->change_many(all, Event::cancel, "ada", now)->changed, 4);
  EXPECT_EQ(state(lease.job), JobState::canceling);
  const auto removed = core->forget_many(all);
  EXPECT_EQ(removed->changed, 3) << "one still runs";
  EXPECT_EQ(removed->more, Core::Many::More::no);
  EXPECT_EQ(core->job(dead.id.text()).error().kind(), base::ErrorKind::absent);
}

TEST_P(Change, ManyAreFoundBehindManyThatCannotBeChanged) {
  wire::JobQuery all;
  all.scenario = a_submission().spec.scenario;
  ASSERT_TRUE(core->submit(std::vector<jobs::Submission>(600, a_submission()), std::nullopt, now));
  const auto first = *core->change_many(all, Event::cancel, "ada", now);
  EXPECT_EQ(first.changed, 500);
  EXPECT_EQ(first.more, Core::Many::More::yes);
  EXPECT_EQ(core->change_many(all, Event::cancel, "ada", now)->changed, 100);
  const auto last = submit();
  EXPECT_EQ(core->change_many(all, Event::cancel, "ada", now)->changed, 1);
  EXPECT_EQ(state(last.id), JobState::canceled);
}

TEST_P(Change, OnlyAJobThatEndedIsRemovedAndItsResultStays) {
  const auto n = node();
  const auto lease = running(n);
  const auto refused = core->forget(lease.job.text());
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::failed);
  EXPECT_THAT(refused.error().text(), HasSubstr("cancel it first"));
  ASSERT_TRUE(result(n, lease));
  ASSERT_TRUE(core->forget(lease.job.text()));
  EXPECT_EQ(core->forget(lease.job.text()).error().kind(), base::ErrorKind::absent);
  EXPECT_TRUE(core->reader().report(lease.job.text()));
}

TEST_P(Change, TheHistoryTellsEveryChangeWithItsActorAndReason) {
  const auto n = node("worker-1");
  const auto job = submit();
  ASSERT_TRUE(change(job, Event::pause));
  ASSERT_TRUE(change(job, Event::resume));
  ASSERT_TRUE(result(n, start_next(n)));
  std::vector<std::string> lines;
  const auto history = *core->reader().history(job.id);
  for (const auto& line : history) lines.push_back(line.event + " by " + line.actor + ": " + line.reason);
  EXPECT_THAT(lines, ElementsAre("paused by ada: paused by ada", "queued by ada: resumed by ada",
                                 "running by worker-1: started on worker-1", "completed by worker-1: completed"));
}

TEST_P(Change, WhatAnAttemptTookThatAnotherMasterSawEndIsNotBookedToTheNext) {
  const auto n = node();
  const auto lease = running(n);
  const auto spent = units::Measured<units::Joules>::of(units::Joules(40), units::Joules(30), units::Joules(50),
                                                        units::Quality::measured, "powercap", units::Scope::package);
  ASSERT_TRUE(core->heartbeat(n, {"boot-1", {{lease, {}, spent, {}}}}, now));
  auto seen = record(lease.job);
  seen.job.state = JobState::queued;
  seen.job.attempts.back().ended = now.wall;
  ASSERT_TRUE(store->save(seen, {"queued", "another master", "its node did not renew the lease in time", now.wall}));
  (void)start_next(n);
  wait(101_s);
  ASSERT_EQ(job(lease.job).attempts.size(), 2u);
  EXPECT_FALSE(job(lease.job).attempts.at(1).wasted->known()) << "its node never said what it took";
}

TEST_P(Change, WhatALostAttemptTookIsKeptWithIt) {
  const auto n = node();
  const auto lease = running(n);
  const auto spent = units::Measured<units::Joules>::of(units::Joules(40), units::Joules(30), units::Joules(50),
                                                        units::Quality::measured, "powercap", units::Scope::package);
  ASSERT_TRUE(core->heartbeat(n, {"boot-1", {{lease, {}, spent, {}}}}, now));
  wait(101_s);
  EXPECT_EQ(job(lease.job).attempts.at(0).wasted, spent);
  const auto silent = start_next(n);
  wait(101_s);
  EXPECT_THAT(job(silent.job).attempts.at(1).wasted->reason(), HasSubstr("never said"));
  EXPECT_EQ(result(n, silent)->state, JobState::completed) << "late but sole";
  EXPECT_FALSE(job(silent.job).attempts.at(1).wasted) << "it was not for nothing after all";
}

TEST_P(Change, WhatACanceledAttemptTookIsBookedThoughItsResultComesTooLate) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(core->change(lease.job.text(), jobs::Event::cancel, "me", now));
  wait(101_s);
  ASSERT_EQ(job(lease.job).state, JobState::canceled) << "its node said nothing in time";
  EXPECT_FALSE(job(lease.job).attempts.at(0).wasted->known());
  const auto spent = units::Measured<units::Joules>::of(units::Joules(40), units::Joules(30), units::Joules(50),
                                                        units::Quality::measured, "powercap", units::Scope::package);
  wire::ResultRequest late{n, lease, a_report(jobs::End::canceled, jobs::FailureClass::canceled)};
  late.report.energy = {{jobs::Part::total, spent}};
  const auto answer = core->result(late, now);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->output, wire::ResultAnswer::Output::discard);
  EXPECT_EQ(job(lease.job).state, JobState::canceled);
  EXPECT_EQ(job(lease.job).attempts.at(0).wasted, spent);
  const auto more = units::Measured<units::Joules>::of(units::Joules(41), units::Joules(31), units::Joules(51),
                                                       units::Quality::measured, "powercap", units::Scope::package);
  late.report.energy = {{jobs::Part::total, more}};
  (void)core->result(late, now).ok();
  EXPECT_EQ(job(lease.job).attempts.at(0).wasted, more) << "what was told on the way is less than all";
  late.lease.token = "of somebody else";
  late.report.energy = {{jobs::Part::total, units::Measured<units::Joules>::of(
                                                units::Joules(99), units::Joules(99), units::Joules(99),
                                                units::Quality::measured, "powercap", units::Scope::package)}};
  EXPECT_FALSE(core->result(late, now));
  EXPECT_EQ(job(lease.job).attempts.at(0).wasted, more);
}

TEST_P(Change, JobsThatEndedLongAgoAreRemovedAndTheirResultsStay) {
  settings.keep_jobs = 3600_s;
  restart();
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(result(n, lease));
  const auto waits = submit();
  pass(3599_s);
  ASSERT_TRUE(core->retire(now));
  EXPECT_EQ(state(lease.job), JobState::completed);
  pass(61_s);
  EXPECT_EQ(*core->retire(now), Core::Rested::yes);
  EXPECT_EQ(core->job(lease.job.text()).error().kind(), base::ErrorKind::absent);
  EXPECT_TRUE(core->reader().report(lease.job.text()));
  EXPECT_EQ(state(waits.id), JobState::queued) << "what waits is never too old";
}

TEST_P(Change, OneAnswerBringsTheNextOffer) {
  const auto n = node();
  const auto lease = running(n);
  const auto next = submit();
  ASSERT_TRUE(result(n, lease));
  const auto answer = core->claim_now({n, 1, 0_s, "c"}, now);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->offers.at(0).job.id, next.id);
  EXPECT_TRUE(core->claim_now({n, 1, 0_s, "d"}, now)->offers.empty());
}

}  // namespace
}  // namespace master
