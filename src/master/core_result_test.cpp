// Results: accepted once, by the holder alone; what follows a failure; canceling in every state.
#include "master/core_for_tests.h"

namespace master {
namespace {

class Result : public FarmOnEachStore {};
ON_EACH_STORE(Result);
class Cancel : public FarmOnEachStore {};
ON_EACH_STORE(Cancel);
using jobs::End;
using jobs::FailureClass;
using wire::LeaseWord;
using Output = wire::ResultAnswer::Output;

TEST_P(Result, CompletesTheJobKeepsTheReportAndGetsTheSameAnswerAgain) {
  const auto n = node();
  const auto lease = running(n);
  const auto first = result(n, lease), again = result(n, lease);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  EXPECT_EQ(first->output, Output::publish);
  EXPECT_EQ(job(lease.job).attempts.at(0).outcome, "completed");
  ASSERT_EQ(core->reader().reports(10)->size(), 1u);
  EXPECT_EQ(core->reader().reports(10)->front().id, lease.job.text());
  restart();
  EXPECT_EQ(*result(n, lease), *first) << "also from a master that was restarted";
}

TEST_P(Result, IsShownWithItsJobAlsoByAMasterThatWasRestarted) {
  const auto n = node();
  const auto lease = running(n);
  auto failed = a_report(End::failed, FailureClass::transient);
  failed.log_tail = "[libx264] out of luck";
  ASSERT_TRUE(result(n, lease, failed));
  EXPECT_EQ(job(lease.job).report->log_tail, failed.log_tail);
  restart();
  EXPECT_EQ(job(lease.job).report->log_tail, failed.log_tail);
  pass(60_s);
  auto good = a_report();
  good.log_tail = "frame= 300";
  ASSERT_TRUE(result(n, start_next(n), good));
  for (int i = 0; i < 2; ++i, restart()) {
    const auto shown = job(lease.job);
    ASSERT_TRUE(shown.report);
    EXPECT_EQ(shown.report->log_tail, good.log_tail);
    EXPECT_EQ(*shown.report, *core->reader().report(lease.job.text())) << "it is the result";
  }
  ASSERT_TRUE(core->change("1", jobs::Event::retry, "ada", now));
  EXPECT_EQ(job(lease.job).report->log_tail, good.log_tail) << "until another takes its place";
  auto second = a_report();
  second.log_tail = "frame= 301";
  ASSERT_TRUE(result(n, start_next(n), second));
  restart();
  EXPECT_EQ(job(lease.job).report->log_tail, second.log_tail);
  EXPECT_EQ(core->reader().reports(10)->size(), 2u) << "each completion is a result";
}

TEST_P(Result, KeepsThePowerTraceOfTheNewestAttemptBesideTheRecordsHoweverItEnded) {
  const auto n = node();
  submit();
  EXPECT_THAT(core->power_trace("1").error().text(), testing::HasSubstr("job #1 has no power trace: it is queued"));
  auto lease = start_next(n);
  auto failed = a_report(End::failed, FailureClass::transient);
  failed.power_trace = "first";
  ASSERT_TRUE(result(n, lease, failed));
  EXPECT_EQ(*core->power_trace("1"), "first");
  pass(60_s);
  lease = start_next(n);
  auto good = a_report();
  good.power_trace = "second";
  ASSERT_TRUE(result(n, lease, good));
  EXPECT_EQ(*core->power_trace("1"), "second");
  EXPECT_TRUE(core->job("1")->report->power_trace.empty());
  EXPECT_TRUE(core->reader().reports(5)->at(0).power_trace.empty());
}

TEST_P(Result, OfAForeignerIsAConflictAndChangesNothing) {
  const auto n = node();
  const auto lease = running(n);
  const auto before = record(lease.job);
  auto foreign = lease;
  foreign.token = random.token();
  EXPECT_EQ(result(n, foreign).error().kind(), base::ErrorKind::failed);
  foreign = lease, foreign.attempt = 7;
  EXPECT_EQ(result(n, foreign).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(record(lease.job), before);
  ASSERT_TRUE(result(n, lease));
  EXPECT_EQ(result(n, foreign).error().kind(), base::ErrorKind::failed) << "nor after the end";
}

TEST_P(Result, OfAJobThatIsNotThereIsAbsentAndMakesNoJob) {
  const auto n = node();
  EXPECT_EQ(result(n, {random.id(now.wall), 1, "t"}).error().kind(), base::ErrorKind::absent);
  EXPECT_EQ(core->reader().list({})->count, 0);
}

TEST_P(Result, AnotherEndThanTheAcceptedOneIsAConflict) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(result(n, lease));
  EXPECT_EQ(result(n, lease, a_report(End::failed, FailureClass::transient)).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(lease.job), JobState::completed);
}

TEST_P(Result, OnceMoreWithAnotherBodyIsAConflictHoweverItEnded) {
  const auto n = node();
  struct Case {
    End end;
    FailureClass failure;
    JobState state;
    bool canceled = false;
  };
  for (const auto& [end, failure, state, canceled] :
       {Case{End::completed, FailureClass::none, JobState::completed},
        Case{End::failed, FailureClass::input, JobState::failed},
        Case{End::failed, FailureClass::transient, JobState::queued},
        Case{End::canceled, FailureClass::canceled, JobState::canceled, true},
        Case{End::completed, FailureClass::none, JobState::canceled, true}}) {
    const auto lease = running(n);
    if (canceled) {
      ASSERT_TRUE(cancel(lease.job.text()));
    }
    auto report = a_report(end, failure);
    report.log_tail = "frame= 300";
    report.power_trace = "bytes";
    const auto first = result(n, lease, report);
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->state, state);
    for (int i = 0; i < 2; ++i, restart()) {
      const auto again = result(n, lease, report);
      ASSERT_TRUE(again) << again.error().text();
      EXPECT_EQ(*again, *first);
      const auto before = record(lease.job);
      auto others = std::vector(5, report);
      others[0].log_tail = "frame= 301";
      others[1].power_trace = "other";
      others[2].power_trace.clear();
      others[3].timings.elapsed = 17_s;
      others[4].output = "/elsewhere.mp4";
      for (const auto& other : others) {
        const auto refused = result(n, lease, other);
        ASSERT_FALSE(refused) << jobs::name(state);
        EXPECT_EQ(refused.error().kind(), base::ErrorKind::failed);
      }
      EXPECT_EQ(record(lease.job), before);
      EXPECT_EQ(*core->power_trace(lease.job.text()), "bytes");
    }
    if (state == JobState::queued) {
      ASSERT_TRUE(cancel(lease.job.text()));
    }
  }
}

TEST_P(Result, OfAnAttemptWhoseLeaseEndedIsNotTakenForThatOfTheOneBefore) {
  const auto n = node();
  const auto job = submit();
  const auto report = a_report(End::failed, FailureClass::transient);
  ASSERT_TRUE(result(n, start_next(n), report));
  wait(10_s);
  const auto lease = start_next(n);
  wait(101_s);
  ASSERT_TRUE(cancel(job.id.text()));
  const auto late = result(n, lease);
  ASSERT_TRUE(late) << late.error().text();
  EXPECT_EQ(late->output, Output::discard);
}

TEST_P(Result, OfABadInputOrParameterEndsTheJobAtOnce) {
  const auto n = node();
  for (const auto failure : {FailureClass::input, FailureClass::parameters}) {
    const auto lease = running(n);
    const auto first = result(n, lease, a_report(End::failed, failure));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->state, JobState::failed);
    EXPECT_EQ(first->output, Output::discard);
    EXPECT_EQ(job(lease.job).reason, "it went wrong");
    EXPECT_EQ(*result(n, lease, a_report(End::failed, failure)), *first);
  }
}

