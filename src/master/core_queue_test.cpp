// Submitting, the order, offers and starts.
#include "master/core_for_tests.h"

namespace master {
namespace {

class Queue : public FarmOnEachStore {};
ON_EACH_STORE(Queue);
using testing::HasSubstr;

TEST_P(Queue, TheSameIdempotencyKeyAnswersTheFirstJobAgainAndAnotherBodyIsRefused) {
  const auto first = core->submit({a_submission()}, store::IdempotencyKey{"k", "body"}, now);
  const auto again = core->submit({a_submission()}, store::IdempotencyKey{"k", "body"}, now);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(again->jobs, first->jobs);
  EXPECT_EQ(again->origin, store::Store::Inserted::Origin::repeated);
  const auto other = core->submit({a_submission()}, store::IdempotencyKey{"k", "other"}, now);
  EXPECT_EQ(other.error().kind(), base::ErrorKind::invalid);
  EXPECT_EQ(core->reader().list({})->count, 1);
}

TEST_P(Queue, JobsComeByTheirHeadStartAndThenByTheirAge) {
  const auto n = node();
  auto batch = a_submission(), live = a_submission(), high = a_submission();
  batch.queue = jobs::Queue::batch, live.queue = jobs::Queue::live, high.priority = jobs::Priority::high;
  const auto a = submit(batch), b = submit(), c = submit(high), d = submit(live), e = submit();
  std::vector<std::int64_t> order;
  for (const auto& offer : claim(n, 5)) order.push_back(offer.job.number);
  EXPECT_THAT(order, testing::ElementsAre(d.number, c.number, b.number, e.number, a.number));
}

TEST_P(Queue, AnOldBatchJobIsNotOvertakenForEver) {
  const auto n = node();
  auto batch = a_submission(), live = a_submission();
  batch.queue = jobs::Queue::batch, live.queue = jobs::Queue::live, live.priority = jobs::Priority::high;
  const auto old = submit(batch);
  pass(5 * 3600_s);
  submit(live);
  EXPECT_EQ(claim(n).at(0).job.id, old.id);
}

TEST_P(Queue, AParkedPollIsAnsweredAtOnceByASubmit) {
  const auto n = node();
  const auto ticket = poll(n);
  EXPECT_FALSE(reply(ticket));
  const auto job = submit();
  const auto answer = reply(ticket);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->offers.at(0).job.id, job.id);
}

TEST_P(Queue, APollThatWaitedLongEnoughIsAnsweredWithNothing) {
  const auto ticket = poll(node());
  wait(29_s);
  EXPECT_FALSE(reply(ticket));
  wait(1_s);
  EXPECT_EQ(**reply(ticket), wire::ClaimAnswer{});
}

TEST_P(Queue, AJobThatNobodyCanRunBlocksNoOther) {
  const auto n = node("n1", {"libx264"});
  submit(a_submission("h264_nvenc"));
  const auto second = submit(a_submission("libx264"));
  EXPECT_EQ(claim(n).at(0).job.id, second.id);
}

TEST_P(Queue, APollWithoutSlotsIsKeptOpenAndOfferedNothing) {
  const auto n = node();
  const auto ticket = poll(n, 0);
  submit();
  EXPECT_FALSE(reply(ticket));
}

TEST_P(Queue, TheSameClaimAfterALostAnswerGetsTheSameOffer) {
  const auto n = node();
  submit(), submit();
  const auto first = claim(n, 1, "c"), again = claim(n, 1, "c");
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first, again);
  EXPECT_NE(claim(n, 1, "d").at(0).job.id, first[0].job.id) << "an offered job is not offered twice";
}

TEST_P(Queue, ANewerPollOfANodeEndsTheOlderOne) {
  const auto n = node();
  const auto older = poll(n), newer = poll(n);
  EXPECT_EQ(**reply(older), wire::ClaimAnswer{});
  EXPECT_FALSE(reply(newer));
  submit();
  EXPECT_EQ((*reply(newer))->offers.size(), 1u);
}

TEST_P(Queue, AForgottenPollTakesNoJob) {
  const auto n = node();
  const auto ticket = poll(n);
  core->forget(ticket);
  submit();
  EXPECT_FALSE(reply(ticket));
  EXPECT_EQ(claim(n).size(), 1u);
}

TEST_P(Queue, WhatAnAnswerOfferedThatReachedNobodyIsFreeAgain) {
  const auto n = node(), other = node("n2");
  const auto job = submit();
  const auto ticket = poll(n);
  ASSERT_TRUE(core->withdraw(**reply(ticket)));
  EXPECT_EQ(claim(other).at(0).job.id, job.id);
}

