// What every store does: accepting, changing and finding jobs, and surviving. Claims and lists: queue_conformance.cpp.
#include "store/conformance/store_fixture.h"

namespace store::conformance {

using base::ErrorKind;
using jobs::JobState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Every, StoreTest, testing::ValuesIn(all_backends()), name_of);

namespace {

JobRecord full_record(JobRecord record) {
  auto& job = record.job;
  job.submission.name = "Nachtlauf \"ü\"";
  job.submission.labels = {{"tenant", "a"}};
  job.submission.timeout = units::Seconds(90.5);
  job.submission.spec.input = "/media/a.mp4";
  job.submission.spec.bitrate = units::BitsPerSecond(5e6);
  job.not_before = job.created + units::Seconds(7);
  job.attempts = {{1, base::Id::make(1, 2, 3), "worker-1", job.created, job.created, "failed", jobs::FailureClass::node,
                   "no\nluck", units::Measured<units::Joules>::unmeasurable(units::Scope::psys, "none here")}};
  job.failures = 1, job.interruptions = 2, job.crashes = 1;
  job.submission.alone = jobs::Alone::yes;
  job.reason = "no luck";
  job.report = jobs::Report{};
  job.report->id = "r1";
  job.report->log_tail = std::string("a\0b", 3);
  job.report->energy = {
      {jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::psys, "none here")}};
  record.lease = jobs::Lease{job.id, 1, "0011"};
  record.holder = base::Id::make(4, 5, 6);
  return record;
}

TEST_P(StoreTest, StartsEmpty) {
  EXPECT_THAT(*store().ready_classes(), IsEmpty());
  EXPECT_THAT(*store().nodes(now()), IsEmpty());
  EXPECT_THAT(*store().holdings({}, now()), IsEmpty());
  EXPECT_THAT(*store().ended_leases(10, now()), IsEmpty());
  EXPECT_THAT(*store().reports(10), IsEmpty());
  EXPECT_THAT(store().list({})->jobs, IsEmpty());
  EXPECT_TRUE(store().health());
}

TEST_P(StoreTest, KeepsEveryFieldOfARecord) {
  auto record = full_record(job(1.25));
  const auto kept = put(record);
  EXPECT_EQ(kept.job.number, 1);
  record.job.number = 1;
  record.version = kept.version;
  EXPECT_EQ(kept, record);
  EXPECT_EQ(*store().record_by_number(1), record);
}

TEST_P(StoreTest, KeepsARecordWithoutAnything) {
  auto record = job();
  const auto kept = put(record);
  record.job.number = kept.job.number;
  record.version = kept.version;
  EXPECT_EQ(kept, record);
}

TEST_P(StoreTest, AnswersAbsentForAJobThatIsNotThere) {
  EXPECT_EQ(store().record(base::Id::make(1, 1, 1)).error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().record_by_number(1).error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().history(base::Id::make(1, 1, 1)).error().kind(), ErrorKind::absent);
  auto never_inserted = job();
  EXPECT_EQ(store().save(never_inserted, {}).error().kind(), ErrorKind::absent);
}

TEST_P(StoreTest, FindsEachJobByItsIdWhateverDigitsItBeginsWith) {
  std::vector<JobRecord> records;
  for (std::uint64_t i = 0; i < 200; ++i) {
    auto record = job();
    record.job.id = base::Id::make(i << 40, i * 0x9e3779b97f4a7c15, i);
    records.push_back(record);
  }
  committed([&] { ASSERT_TRUE(store().insert(records, {}, at(0))); });
  for (std::size_t i = 0; i < records.size(); ++i)
    EXPECT_EQ(get(records[i].job.id).job.number, static_cast<std::int64_t>(i) + 1);
}

TEST_P(StoreTest, NumbersABatchInItsOrder) {
  const auto inserted = store().insert({job(), job(), job()}, {}, at(0));
  ASSERT_TRUE(inserted);
  std::vector<std::int64_t> numbers;
  for (const auto& each : inserted->jobs) numbers.push_back(each.number);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
  EXPECT_EQ(inserted->origin, Store::Inserted::Origin::fresh);
}

TEST_P(StoreTest, AnswersTheTextsOfTheJobsThatItInserted) {
  auto plain = job(0), written = job(1);
  written.text = wire::JobText::of(written.job);
  const auto inserted = store().insert({plain, written}, IdempotencyKey{"k", "d"}, at(0));
  ASSERT_TRUE(inserted);
  const auto again = store().insert({}, IdempotencyKey{"k", "d"}, at(1));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(inserted->texts.at(i), wire::JobText::of(inserted->jobs.at(i)));
    EXPECT_EQ(again->texts.at(i), inserted->texts.at(i));
  }
  EXPECT_EQ(get(plain.job.id).text, inserted->texts.at(0));
}