TEST_P(Result, OfATransientFailureComesAgainLaterUpToTheMostAttempts) {
  const auto n = node();
  const auto job = submit();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const auto lease = start_next(n);
    const auto answer = result(n, lease, a_report(End::failed, FailureClass::transient));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->state, attempt < 3 ? JobState::queued : JobState::failed);
    if (attempt == 3) break;
    EXPECT_TRUE(claim(n).empty()) << "not at once";
    pass(attempt * 15_s);
  }
  EXPECT_EQ(this->job(job.id).failures, 3);
}

TEST_P(Result, ARetryIsOfferedToTheParkedPollWhenItsTimeHasCome) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(result(n, lease, a_report(End::failed, FailureClass::transient)));
  const auto ticket = poll(n);
  wait(2_s);
  EXPECT_FALSE(reply(ticket));
  wait(6_s);
  EXPECT_EQ((*reply(ticket))->offers.at(0).job.id, lease.job);
}

TEST_P(Result, OfAnInterruptionIsNotTheJobsFailureAndComesAgainAtOnce) {
  const auto n = node();
  const auto lease = running(n);
  const auto answer = result(n, lease, a_report(End::interrupted, FailureClass::interruption));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, JobState::queued);
  now.wall = now.wall - 3600_s;  // the wall clock is set back in the meantime
  EXPECT_EQ(claim(n).at(0).job.id, lease.job);
  EXPECT_EQ(job(lease.job).interruptions, 1);
  EXPECT_EQ(job(lease.job).failures, 0);
}

