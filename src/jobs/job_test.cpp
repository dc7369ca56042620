#include "jobs/job.h"

#include <gtest/gtest.h>

#include <array>

#include "jobs/named.h"
#include "jobs/node.h"

namespace jobs {
namespace {

constexpr std::array queues{Queue::live, Queue::normal, Queue::batch};
constexpr std::array priorities{Priority::high, Priority::medium, Priority::low};

Job job_of(Queue queue, Priority priority, double created_seconds) {
  Job job;
  job.submission.queue = queue;
  job.submission.priority = priority;
  job.created = units::WallTime::from_seconds(created_seconds);
  return job;
}

TEST(Order, PutsEveryQueueBeforeTheNextWhateverThePriority) {
  for (const auto high : priorities)
    for (const auto low : priorities) {
      EXPECT_LT(order_key(job_of(Queue::live, low, 1e6)), order_key(job_of(Queue::normal, high, 1e6)));
      EXPECT_LT(order_key(job_of(Queue::normal, low, 1e6)), order_key(job_of(Queue::batch, high, 1e6)));
    }
}

TEST(Order, PutsHighBeforeMediumBeforeLowInEveryQueue) {
  for (const auto queue : queues) {
    EXPECT_LT(order_key(job_of(queue, Priority::high, 1e6)), order_key(job_of(queue, Priority::medium, 1e6)));
    EXPECT_LT(order_key(job_of(queue, Priority::medium, 1e6)), order_key(job_of(queue, Priority::low, 1e6)));
  }
}

TEST(Order, LetsAnOldBatchJobPassEverythingThatIsMuchYounger) {
  const double span = 4.5 * 3600;
  const auto old = job_of(Queue::batch, Priority::low, 1e6);
  for (const auto queue : queues)
    for (const auto priority : priorities) {
      EXPECT_LE(order_key(old), order_key(job_of(queue, priority, 1e6 + span)));
      EXPECT_LE(head_start(queue, priority), units::Seconds(span));
    }
}

TEST(Order, IsFirstComeFirstServedWithinOnePair) {
  EXPECT_LT(order_key(job_of(Queue::normal, Priority::medium, 1e6)),
            order_key(job_of(Queue::normal, Priority::medium, 1e6 + 0.001)));
}

TEST(Liveness, IsDerivedFromTheAgeOfTheHeartbeat) {
  EXPECT_EQ(liveness(units::Seconds(0)), Liveness::up);
  EXPECT_EQ(liveness(units::Seconds(45)), Liveness::up);
  EXPECT_EQ(liveness(units::Seconds(45.1)), Liveness::late);
  EXPECT_EQ(liveness(units::Seconds(90)), Liveness::late);
  EXPECT_EQ(liveness(units::Seconds(90.1)), Liveness::lost);
}

TEST(Names, AreReadBackAndOthersAreRefusedWithTheList) {
  for (const auto queue : queues) EXPECT_EQ(*parse_queue(name(queue)), queue);
  for (const auto priority : priorities) EXPECT_EQ(*parse_priority(name(priority)), priority);
  for (const auto intent : {Intent::active, Intent::draining, Intent::quarantined})
    EXPECT_EQ(*parse_intent(name(intent)), intent);
  for (const auto state : {Liveness::up, Liveness::late, Liveness::lost})
    EXPECT_EQ(*parse_liveness(name(state)), state);
  EXPECT_EQ(parse_queue("normal").error().text(), "'normal' is not a queue; one of live, default, batch.");
  EXPECT_EQ(parse_priority("hihg").error().text(),
            "'hihg' is not a priority; one of high, medium, low. Did you mean 'high'?");
  EXPECT_LT(parse_queue(std::string(1'000'000, 'q')).error().text().size(), 200u);
}

}  // namespace
}  // namespace jobs
