// The service's thread: one commit for many requests, no answer before it, and what happens when it fails. The store is
// the model; a gate in front of its commit lets a test decide when a batch goes through.
#include "master/service.h"

#include <future>

#include "master/service_for_tests.h"

namespace master {
namespace {

// A batch stands still before its commit until the test lets it through.
class Gate {
 public:
  void wait_here() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await_arrival() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return arrived_ > 0; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

TEST_F(ServiceTest, WhatCameWhileABatchWasOnItsWayIsTheNextBatchAndOneCommit) {
  Gate gate;
  int ran = 0;
  std::vector<int> at_commit;
  model.on_commit([&] {
    if (at_commit.empty() || at_commit.back() != ran) at_commit.push_back(ran);
    gate.wait_here();
  });
  const auto count = [&](Core&, units::Instant) { return ++ran, net::Response::text(200, "ok"); };
  const auto first = run(count);  // waits already when the service starts
  service->start();
  gate.await_arrival();
  std::vector<Who> peers;
  for (int i = 0; i < 100; ++i) peers.push_back(run(count));
  EXPECT_FALSE(first->answered()) << "its commit is not through";
  gate.open();
  for (const auto& peer : peers) EXPECT_EQ(peer->answer().status, 200);
  service->stop();
  EXPECT_EQ(at_commit, (std::vector<int>{1, 101}));
}

TEST_F(ServiceTest, ACommitThatFailsAnswersNobodyWithSuccessAndEndsTheService) {
  const auto n = node();
  std::promise<void> told;
  service->when_failed([&] { told.set_value(); });
  service->start();
  const auto parked = polling(n);
  const auto one = run([&](Core&, units::Instant) {
    model.fail_commit(base::Error::failed("disk full"));
    return net::Response::text(200, "done");
  });
  EXPECT_EQ(one->answer().status, 503);
  EXPECT_EQ(parked->answer().status, 503);
  told.get_future().wait();
  EXPECT_TRUE(service->failed());
  const auto response = submitting()->answer();
  EXPECT_EQ(response.status, 503) << "nothing is served any more";
  EXPECT_NE(net::find(response.headers, "Retry-After"), nullptr);
}

TEST_F(ServiceTest, AnOperationThatFailsHalfWayIsNotCommittedAndNotAConflict) {
  const auto n = node();
  const auto lease = running(n);
  service->start();
  const auto peer = run([&](Core& c, units::Instant t) {
    model.fail_write(2, base::Error::failed("I/O error"));  // the job is saved, its report is not
    return answer(c.result({n, lease, a_report()}, t),
                  [](const auto&) { return net::Response::text(200, "accepted"); });
  });
  EXPECT_EQ(peer->answer().status, 503);
  service->stop();
  EXPECT_TRUE(service->failed());
  EXPECT_EQ(state(lease.job), JobState::running) << "the half was taken back";
}

TEST_F(ServiceTest, ALookAtTheStoreThatFailsIsNoConflictEither) {
  service->start();
  const auto peer = run([&](Core& c, units::Instant) {
    model.fail_read(base::Error::failed("I/O error"));
    return answer(c.reader().list({}), [](const auto&) { return net::Response::text(200, "list"); });
  });
  EXPECT_EQ(peer->answer().status, 503);
  EXPECT_TRUE(service->failed());
}

TEST_F(ServiceTest, AStoreThatIsBusyAtTheBeginIsTriedAgain) {
  model.fail_begin(base::Error::retry("somebody makes a backup"));
  const auto peer = submitting();
  service->start();
  EXPECT_EQ(peer->answer().status, 503);
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_FALSE(service->failed());
}

TEST_F(ServiceTest, ANewJobWakesAParkedPoll) {
  const auto n = node();
  service->start();
  const auto parked = polling(n);
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_EQ(offers(parked), 1u);
}

TEST_F(ServiceTest, AParkedPollWhosePeerLeftTakesNoJob) {
  const auto n = node(), other = node("n2");
  service->start();
  const auto left = polling(n), waits = polling(other);
  left->leave();
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_EQ(offers(waits), 1u);
  service->stop();
  EXPECT_FALSE(left->answered());
}

TEST_F(ServiceTest, AJobWhoseAnswerCannotBeDeliveredGoesToTheNextPoll) {
  const auto n = node(), other = node("n2");
  service->start();
  const auto left = polling(n), waits = polling(other);
  left->leave(false);  // the server has not told yet
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_EQ(offers(waits), 1u);
}

TEST_F(ServiceTest, APollOfAPeerThatHasLeftBeforeItsTurnIsNotParked) {
  const auto n = node();
  auto peer = std::make_shared<Peer>();
  peer->leave();
  service->claim({n, 1, 60_s, "c"}, net::Responder(peer));
  service->start();
  EXPECT_EQ(submitting()->answer().status, 201);
  EXPECT_EQ(offers(polling(n)), 1u);
}

TEST_F(ServiceTest, StopAnswersParkedPollsAndEverythingAfterIt) {
  const auto n = node();
  service->start();
  const auto parked = polling(n);
  service->stop();
  EXPECT_EQ(offers(parked), 0u);
  EXPECT_EQ(submitting()->answer().status, 503);
  service->stop();
  EXPECT_FALSE(service->failed());
}

TEST_F(ServiceTest, OneThatWasNeverStartedAnswersWhatWaitsWhenItIsStopped) {
  const auto peer = submitting();
  service->stop();
  EXPECT_EQ(peer->answer().status, 503);
  EXPECT_EQ(submitting()->answer().status, 503);
}

}  // namespace
}  // namespace master