TEST_P(Result, OfAnAttemptThatHasHadItsWordCannotCompleteTheJobAnyMore) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(result(n, lease, a_report(End::failed, FailureClass::transient)));
  EXPECT_EQ(result(n, lease).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(lease.job), JobState::queued);
  EXPECT_EQ(word(n, lease), LeaseWord::lost);
}

TEST_P(Result, ThatSentTheJobBackGetsTheSameAnswerAgainAlsoFromARestartedMaster) {
  for (const auto& report :
       {a_report(End::failed, FailureClass::transient), a_report(End::interrupted, FailureClass::interruption)}) {
    const auto n = node();
    auto submission = a_submission();
    submission.max_attempts = 2;  // one more failure would be the last
    const auto lease = running(n, submission);
    const auto first = result(n, lease, report);
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->state, JobState::queued);
    const auto before = job(lease.job);
    const auto again = result(n, lease, report);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(*again, *first);
    restart();
    const auto afterwards = result(n, lease, report);
    ASSERT_TRUE(afterwards) << afterwards.error().text();
    EXPECT_EQ(*afterwards, *first);
    EXPECT_EQ(job(lease.job), before) << "nothing is counted twice";
    auto other = report;
    other.outcome.error = "something else";
    EXPECT_EQ(result(n, lease, other).error().kind(), base::ErrorKind::failed);
    EXPECT_EQ(word(n, lease), LeaseWord::lost);
    ASSERT_TRUE(cancel(lease.job.text()));
  }
}

TEST_P(Result, ThatSentTheJobBackIsAConflictOnceTheNextAttemptHasBegun) {
  const auto n = node();
  const auto lease = running(n);
  const auto report = a_report(End::interrupted, FailureClass::interruption);
  ASSERT_TRUE(result(n, lease, report));
  const auto next = start_next(n);
  EXPECT_EQ(next.job, lease.job);
  EXPECT_EQ(result(n, lease, report).error().kind(), base::ErrorKind::failed);
  EXPECT_TRUE(result(n, next));
}

TEST_P(Result, FreesTheJobFromItsNode) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(result(n, lease));
  EXPECT_TRUE(core->nodes(now)->at(0).running.empty());
  wait(200_s);
  EXPECT_EQ(state(lease.job), JobState::completed);
}

TEST_P(Result, IsKeptUnderAnotherIdWhereTheJobsOwnIsTaken) {
  const auto n = node();
  const auto lease = running(n);
  jobs::Report other = a_report();
  other.id = lease.job.text();
  ASSERT_TRUE(store->add_report(other));
  ASSERT_TRUE(result(n, lease));
  EXPECT_EQ(state(lease.job), JobState::completed);
  EXPECT_EQ(core->reader().reports(10)->size(), 2u);
}

