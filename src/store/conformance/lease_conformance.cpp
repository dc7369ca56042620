// What every store does with offers and leases: who holds what, and for how long.
#include "store/conformance/store_fixture.h"

namespace store::conformance {
namespace {

using base::ErrorKind;
using jobs::JobState;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class LeaseTest : public StoreTest {
 protected:
  const base::Id one = base::Id::make(1, 1, 1), two = base::Id::make(2, 2, 2);

  static std::vector<std::int64_t> numbers(const std::vector<Offered>& offered) {
    std::vector<std::int64_t> all;
    for (const auto& o : offered) all.push_back(o.record.job.number);
    return all;
  }
  // Started by the node to which it was offered.
  JobRecord start(Offered offered, base::Id node, double lifetime = 100) {
    auto& record = offered.record;
    record.lease = offered.lease;
    record.holder = node;
    move(record, JobState::running);
    EXPECT_TRUE(store().renew(record.job.id, units::Seconds(lifetime), now()));
    return record;
  }
  JobRecord running(base::Id node, double lifetime = 100) {
    put(job());
    return start(offer({"cpu"}, 1, node).at(0), node, lifetime);
  }
  std::vector<base::Id> ended() { return *store().ended_leases(10, now()); }
};
INSTANTIATE_TEST_SUITE_P(Every, LeaseTest, testing::ValuesIn(all_backends()), name_of);

TEST_P(LeaseTest, OffersEachJobToOneOnly) {
  for (int i = 0; i < 5; ++i) put(job(i));
  const auto answers = offers({{one, "a", {"cpu"}, 2}, {two, "b", {"cpu"}, 2}});
  EXPECT_THAT(numbers(answers[0]), ElementsAre(1, 2));
  EXPECT_THAT(numbers(answers[1]), ElementsAre(3, 4));
  EXPECT_THAT(numbers(offer({"cpu"}, 9)), ElementsAre(5));
  EXPECT_THAT(offer({"cpu"}), IsEmpty());
}

TEST_P(LeaseTest, OffersWithALeaseOfTheNextAttempt) {
  auto record = running(one);
  move(record, JobState::queued);
  const auto offered = offer({"cpu"}).at(0);
  EXPECT_EQ(offered.lease.job, record.job.id);
  EXPECT_EQ(offered.lease.attempt, static_cast<int>(record.job.attempts.size()) + 1);
  EXPECT_FALSE(offered.lease.token.empty());
  EXPECT_EQ(offered.record, get(record.job.id)) << "an offer leaves no trace in the record";
}

TEST_P(LeaseTest, TellsAClaimAgainWhatItWasOffered) {
  for (int i = 0; i < 3; ++i) put(job(i));
  const auto first = offer({"cpu"}, 2, one, "a");
  offer({"cpu"}, 1, one, "b");
  const auto again = *store().offered(one, "a", now());
  EXPECT_EQ(numbers(again), numbers(first));
  EXPECT_EQ(again.at(0).lease, first.at(0).lease);
  EXPECT_THAT(*store().offered(two, "a", now()), IsEmpty());
}

TEST_P(LeaseTest, TakesAnOfferBackThatEnded) {
  const auto id = put(job()).job.id;
  const auto lease = offer({"cpu"}).at(0).lease;
  EXPECT_EQ(*store().offer_of(id, now()), lease);
  pass(14);
  EXPECT_THAT(offer({"cpu"}), IsEmpty());
  pass(2);
  EXPECT_EQ(*store().offer_of(id, now()), std::nullopt);
  EXPECT_THAT(*store().holdings({}, now()), IsEmpty());
  EXPECT_NE(offer({"cpu"}).at(0).lease.token, lease.token);
}

TEST_P(LeaseTest, TakesAnOfferBackThatIsWithdrawnByItsOwnLeaseOnly) {
  put(job(0)), put(job(1));
  const auto first = offer({"cpu"}).at(0);
  auto other = first.lease;
  other.token = "another";
  ASSERT_TRUE(store().withdraw(other));
  EXPECT_EQ(head({"cpu"}), 2);
  ASSERT_TRUE(store().withdraw(first.lease));
  EXPECT_THAT(heads({"cpu"}, 5), ElementsAre(1, 2)) << "it has kept its place";
}

TEST_P(LeaseTest, EndsAnOfferWithAnyChangeOfItsJob) {
  put(job());
  auto offered = offer({"cpu"}).at(0);
  move(offered.record, JobState::paused);
  EXPECT_EQ(*store().offer_of(offered.record.job.id, now()), std::nullopt);
  EXPECT_THAT(offer({"cpu"}), IsEmpty());
  move(offered.record, JobState::queued);
  EXPECT_EQ(head({"cpu"}), 1);
}

TEST_P(LeaseTest, OffersAJobThatWantsToBeAloneAlone) {
  put(job_of_class("cpu;alone", 0)), put(job_of_class("cpu", 1)), put(job_of_class("cpu;alone", 2));
  EXPECT_THAT(numbers(offer({"cpu", "cpu;alone"}, 3)), ElementsAre(1));
  EXPECT_THAT(numbers(offer({"cpu", "cpu;alone"}, 3)), ElementsAre(2)) << "what comes after it waits";
  EXPECT_THAT(numbers(offer({"cpu", "cpu;alone"}, 3)), ElementsAre(3));
}

TEST_P(LeaseTest, ForgetsOffersWithARollback) {
  put(job());
  ASSERT_TRUE(store().begin());
  const auto lease = offer({"cpu"}).at(0).lease;
  store().rollback();
  EXPECT_EQ(*store().offer_of(lease.job, now()), std::nullopt);
  EXPECT_THAT(*store().offered(base::Id::make(9, 9, 9), "c", now()), IsEmpty());
  EXPECT_EQ(head({"cpu"}), 1);
}

TEST_P(LeaseTest, QueuesNothingThatWasRolledBack) {
  ASSERT_TRUE(store().begin());
  ASSERT_TRUE(store().insert({job()}, {}, at(0)));
  store().rollback();
  EXPECT_EQ(head({"cpu"}), 0);
  auto record = running(one);
  ASSERT_TRUE(store().begin());
  move(record, JobState::queued);
  store().rollback();
  EXPECT_EQ(head({"cpu"}), 0);
}

TEST_P(LeaseTest, EndsALeaseThatIsNotRenewed) {
  const auto a = running(one, 100), b = running(two, 50);
  EXPECT_THAT(ended(), IsEmpty());
  pass(51);
  EXPECT_THAT(ended(), ElementsAre(b.job.id));
  ASSERT_TRUE(store().renew(a.job.id, units::Seconds(100), now()));
  pass(60);
  EXPECT_THAT(ended(), ElementsAre(b.job.id)) << "it was renewed";
  pass(50);
  EXPECT_THAT(ended(), ElementsAre(b.job.id, a.job.id));
}

TEST_P(LeaseTest, EndsALeaseInItsTimeThoughTheClockWasSetBack) {
  const auto a = running(one, 100), b = running(two, 1000);
  pass(50);
  set_back(3600);
  EXPECT_THAT(ended(), IsEmpty()) << "none ends early";
  pass(101);
  EXPECT_THAT(ended(), ElementsAre(a.job.id)) << "nor an hour late";
  ASSERT_TRUE(store().renew(a.job.id, units::Seconds(100), now()));
  pass(98);
  EXPECT_THAT(ended(), IsEmpty());
  pass(3);
  EXPECT_THAT(ended(), ElementsAre(a.job.id));
  pass(1000);
  EXPECT_THAT(ended(), testing::UnorderedElementsAre(a.job.id, b.job.id));
}

TEST_P(LeaseTest, EndsNoLeaseEarlyThoughTheClockWasSetAhead) {
  const auto a = running(one, 100), b = running(two, 100);
  EXPECT_THAT(ended(), IsEmpty());
  pass(50);
  set_ahead(3600);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(ended(), IsEmpty()) << "none ends early";
  ASSERT_TRUE(store().renew(a.job.id, units::Seconds(100), now()));
  pass(98);
  EXPECT_THAT(ended(), Not(testing::Contains(a.job.id)));
  pass(3);
  EXPECT_THAT(ended(), testing::UnorderedElementsAre(a.job.id, b.job.id)) << "nor late";
}

TEST_P(LeaseTest, NoticesAClockThatWasSetAheadAlsoWhereTheTransactionWasTakenBack) {
  const auto a = running(one, 100);
  EXPECT_THAT(ended(), IsEmpty());
  set_ahead(3600);
  ASSERT_TRUE(store().begin());
  EXPECT_THAT(ended(), IsEmpty());
  store().rollback();
  EXPECT_THAT(ended(), IsEmpty());
  ASSERT_TRUE(store().renew(a.job.id, units::Seconds(100), now()));
  pass(98);
  EXPECT_THAT(ended(), IsEmpty());
}

TEST_P(LeaseTest, ANodeThatIsSilentIsNotUpForLongThoughTheClockWasSetBack) {
  jobs::Node node;
  node.id = one, node.facts.name = "worker-1";
  ASSERT_TRUE(store().put_node(node, now()));
  ASSERT_TRUE(store().heard(one, now()));
  pass(60);
  set_back(3600);
  const auto seen = [&] { return store().nodes(now())->at(0).since_heard; };
  EXPECT_GE(seen(), units::Seconds(0));
  pass(91);
  EXPECT_GE(seen(), units::Seconds(91));
  ASSERT_TRUE(store().heard(one, now()));
  EXPECT_NEAR(seen().value(), 0, 1);
}

TEST_P(LeaseTest, TakesAnOfferBackInItsTimeThoughTheClockWasSetBack) {
  put(job());
  const auto lease = offer({"cpu"}).at(0).lease;
  set_back(3600);
  pass(16);
  EXPECT_THAT(ended(), IsEmpty());
  const auto again = offer({"cpu"});
  ASSERT_EQ(again.size(), 1u);
  EXPECT_NE(again.at(0).lease.token, lease.token);
}

TEST_P(LeaseTest, OffersAJobThatWasDelayedBeforeTheClockWasSetBack) {
  auto record = put(job());
  record.job.not_before = now().wall + units::Seconds(20);
  move(record, JobState::queued);
  EXPECT_THAT(offer({"cpu"}), IsEmpty());
  set_back(3600);
  EXPECT_EQ(offer({"cpu"}).size(), 1u);
  EXPECT_THAT(offer({"cpu"}), IsEmpty()) << "once";
}

TEST_P(LeaseTest, EndsNoLeaseOfAJobThatNobodyRuns) {
  auto record = running(one, 50);
  move(record, JobState::queued);
  pass(100);
  EXPECT_THAT(ended(), IsEmpty());
}

TEST_P(LeaseTest, KeepsTheLeaseOfAJobThatIsBeingCanceled) {
  auto record = running(one, 50);
  move(record, JobState::canceling);
  pass(51);
  EXPECT_THAT(ended(), ElementsAre(record.job.id));
}

TEST_P(LeaseTest, TellsWhatANodeHolds) {
  auto canceling = running(one);
  const auto runs = running(two);
  move(canceling, JobState::canceling);
  put(job());
  const auto offered = offer({"cpu"}, 1, one).at(0);
  const Holding a{canceling.job.id, one, 1, JobState::canceling, 1, "cpu"};
  const Holding b{runs.job.id, two, 2, JobState::running, 1, "cpu"};
  const Holding c{offered.record.job.id, one, 3, JobState::queued, 1, "cpu"};
  EXPECT_THAT(*store().holdings(std::vector{one}, now()), ElementsAre(a, c));
  EXPECT_THAT(*store().holdings(std::vector{two}, now()), ElementsAre(b));
  EXPECT_THAT(*store().holdings({}, now()), ElementsAre(a, b, c));
}

TEST_P(LeaseTest, TellsHowMuchANodeHolds) {
  const auto loads = [&] { return *store().loads(std::vector{one, two}, now()); };
  const NodeLoad none;
  EXPECT_THAT(loads(), ElementsAre(none, none));
  auto first = running(one), second = running(one);
  put(job_of_class("gpu", 1)), put(job_of_class("cpu", 2)), put(job_of_class("cpu", 3));
  const auto gpu = offer({"gpu"}, 1, one).at(0), cpu = offer({"cpu"}, 1, one, "d").at(0);
  offer({"cpu"}, 1, two);
  EXPECT_THAT(loads(), ElementsAre(NodeLoad{{{"cpu", 3}, {"gpu", 1}}, 0, 2}, NodeLoad{{{"cpu", 1}}, 0, 1}));
  move(first, JobState::canceling);
  ASSERT_TRUE(store().withdraw(cpu.lease));
  start(gpu, one);
  pass(16);
  EXPECT_THAT(loads(), ElementsAre(NodeLoad{{{"cpu", 2}, {"gpu", 1}}, 1, 0}, none)) << "the other's offer has ended";
  EXPECT_THAT(*store().loads(std::vector{two, one}, now()), ElementsAre(none, loads().front())) << "in their order";
  second.job_class = "gpu";
  move(second, JobState::running);
  move(first, JobState::canceled);
  EXPECT_THAT(loads(), ElementsAre(NodeLoad{{{"gpu", 2}}, 0, 0}, none));
  reopen();
  EXPECT_THAT(loads(), ElementsAre(NodeLoad{{{"gpu", 2}}, 0, 0}, none));
  ASSERT_TRUE(store().begin());
  move(second, JobState::completed);
  store().rollback();
  EXPECT_THAT(loads(), ElementsAre(NodeLoad{{{"gpu", 2}}, 0, 0}, none));
}

TEST_P(LeaseTest, GivesLeasesTheirWholeTimeToAMasterThatWasAway) {
  const auto a = running(one, 10), b = running(one, 20);
  reopen();
  const auto restarted = store().restart_leases(units::Seconds(100), now());
  ASSERT_TRUE(restarted);
  pass(30);
  if (store().sharing() == Store::Sharing::alone) {
    EXPECT_EQ(*restarted, 2u);
    EXPECT_THAT(ended(), IsEmpty());
    pass(80);
  } else {
    EXPECT_EQ(*restarted, 0u) << "the others have kept watch";
  }
  EXPECT_EQ(ended().size(), 2u);
}

TEST_P(LeaseTest, FindsJobsForChangesOfMany) {
  auto first = put(job(5));
  const auto second = put(job(1)), third = put(job(2));
  move(first, JobState::failed);
  const auto found = [&](JobState state, const std::string& scenario, int most) {
    return *store().matching(state, scenario, most);
  };
  EXPECT_THAT(found(JobState::queued, "", 10), ElementsAre(second.job.id, third.job.id));
  EXPECT_THAT(found(JobState::queued, "", 1), ElementsAre(second.job.id));
  EXPECT_THAT(found(JobState::queued, "1080p30-h264", 10), ElementsAre(second.job.id, third.job.id));
  EXPECT_THAT(found(JobState::failed, "", 10), ElementsAre(first.job.id));
  EXPECT_THAT(found(JobState::queued, "no-such", 10), IsEmpty());
}

TEST_P(LeaseTest, ForgetsWhatEndedLongAgo) {
  const auto ended_at = [&](double when) {
    auto record = put(job());
    record.job.changed = at(when);
    move(record, JobState::completed);
    EXPECT_TRUE(store().put_power_trace(record.job.id, "trace"));
    return record.job.id;
  };
  const auto queued = put(job()).job.id;
  const auto old = ended_at(10), older = ended_at(5), young = ended_at(100);
  EXPECT_EQ(*store().forget_ended(at(50), 1), 1);
  EXPECT_EQ(store().record(older).error().kind(), ErrorKind::absent) << "the oldest goes first";
  EXPECT_TRUE(store().record(old));
  EXPECT_EQ(*store().forget_ended(at(50), 10), 1);
  EXPECT_EQ(*store().forget_ended(at(50), 10), 0);
  EXPECT_TRUE(store().record(young));
  EXPECT_TRUE(store().record(queued));
  EXPECT_EQ(store().history(old).error().kind(), ErrorKind::absent);
  EXPECT_EQ(store().power_trace(old.text()).error().kind(), ErrorKind::absent);
  EXPECT_EQ((*store().counts())[JobState::completed], 1);
}

// A result outlives its job, but not the power trace, which is a thousand times as long.
TEST_P(LeaseTest, ForgetsThePowerTracesOfAJobAndKeepsItsResults) {
  auto record = put(job());
  const auto id = record.job.id.text();
  for (const auto& run : {id, id + "-2", id + "-12", "another-run-2"s}) {
    jobs::Report report;
    report.id = run, report.kind = "job", report.power_trace = "trace of " + run;
    ASSERT_TRUE(store().add_report(report));
  }
  move(record, JobState::completed);
  EXPECT_EQ(*store().forget_ended(at(50), 10), 1);
  for (const auto& run : {id, id + "-2", id + "-12"}) {
    EXPECT_EQ(store().power_trace(run).error().kind(), ErrorKind::absent) << run;
    EXPECT_TRUE(store().report(run)) << run;
  }
  EXPECT_EQ(*store().power_trace("another-run-2"), "trace of another-run-2");
}

TEST_P(LeaseTest, ForgetsOneJobThatHasEnded) {
  auto record = put(job());
  EXPECT_EQ(store().forget(record.job.id).error().kind(), ErrorKind::retry);
  EXPECT_TRUE(store().record(record.job.id));
  move(record, JobState::canceled);
  EXPECT_TRUE(store().forget(record.job.id));
  EXPECT_EQ(store().forget(record.job.id).error().kind(), ErrorKind::absent);
}

TEST_P(LeaseTest, IsCopiedWhileItServes) {
  const auto file = backend().folder() / "copy.db";
  const auto kept = put(job());
  auto reader = store().open_reader();
  ASSERT_TRUE(reader);
  ASSERT_TRUE(store().begin());
  ASSERT_TRUE(store().insert({job()}, {}, at(0)));
  const auto copied = (*reader)->backup(file);
  ASSERT_TRUE(store().commit());
  if (!copied) {
    EXPECT_EQ(copied.error().kind(), ErrorKind::invalid);
    EXPECT_THAT(copied.error().text(), testing::HasSubstr("pg_dump")) << "a backend with tools of its own names them";
    return;
  }
  EXPECT_EQ((*reader)->backup(file).error().kind(), ErrorKind::invalid) << "it replaces nothing";
  auto copy = open_sqlite(backend().host(), file);
  ASSERT_TRUE(copy) << copy.error().text();
  EXPECT_EQ(*(*copy)->record(kept.job.id), kept);
  EXPECT_EQ((*copy)->list({})->count, 1) << "what was not committed is not in it";
}

TEST_P(LeaseTest, IsReadBesideTheWriter) {
  auto reader = store().open_reader();
  ASSERT_TRUE(reader) << reader.error().text();
  const auto record = put(job());
  EXPECT_EQ(*(*reader)->record(record.job.id), record);
  ASSERT_TRUE(store().begin());
  auto changed = record;
  move(changed, JobState::paused);
  EXPECT_EQ((*reader)->record(record.job.id)->job.state, JobState::queued) << "what is not committed is not seen";
  ASSERT_TRUE(store().commit());
  EXPECT_EQ((*reader)->record(record.job.id)->job.state, JobState::paused);
  EXPECT_EQ((*reader)->list({})->count, 1);
  EXPECT_EQ((*(*reader)->counts())[JobState::paused], 1);
}

}  // namespace
}  // namespace store::conformance
