// Who watches a job, and what its node tells meanwhile.
#include "master/core_for_tests.h"

namespace master {
namespace {

class Watching : public Farm {
 protected:
  wire::HeartbeatRequest told(const jobs::Lease& lease, double fraction) {
    wire::RunningJob running{lease, {}, {}, {}};
    running.fraction = fraction;
    return {"boot-1", {running}};
  }
  wire::LiveView watch(const jobs::Lease& lease) { return *core->watch(lease.job.text(), now); }
};

TEST_F(Watching, AnswersTheParkedPollOfTheNodeAtOnce) {
  const auto n = node();
  const auto lease = running(n);
  const auto parked = poll(n, 0);
  EXPECT_FALSE(reply(parked));
  EXPECT_FALSE(watch(lease).running) << "it has told nothing yet";
  const auto answer = reply(parked);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->live, LiveBoard::kWatch);
  const auto again = poll(n, 0);
  EXPECT_FALSE(reply(again)) << "it knows already";
}

TEST_F(Watching, ShowsWhatIsToldAndNothingOfWhoHoldsNoLease) {
  const auto n = node();
  const auto lease = running(n);
  watch(lease);
  EXPECT_EQ(core->live(n, told(lease, 0.25), now)->live, LiveBoard::kWatch);
  pass(2_s);
  auto seen = watch(lease);
  ASSERT_TRUE(seen.running);
  EXPECT_EQ(seen.running->fraction, 0.25);
  EXPECT_EQ(seen.age, 2_s);
  auto forged = lease;
  forged.token = "guessed";
  EXPECT_TRUE(core->live(n, told(forged, 0.9), now));
  EXPECT_EQ(watch(lease).running->fraction, 0.25);
  pass(11_s);
  EXPECT_EQ(core->live(n, told(lease, 0.5), now)->live, std::nullopt) << "nobody looks any more";
}

TEST_F(Watching, HeartbeatsAreShownTooAndTellThatSomebodyLooks) {
  const auto n = node();
  const auto lease = running(n);
  EXPECT_EQ(core->heartbeat(n, told(lease, 0.1), now)->live, std::nullopt);
  EXPECT_EQ(watch(lease).running->fraction, 0.1);
  EXPECT_EQ(core->heartbeat(n, told(lease, 0.2), now)->live, LiveBoard::kWatch);
}

TEST_F(Watching, OfAJobThatDoesNotRunShowsItsState) {
  const auto queued = submit();
  const auto view = *core->watch(queued.id.text(), now);
  EXPECT_EQ(view.state, jobs::JobState::queued);
  EXPECT_FALSE(view.running);
  EXPECT_EQ(core->watch("4711", now).error().kind(), base::ErrorKind::absent);
}

TEST_F(Watching, RenewsNoLease) {
  const auto n = node();
  const auto lease = running(n);
  for (int i = 0; i < 11; ++i) {
    wait(10_s);
    ASSERT_TRUE(core->live(n, told(lease, 0.5), now));
  }
  EXPECT_EQ(state(lease.job), jobs::JobState::queued) << "its lease has ended";
}

}  // namespace
}  // namespace master