TEST_P(Cancel, AQueuedJobIsCanceledAtOnce) {
  const auto job = submit();
  EXPECT_EQ(cancel("#1")->state, JobState::canceled);
  EXPECT_TRUE(claim(node()).empty());
  const auto again = cancel("#1");
  EXPECT_EQ(again.error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(this->job(job.id).reason, "canceled by ada");
}

TEST_P(Cancel, AnOfferedJobCannotBeStartedAnyMore) {
  const auto n = node();
  const auto job = submit();
  const auto offer = claim(n).at(0);
  ASSERT_TRUE(cancel("#1"));
  EXPECT_EQ(core->start(job.id, {n, offer.lease}, now).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(job.id), JobState::canceled);
}

TEST_P(Cancel, ARunningJobsNodeHearsOfItByItsParkedPoll) {
  const auto n = node();
  const auto lease = running(n);
  const auto ticket = poll(n, 0);
  EXPECT_EQ(cancel("#1")->state, JobState::canceling);
  const auto answer = reply(ticket);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->commands, (std::vector<wire::LeaseAnswer>{{lease.job, 1, LeaseWord::cancel}}));
  EXPECT_EQ(word(n, lease), LeaseWord::cancel);
}

TEST_P(Cancel, ANodeThatHadNoPollOpenHearsOfItByTheNextOne) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(cancel("#1"));
  const auto told = reply(poll(n, 0));
  ASSERT_TRUE(told && *told);
  EXPECT_EQ((*told)->commands, (std::vector<wire::LeaseAnswer>{{lease.job, 1, LeaseWord::cancel}}));
  EXPECT_FALSE(reply(poll(n, 0))) << "once: from there on the heartbeat says it";
}

TEST_P(Cancel, ACanceledJobNeverBecomesCompleted) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(cancel("#1"));
  const auto answer = result(n, lease);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, JobState::canceled);
  EXPECT_EQ(answer->output, Output::discard);
  EXPECT_EQ(*result(n, lease), *answer);
  EXPECT_EQ(job(lease.job).reason, "canceled by ada");
  EXPECT_TRUE(core->reader().reports(10)->empty());
}

TEST_P(Cancel, EveryEndOfACancelingJobIsCanceled) {
  const auto n = node();
  for (const auto failure : {FailureClass::transient, FailureClass::interruption, FailureClass::canceled}) {
    const auto lease = running(n);
    ASSERT_TRUE(cancel(lease.job.text()));
    ASSERT_TRUE(cancel(lease.job.text())) << "twice is fine";
    EXPECT_EQ(result(n, lease, a_report(End::canceled, failure))->state, JobState::canceled);
    EXPECT_EQ(job(lease.job).failures, 0) << "nobody failed";
  }
  const auto lease = running(n);
  ASSERT_TRUE(cancel(lease.job.text()));
  wait(101_s);
  EXPECT_EQ(state(lease.job), JobState::canceled) << "its node never answered";
}

TEST_P(Cancel, InEveryStateHoldsUpNobodyElse) {
  const auto n = node();
  const auto ended = running(n);
  ASSERT_TRUE(result(n, ended));
  const auto runs = running(n);
  const auto offered = submit(), queued = submit();
  ASSERT_EQ(claim(n).size(), 1u);
  EXPECT_FALSE(cancel(ended.job.text()));
  for (const auto id : {runs.job, offered.id, queued.id}) ASSERT_TRUE(cancel(id.text())) << id.text();
  const auto more = core->submit(std::vector<jobs::Submission>(1000, a_submission()), std::nullopt, now);
  ASSERT_TRUE(more) << more.error().text();
  EXPECT_EQ(more->jobs.size(), 1000u);
  EXPECT_TRUE(core->health());
  EXPECT_EQ(claim(n).at(0).job.id, more->jobs.front().id);
  EXPECT_EQ((*core->reader().counts())[JobState::canceled], 2);
}

TEST_P(Cancel, OfAnEndedJobIsAConflictThatSaysWhy) {
  const auto n = node();
  const auto lease = running(n);
  ASSERT_TRUE(result(n, lease));
  const auto refused = cancel("#1");
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::failed);
  EXPECT_THAT(refused.error().text(), testing::HasSubstr("completed"));
  EXPECT_EQ(cancel("#9").error().kind(), base::ErrorKind::absent);
}

TEST_P(Cancel, ACanceledLateHolderIsLost) {
  const auto n = node();
  const auto lease = running(n);
  wait(101_s);
  ASSERT_TRUE(cancel("#1"));
  EXPECT_EQ(word(n, lease), LeaseWord::lost);
  EXPECT_EQ(result(n, lease)->output, Output::discard) << "the end it led to is told, not a conflict";
  EXPECT_EQ(state(lease.job), JobState::canceled);
}

}  // namespace
}  // namespace master