TEST_P(StoreTest, InsertsABatchWhollyOrNotAtAll) {
  const auto taken = put(job());
  auto twin = job();
  twin.job.id = taken.job.id;
  const auto other = job();
  committed([&] {
    const auto failed = store().insert({other, twin}, IdempotencyKey{"k", "d"}, at(0));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind(), ErrorKind::retry);
    EXPECT_TRUE(store().insert({job()}, {}, at(0))) << "the transaction goes on";
  });
  EXPECT_EQ(store().record(other.job.id).error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().list({})->count, 2);
  EXPECT_TRUE(store().insert({job()}, IdempotencyKey{"k", "other"}, at(0))) << "the key was not used up";
}

TEST_P(StoreTest, AnswersTheJobsOfThenForAKnownKey) {
  const IdempotencyKey key{"key-1", "digest"};
  const auto first = store().insert({job(), job()}, key, at(0));
  ASSERT_TRUE(first);
  ASSERT_TRUE(store().insert({job()}, {}, at(1)));
  const auto again = store().insert({job(), job()}, key, at(3600));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->origin, Store::Inserted::Origin::repeated);
  EXPECT_EQ(again->jobs, first->jobs);
  EXPECT_EQ(store().list({})->count, 3);
}

TEST_P(StoreTest, RefusesAKnownKeyWithAnotherBody) {
  ASSERT_TRUE(store().insert({job()}, IdempotencyKey{"key-1", "digest"}, at(0)));
  EXPECT_EQ(store().insert({job()}, IdempotencyKey{"key-1", "other"}, at(1)).error().kind(), ErrorKind::invalid);
  EXPECT_EQ(store().list({})->count, 1);
}

TEST_P(StoreTest, ForgetsAKeyAfterADayAndNotBefore) {
  const IdempotencyKey key{"key-1", "digest"};
  ASSERT_TRUE(store().insert({job()}, key, at(0)));
  EXPECT_EQ(store().insert({job()}, key, at(24 * 3600 - 1))->origin, Store::Inserted::Origin::repeated);
  EXPECT_EQ(store().insert({job()}, key, at(24 * 3600))->origin, Store::Inserted::Origin::fresh);
}

TEST_P(StoreTest, SavesWhatChanged) {
  const auto bare = job();
  auto asked = full_record(bare);  // what is asked for is so from the beginning
  asked.job.not_before.reset(), asked.job.attempts.clear(), asked.job.report.reset(), asked.job.reason.clear();
  asked.lease.reset(), asked.holder.reset();
  const auto record = put(asked);
  const auto before = record.version;
  auto changed = full_record(record);
  changed.job.state = JobState::running;
  changed.job_class = "gpu";
  ASSERT_TRUE(store().save(changed, {"running", "worker-1", "started", at(1)}));
  EXPECT_NE(changed.version, before);
  EXPECT_EQ(get(record.job.id), changed);
  changed.lease.reset();
  changed.holder.reset();
  changed.job.report.reset();
  changed.job.not_before.reset();
  ASSERT_TRUE(store().save(changed, {"queued", "master", "", at(2)}));
  EXPECT_EQ(get(record.job.id), changed);
}

TEST_P(StoreTest, KeepsAReportOnceThatIsAResultOfItsOwn) {
  auto record = put(job());
  record.lease = jobs::Lease{record.job.id, 1, "0011"};
  move(record, JobState::running);
  record.job.report = full_record(record).job.report;
  record.job.report->id = record.job.id.text();
  ASSERT_TRUE(store().add_report(*record.job.report));
  record.report_in = JobRecord::ReportIn::results;
  move(record, JobState::completed);
  const auto kept = get(record.job.id);
  EXPECT_EQ(kept, record);
  EXPECT_EQ(kept.report_in, JobRecord::ReportIn::results);
  EXPECT_EQ(store().record_by_number(record.job.number)->job.report, record.job.report);
  EXPECT_EQ(*store().report(record.job.id.text()), *record.job.report);
  // Tried again, it keeps the report until another one takes its place.
  record = kept;
  move(record, JobState::queued);
  EXPECT_EQ(offer({"cpu"}).at(0).record.job.report, kept.job.report);
  record.job.report->id = "r2";
  record.report_in = JobRecord::ReportIn::job;
  move(record, JobState::failed);
  EXPECT_EQ(get(record.job.id).job.report->id, "r2");
  EXPECT_EQ(get(record.job.id).report_in, JobRecord::ReportIn::job);
  EXPECT_EQ(*store().report(record.job.id.text()), *kept.job.report) << "the result is as it was";
}

