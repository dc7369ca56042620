// What every store does: which job comes next, what runs, lists, counts.
#include "store/conformance/store_fixture.h"

namespace store::conformance {
namespace {

using base::ErrorKind;
using jobs::JobState;
using jobs::Priority;
using jobs::Queue;
using testing::ElementsAre;
using testing::IsEmpty;

class QueueTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Every, QueueTest, testing::ValuesIn(all_backends()), name_of);

std::vector<std::int64_t> numbers(const std::vector<jobs::Job>& jobs) {
  std::vector<std::int64_t> all;
  for (const auto& job : jobs) all.push_back(job.number);
  return all;
}

TEST_P(QueueTest, GivesTheFirstThatCame) {
  put(job(2));
  put(job(1));
  EXPECT_EQ(head({"cpu"}), 2);
}

TEST_P(QueueTest, GivesTheFirstOfABatchFirst) {
  committed([&] { ASSERT_TRUE(store().insert({job(1), job(1), job(1)}, {}, at(0))); });
  EXPECT_EQ(head({"cpu"}), 1);
}

TEST_P(QueueTest, GivesLiveBeforeDefaultBeforeBatchAndHighBeforeLow) {
  put(job(0, Queue::batch, Priority::high));
  EXPECT_EQ(head({"cpu"}), 1);
  put(job(10, Queue::normal, Priority::low));
  EXPECT_EQ(head({"cpu"}), 2);
  put(job(20, Queue::normal, Priority::high));
  EXPECT_EQ(head({"cpu"}), 3);
  put(job(30, Queue::live, Priority::low));
  EXPECT_EQ(head({"cpu"}), 4);
}

TEST_P(QueueTest, LetsAnOldBatchJobPassYoungLiveOnes) {
  const double head_start =
      (jobs::head_start(Queue::live, Priority::high) - jobs::head_start(Queue::batch, Priority::low)).value();
  put(job(head_start + 1, Queue::live, Priority::high));
  put(job(0, Queue::batch, Priority::low));
  EXPECT_EQ(head({"cpu"}), 2);
}

TEST_P(QueueTest, GivesOnlyWhatTheNodeCanRunAndBlocksNobody) {
  put(job_of_class("gpu", 0));
  put(job_of_class("cpu", 1));
  put(job_of_class("av1", 2));
  EXPECT_EQ(head({"cpu"}), 2);
  EXPECT_EQ(head({"av1", "cpu"}), 2);
  EXPECT_EQ(head({"cpu", "gpu"}), 1);
  EXPECT_EQ(head({"vp9"}), 0);
  EXPECT_EQ(head({}), 0);
}

TEST_P(QueueTest, GivesNoJobBeforeItsTime) {
  auto delayed = job(0);
  delayed.job.not_before = at(60);
  put(delayed);
  put(job(1));
  pass(59);
  EXPECT_EQ(head({"cpu"}), 2);
  pass(1);
  EXPECT_EQ(head({"cpu"}), 1) << "it has kept its place";
}

TEST_P(QueueTest, GivesOnlyQueuedJobs) {
  for (const auto state : jobs::all_job_states()) {
    auto record = put(job());
    if (state != JobState::queued) move(record, state);
    const bool queued = state == JobState::queued;
    EXPECT_EQ(head({"cpu"}) != 0, queued) << jobs::name(state);
    if (queued) move(record, JobState::canceled);
  }
}

TEST_P(QueueTest, GivesARetriedJobAgain) {
  auto record = put(job());
  move(record, JobState::running);
  EXPECT_EQ(head({"cpu"}), 0);
  move(record, JobState::queued);
  EXPECT_EQ(head({"cpu"}), 1);
}

TEST_P(QueueTest, NamesTheClassesOfQueuedJobs) {
  put(job_of_class("gpu"));
  put(job_of_class("gpu"));
  auto delayed = job_of_class("av1");
  delayed.job.not_before = at(1000);
  put(delayed);
  auto running = put(job_of_class("running"));
  move(running, JobState::running);
  offer({"running"});
  EXPECT_THAT(*store().ready_classes(), ElementsAre("av1", "gpu"));
}

TEST_P(QueueTest, GivesTheClassOfItsNeedsToAJobThatHasNone) {
  auto record = job_of_class("");
  record.job.submission.spec.encoder = "h264_nvenc";
  EXPECT_EQ(put(record).job_class, "h264_nvenc");
  EXPECT_EQ(head({"h264_nvenc"}), 1);
}

TEST_P(QueueTest, GivesAJobInTheClassThatItHasNow) {
  auto record = put(job_of_class("cpu"));
  move(record, JobState::running);
  record.job_class = "gpu";
  move(record, JobState::queued);
  EXPECT_EQ(head({"cpu"}), 0);
  EXPECT_EQ(head({"gpu"}), 1);
  EXPECT_EQ(head({"cpu", "gpu"}), 1);
}

TEST_P(QueueTest, ListsEveryJobOnceAcrossPagesNewestFirst) {
  for (int i = 0; i < 7; ++i) put(job(i));
  wire::JobQuery query;
  query.limit = 3;
  std::vector<std::int64_t> seen;
  do {
    const auto page = store().list(query);
    ASSERT_TRUE(page) << page.error().text();
    EXPECT_LE(page->jobs.size(), 3u);
    for (const auto number : numbers(page->jobs)) seen.push_back(number);
    query.cursor = page->next;
    put(job(100));  // what comes meanwhile moves nothing
  } while (!query.cursor.empty());
  EXPECT_THAT(seen, ElementsAre(7, 6, 5, 4, 3, 2, 1));
}

TEST_P(QueueTest, EndsAListThatFillsItsLastPage) {
  put(job()), put(job());
  wire::JobQuery query;
  query.limit = 2;
  EXPECT_EQ(store().list(query)->next, "");
}

TEST_P(QueueTest, ListsByStateAndScenarioAndCountsWhatMatches) {
  for (int i = 0; i < 6; ++i) {
    auto record = job();
    record.job.submission.spec.scenario = i % 2 ? "720p30-av1" : "1080p30-h264";
    record = put(record);
    if (i >= 3) move(record, JobState::completed);
  }
  const auto check = [&](std::optional<JobState> state, const std::string& scenario,
                         std::vector<std::int64_t> expected) {
    wire::JobQuery query{state, scenario, 50, ""};
    auto page = store().list(query);
    ASSERT_TRUE(page) << page.error().text();
    EXPECT_EQ(numbers(page->jobs), expected) << scenario;
    EXPECT_EQ(page->count, static_cast<std::int64_t>(expected.size())) << scenario;
    if (expected.size() < 2) return;
    query.limit = 1;
    page = store().list(query);
    EXPECT_EQ(page->count, static_cast<std::int64_t>(expected.size())) << "of all that match, not of the page";
    query.cursor = page->next;
    EXPECT_EQ(numbers(store().list(query)->jobs), std::vector<std::int64_t>{expected[1]});
  };
  check({}, "", {6, 5, 4, 3, 2, 1});
  check(JobState::completed, "", {6, 5, 4});
  check(JobState::queued, "", {3, 2, 1});
  check(JobState::failed, "", {});
  check({}, "720p30-av1", {6, 4, 2});
  check(JobState::completed, "720p30-av1", {6, 4});
  check(JobState::queued, "1080p30-h264", {3, 1});
  check({}, "720p30", {});
}

TEST_P(QueueTest, ListsWithoutReports) {
  auto record = job();
  record.job.report = jobs::Report{};
  put(record);
  EXPECT_EQ(store().list({})->jobs.front().report, std::nullopt);
}

TEST_P(QueueTest, RefusesCursorsAndLimitsThatAreNone) {
  for (const char* cursor : {"x", "before-", "before-0", "before--1", "before-1 OR 1=1", "12"}) {
    wire::JobQuery query;
    query.cursor = cursor;
    const auto page = store().list(query);
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().kind(), ErrorKind::invalid) << cursor;
  }
  for (const int limit : {0, -1, 501}) {
    wire::JobQuery query;
    query.limit = limit;
    EXPECT_EQ(store().list(query).error().kind(), ErrorKind::invalid) << limit;
  }
}

TEST_P(QueueTest, CountsEveryState) {
  const auto count = [&](JobState state) { return store().counts()->at(state); };
  for (const auto state : jobs::all_job_states()) EXPECT_EQ(count(state), 0) << jobs::name(state);
  auto first = put(job()), second = put(job());
  put(job());
  move(first, JobState::running);
  move(second, JobState::running);
  move(second, JobState::completed);
  const auto check = [&] {
    EXPECT_EQ(count(JobState::queued), 1);
    EXPECT_EQ(count(JobState::running), 1);
    EXPECT_EQ(count(JobState::completed), 1);
    EXPECT_EQ(count(JobState::failed), 0);
  };
  check();
  ASSERT_TRUE(store().begin());
  put(job());
  move(first, JobState::failed);
  store().rollback();
  check();
  reopen();
  check();
}

}  // namespace
}  // namespace store::conformance