TEST_P(Queue, AnOfferThatNobodyStartsIsWithdrawnWithoutATrace) {
  const auto n = node(), other = node("n2");
  const auto job = submit();
  const auto before = record(job.id);
  const auto offer = claim(n).at(0);
  EXPECT_TRUE(claim(other).empty());
  wait(15_s);
  EXPECT_EQ(record(job.id), before);
  EXPECT_EQ(claim(other).at(0).job.id, job.id);
  const auto late = core->start(job.id, {n, offer.lease}, now);
  EXPECT_EQ(late.error().kind(), base::ErrorKind::failed);
}

TEST_P(Queue, StartIsTheDurableStepAndTheSameStartAgainIsOneAttempt) {
  const auto n = node();
  const auto job = submit();
  const auto offer = claim(n).at(0);
  EXPECT_EQ(state(job.id), JobState::queued);
  const auto first = core->start(job.id, {n, offer.lease}, now);
  const auto again = core->start(job.id, {n, offer.lease}, now);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  EXPECT_EQ(first->times, settings.times);
  EXPECT_EQ(state(job.id), JobState::running);
  ASSERT_EQ(this->job(job.id).attempts.size(), 1u);
  EXPECT_EQ(this->job(job.id).attempts[0].node_name, "n1");
}

TEST_P(Queue, AStartWithAForeignTokenIsRefused) {
  const auto n = node();
  const auto job = submit();
  auto lease = claim(n).at(0).lease;
  lease.token = random.token();
  EXPECT_EQ(core->start(job.id, {n, lease}, now).error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(state(job.id), JobState::queued);
  const auto held = running(node("n2"));
  EXPECT_EQ(core->start(held.job, {n, lease}, now).error().kind(), base::ErrorKind::failed);
}

TEST_P(Queue, AStartWithTheTokenOfAnotherJobOrAttemptIsRefused) {
  const auto n = node();
  submit(), submit();
  const auto offers = claim(n, 2);
  ASSERT_EQ(offers.size(), 2u);
  EXPECT_FALSE(core->start(offers[0].lease.job, {n, offers[1].lease}, now));
  auto lease = offers[0].lease;
  lease.attempt = 9;
  EXPECT_FALSE(core->start(lease.job, {n, lease}, now));
  lease = offers[0].lease;
  lease.job = offers[1].lease.job;
  EXPECT_FALSE(core->start(offers[0].lease.job, {n, lease}, now));
}

TEST_P(Queue, TwoMachinesOfOneNameAreTwoNodes) {
  const auto a = node("twin"), b = node("twin");
  EXPECT_NE(a, b);
  submit(), submit();
  const auto first = start_next(a), second = start_next(b);
  EXPECT_NE(first.job, second.job);
  const auto views = *core->nodes(now);
  ASSERT_EQ(views.size(), 2u);
  for (const auto& view : views) EXPECT_EQ(view.running.size(), 1u) << "each has its own";
}

TEST_P(Queue, AnUnknownNodeIsAbsentWhateverItAsks) {
  const auto nobody = random.id(now.wall);
  EXPECT_EQ(core->heartbeat(nobody, {}, now).error().kind(), base::ErrorKind::absent);
  EXPECT_EQ(core->start(submit().id, {nobody, {}}, now).error().kind(), base::ErrorKind::absent);
  EXPECT_EQ((*reply(poll(nobody))).error().kind(), base::ErrorKind::absent);
}

TEST_P(Queue, AJobIsFoundByItsNumberAndByItsWholeIdOnly) {
  const auto job = submit();
  for (const auto& name : {std::string("1"), std::string("#1"), job.id.text()})
    EXPECT_EQ(core->job(name)->id, job.id) << name;
  EXPECT_EQ(core->job("1a").error().kind(), base::ErrorKind::invalid);
  EXPECT_EQ(core->job("1" + job.id.text().substr(1)).error().kind(), base::ErrorKind::absent);
  EXPECT_THAT(core->job("#2").error().text(), HasSubstr("there is no job #2"));
}

TEST_P(Queue, AWarningSaysWhatNoNodeHas) {
  EXPECT_THAT(core->waits_for(job_for()), HasSubstr("no node has registered yet"));
  node();
  EXPECT_EQ(core->waits_for(job_for()), "");
  EXPECT_EQ(core->waits_for(job_for("h264_nvenc")), "unsatisfiable: needs h264_nvenc; no node has it");
}

TEST_P(Queue, ManyIdlePollsDoNotMakeASubmitDear) {
  for (int i = 0; i < 100; ++i) poll(node("n" + std::to_string(i)));
  submit(a_submission("h264_nvenc"));           // waits for ever
  const int before = model.reads_for_claims();  // SQLite does not count, and is asked the same
  submit();
  EXPECT_LE(model.reads_for_claims() - before, 10);
}

}  // namespace
}  // namespace master