TEST_P(StoreTest, RefusesToSaveWhatSomebodyElseHasChangedMeanwhile) {
  auto mine = put(job());
  auto theirs = get(mine.job.id);
  move(theirs, JobState::canceled);
  mine.job.state = JobState::completed;
  EXPECT_EQ(store().save(mine, {"completed", "worker", "", at(1)}).error().kind(), ErrorKind::retry);
  EXPECT_EQ(get(mine.job.id), theirs);
  EXPECT_THAT(*store().history(mine.job.id), SizeIs(1));
}

TEST_P(StoreTest, KeepsTheHistoryInItsOrder) {
  auto record = put(job());
  EXPECT_THAT(*store().history(record.job.id), IsEmpty());
  const Change started{"running", "worker-1", "started on worker-1", at(1)};
  const Change ended{"completed", "worker-1", "", at(0.5)};  // a clock that was set back
  record.job.state = JobState::running;
  ASSERT_TRUE(store().save(record, started));
  record.job.state = JobState::completed;
  ASSERT_TRUE(store().save(record, ended));
  EXPECT_THAT(*store().history(record.job.id), ElementsAre(started, ended));
}

TEST_P(StoreTest, KeepsWhatWasCommittedAfterAReopening) {
  JobRecord record;
  committed([&] {
    record = put(full_record(job()));
    move(record, JobState::running);
    ASSERT_TRUE(store().insert({job()}, IdempotencyKey{"key", "digest"}, at(0)));
  });
  reopen();
  EXPECT_EQ(get(record.job.id), record);
  EXPECT_THAT(*store().history(record.job.id), SizeIs(1));
  EXPECT_EQ(store().insert({job()}, IdempotencyKey{"key", "digest"}, at(1))->origin, Store::Inserted::Origin::repeated);
}

TEST_P(StoreTest, ForgetsWhatWasNotCommittedAfterAReopening) {
  auto kept = put(job());
  ASSERT_TRUE(store().begin());
  const auto lost = put(job());
  auto changed = kept;
  move(changed, JobState::canceled);
  ASSERT_TRUE(store().add_report([] {
    jobs::Report report;
    report.id = "lost";
    return report;
  }()));
  reopen();
  EXPECT_EQ(store().record(lost.job.id).error().kind(), ErrorKind::absent);
  EXPECT_EQ(get(kept.job.id), kept);
  EXPECT_THAT(*store().reports(10), IsEmpty());
  EXPECT_EQ(store().list({})->count, 1);
}

TEST_P(StoreTest, ForgetsWhatWasRolledBackAndGoesOn) {
  ASSERT_TRUE(store().begin());
  put(job());
  store().rollback();
  store().rollback();
  EXPECT_EQ(store().list({})->count, 0);
  committed([&] { put(job()); });
  EXPECT_EQ(store().list({})->count, 1);
}

TEST_P(StoreTest, NeverGivesANumberAgainThatWasCommitted) {
  std::int64_t last = 0;
  for (int i = 0; i < 3; ++i) {
    const auto number = put(job()).job.number;
    EXPECT_GT(number, last);
    last = number;
    reopen();
  }
}

TEST_P(StoreTest, KeepsNodesByTheirId) {
  jobs::Node node;
  node.id = base::Id::make(5, 5, 5);
  node.facts.name = "worker-1";
  node.facts.encoders = {{"libx264", media::Codec::h264, media::EncoderState::Works::yes, ""}};
  node.registered = node.last_heartbeat = at(0);
  node.facts.labels = {{"rack", "b7"}};
  node.facts.device_slots = {{"nvenc", 8}};
  jobs::Node namesake = node;
  namesake.id = base::Id::make(6, 6, 6);
  ASSERT_TRUE(store().put_node(namesake, now()));
  ASSERT_TRUE(store().put_node(node, now()));
  const auto kept = [&] {
    std::vector<jobs::Node> nodes;
    auto all = *store().nodes(now());
    for (auto& seen : all) {
      seen.node.last_heartbeat = at(0);
      nodes.push_back(seen.node);
    }
    return nodes;
  };
  EXPECT_THAT(kept(), ElementsAre(node, namesake));
  node.intent = jobs::Intent::draining;
  node.intent_reason = "asked for by an operator";
  node.give_back_at = at(600);
  node.facts.threads = 8;
  ASSERT_TRUE(store().put_node(node, now()));
  reopen();
  EXPECT_THAT(kept(), ElementsAre(node, namesake));
}

