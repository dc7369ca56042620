// The fixture of the conformance suite: an open store of the backend under test, and jobs made by the dozen. For tests
// only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "store/conformance/backends.h"

namespace store::conformance {

struct BackendName {
  const char* name;
  std::unique_ptr<Backend> (*make)();
};
std::vector<BackendName> all_backends();
inline std::string name_of(const testing::TestParamInfo<BackendName>& info) { return info.param.name; }

// Times are those of the backend: pass() instead of a sleep.
class StoreTest : public testing::TestWithParam<BackendName> {
 protected:
  StoreTest() : backend_(GetParam().make()), start_(backend_->now()), now_(start_) { reopen(); }

  // As after a crash or a restart: what was not committed is gone.
  void reopen() {
    store_.reset();
    auto opened = backend_->open();
    if (!opened) FAIL() << opened.error().text();
    store_ = *std::move(opened);
  }
  Store& store() { return *store_; }
  Backend& backend() { return *backend_; }

  // So many seconds after the start of the test.
  units::WallTime at(double seconds) const { return start_.wall + units::Seconds(seconds); }
  units::Instant now() const { return now_; }
  void pass(double seconds) {
    const units::Seconds time(seconds);
    now_ = {now_.wall + time, now_.boot + time};
    backend_->pass(time);
  }

  // Somebody puts the clocks back, all of them.
  void set_back(double seconds) {
    now_.wall = now_.wall - units::Seconds(seconds);
    backend_->pass(units::Seconds(-seconds));
  }

  // Or sets them ahead.
  void set_ahead(double seconds) {
    now_.wall = now_.wall + units::Seconds(seconds);
    backend_->pass(units::Seconds(seconds));
  }

  // A queued job, created so many seconds after the start of the test's day.
  JobRecord job(double created = 0, jobs::Queue queue = jobs::Queue::normal,
                jobs::Priority priority = jobs::Priority::medium) {
    JobRecord record;
    ++ids_;
    record.job.id = base::Id::make(1'769'850'000'000 + ids_, ids_, ids_ * 7);
    record.job.created = record.job.changed = at(created);
    record.job.submission.queue = queue;
    record.job.submission.priority = priority;
    record.job.submission.spec.scenario = "1080p30-h264";
    record.job_class = "cpu";
    return record;
  }
  JobRecord job_of_class(std::string job_class, double created = 0) {
    auto record = job(created);
    record.job_class = std::move(job_class);
    return record;
  }

  // Inserts one and reads it back.
  JobRecord put(JobRecord record) {
    const auto id = record.job.id;
    const auto inserted = store().insert({std::move(record)}, {}, at(0));
    EXPECT_TRUE(inserted) << inserted.error().text();
    return get(id);
  }
  JobRecord get(base::Id id) {
    auto record = store().record(id);
    EXPECT_TRUE(record) << record.error().text();
    return record ? *record : JobRecord{};
  }
  void move(JobRecord& record, jobs::JobState to, const std::string& reason = "a reason") {
    record.job.state = to;
    record.job.reason = reason;
    const auto saved = store().save(record, {std::string(jobs::name(to)), "tester", reason, at(1)});
    EXPECT_TRUE(saved) << saved.error().text();
  }
  std::vector<Offered> offer(const std::vector<std::string>& classes, int most = 1,
                             base::Id node = base::Id::make(9, 9, 9), const std::string& claim_id = "c") {
    auto answers = offers({Wish{node, claim_id, classes, most}});
    return answers.empty() ? std::vector<Offered>{} : answers.front();
  }
  std::vector<std::vector<Offered>> offers(const std::vector<Wish>& wishes) {
    auto answers = store().offer(
        wishes, [this] { return "token-" + std::to_string(++tokens_); }, offer_lifetime, now_);
    EXPECT_TRUE(answers) << answers.error().text();
    EXPECT_EQ(answers ? answers->size() : 0, wishes.size());
    return answers ? *answers : std::vector<std::vector<Offered>>{};
  }
  // The numbers of the jobs that would be offered of these classes, in their order; they are free again afterwards.
  std::vector<std::int64_t> heads(const std::vector<std::string>& classes, int most) {
    std::vector<std::int64_t> numbers;
    for (const auto& offered : offer(classes, most)) {
      numbers.push_back(offered.record.job.number);
      EXPECT_TRUE(store().withdraw(offered.lease));
    }
    return numbers;
  }
  // The number of the job at the head of these classes; 0 where there is none.
  std::int64_t head(const std::vector<std::string>& classes) {
    const auto numbers = heads(classes, 1);
    return numbers.empty() ? 0 : numbers.front();
  }

  // begin … commit around f.
  template <class F>
  void committed(F f) {
    ASSERT_TRUE(store().begin());
    f();
    const auto done = store().commit();
    ASSERT_TRUE(done) << done.error().text();
  }

  static constexpr units::Seconds offer_lifetime{15};

 private:
  std::unique_ptr<Backend> backend_;
  units::Instant start_, now_;
  std::unique_ptr<Store> store_;
  std::uint64_t ids_ = 0;
  int tokens_ = 0;
};

}  // namespace store::conformance