TEST_P(StoreTest, TellsHowLongANodeWasNotHeardOf) {
  jobs::Node node;
  node.id = base::Id::make(5, 5, 5);
  node.facts.name = "worker-1";
  node.registered = node.last_heartbeat = at(0);
  EXPECT_EQ(store().heard(node.id, now()).error().kind(), ErrorKind::absent);
  ASSERT_TRUE(store().put_node(node, now()));
  const auto silence = [&] { return store().nodes(now())->at(0).since_heard.value(); };
  EXPECT_NEAR(silence(), 0, 5);
  pass(100);
  EXPECT_NEAR(silence(), 100, 5);
  node.intent = jobs::Intent::draining;
  ASSERT_TRUE(store().put_node(node, now()));
  EXPECT_NEAR(silence(), 100, 5) << "whoever changes what is known of it has not heard it";
  ASSERT_TRUE(store().heard(node.id, now()));
  EXPECT_NEAR(silence(), 0, 5);
}

jobs::Report report_of(const std::string& id, units::WallTime started) {
  jobs::Report report;
  report.id = id;
  report.kind = "run";
  report.timings.started = report.timings.ended = started;
  return report;
}

TEST_P(StoreTest, ListsReportsByTheirStartNewestFirst) {
  ASSERT_TRUE(store().add_report(report_of("aaa111", at(1))));
  ASSERT_TRUE(store().add_report(report_of("aaa222", at(3))));
  ASSERT_TRUE(store().add_report(report_of("bbb333", at(2))));
  std::vector<std::string> ids;
  const auto newest = store().reports(2);
  ASSERT_TRUE(newest);
  for (const auto& report : *newest) ids.push_back(report.id);
  EXPECT_THAT(ids, ElementsAre("aaa222", "bbb333"));
  EXPECT_THAT(*store().reports(0), IsEmpty());
  reopen();
  EXPECT_EQ(*store().report("bbb333"), report_of("bbb333", at(2)));
}

TEST_P(StoreTest, FindsAReportByThreeCharactersThatNoOtherHas) {
  for (const char* id : {"aaa111", "aaa222", "bbb333", "bbb", "a%c", "abcdef"})
    ASSERT_TRUE(store().add_report(report_of(id, at(1))));
  EXPECT_EQ(store().report("abc")->id, "abcdef") << "% is no pattern";
  EXPECT_EQ(store().report("aaa1")->id, "aaa111");
  EXPECT_EQ(store().report("bbb")->id, "bbb") << "the whole id goes before a prefix";
  EXPECT_EQ(store().report("ab").error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().report("").error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().report("aaa111x").error().kind(), ErrorKind::absent);
  const auto several = store().report("aaa");
  EXPECT_EQ(several.error().kind(), ErrorKind::invalid);
  EXPECT_THAT(several.error().text(), testing::HasSubstr("aaa111, aaa222"));
}

TEST_P(StoreTest, KeepsThePowerTraceOfARunBesideItsReport) {
  auto report = report_of("aaa111", at(1));
  std::string trace;
  for (int i = 0; i < 300'000; ++i) trace += static_cast<char>(i * 31 >> 4);
  report.power_trace = trace;
  ASSERT_TRUE(store().add_report(report));
  ASSERT_TRUE(store().add_report(report_of("bbb222", at(2))));
  reopen();
  EXPECT_EQ(*store().power_trace("aaa111"), trace);
  EXPECT_EQ(*store().report("aaa111"), report_of("aaa111", at(1))) << "no list loads it";
  EXPECT_EQ(store().power_trace("bbb222").error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().power_trace("aaa").error().kind(), ErrorKind::absent) << "only by the whole id";
}

TEST_P(StoreTest, KeepsThePowerTraceOfAJobsNewestAttempt) {
  const auto id = put(job()).job.id;
  EXPECT_EQ(store().power_trace(id.text()).error().kind(), ErrorKind::absent);
  ASSERT_TRUE(store().put_power_trace(id, std::string("\0first", 6)));
  committed([&] { ASSERT_TRUE(store().put_power_trace(id, "second")); });
  reopen();
  EXPECT_EQ(*store().power_trace(id.text()), "second");
}

TEST_P(StoreTest, RefusesAReportWhoseIdIsTaken) {
  ASSERT_TRUE(store().add_report(report_of("aaa111", at(1))));
  EXPECT_EQ(store().add_report(report_of("aaa111", at(2))).error().kind(), ErrorKind::retry);
  EXPECT_EQ(store().add_report(report_of("", at(2))).error().kind(), ErrorKind::invalid);
  EXPECT_EQ(*store().report("aaa111"), report_of("aaa111", at(1)));
}

}  // namespace
}  // namespace store::conformance
