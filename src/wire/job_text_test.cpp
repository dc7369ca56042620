#include "wire/job_text.h"

#include <gtest/gtest.h>

#include "json/json.h"
#include "wire/encode.h"
#include "wire/test_messages.h"

namespace wire {
namespace {

TEST(JobText, IsTheJobWithoutItsReport) {
  auto job = full_job();
  const auto text = JobText::of(job);
  job.report.reset();
  EXPECT_EQ(text.text(), json::write(encode(job)));
}

TEST(JobText, KeepsWhatWasAskedForFromAnEarlierText) {
  auto before = full_job();
  before.submission.labels = {
      {"scenario", ",\"scenario\":"}, {"created_at", "x,\"created_at\":"}, {"~created_at", "y"}};
  before.submission.name = "a \",\"created_at\":\"b";
  for (const auto* reason : {"", ",\"scenario\":\"x\"", "canceled"}) {
    auto after = before;
    after.state = jobs::JobState::running;
    after.reason = reason;
    after.attempts.push_back({7, test_id(9), ",\"created_at\":", after.created, std::nullopt, "",
                              jobs::FailureClass::none, "\",\"created_at\":1", std::nullopt});
    after.changed = after.changed + units::Seconds(5);
    EXPECT_EQ(JobText::of(after, JobText::of(before)), JobText::of(after));
    EXPECT_EQ(JobText::of(before, JobText::of(after, JobText::of(before))), JobText::of(before));
  }
  EXPECT_EQ(JobText::of(before, JobText()), JobText::of(before)) << "where there is none";
  EXPECT_EQ(JobText::of(before, JobText("{}")), JobText::of(before)) << "nor a job";
  const auto other = JobText::of(full_job());
  const auto mixed = json::parse(JobText::of(before, other).text());
  ASSERT_TRUE(mixed);
  EXPECT_EQ(mixed->at("name"), json::parse(other.text())->at("name")) << "it is really taken from there";
}

TEST(JobText, TakesANumberOfAnyLength) {
  for (const std::int64_t number : {std::int64_t{1}, std::int64_t{42}, std::int64_t{9007199254740992}}) {
    auto job = full_job();
    job.number = 0;
    auto text = JobText::of(job);
    text.set_number(number);
    job.number = number;
    EXPECT_EQ(text, JobText::of(job));
  }
}

TEST(JobText, TakesOneMemberMore) {
  const auto job = full_job();
  const auto value = json::parse(JobText::of(job).with("warnings", json::Value::array({"a \"b\""})));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("warnings").items().front().as_string(), "a \"b\"");
  EXPECT_EQ(value->at("number").as_integer(), job.number);
}

TEST(JobText, OfAnOfferIsWhatEncodingItMakes) {
  Offer plain{full_job(), full_lease()}, written = plain;
  plain.job.report.reset();
  written.text = JobText::of(written.job);
  const ClaimAnswer encoded{{plain}, {{test_id(5), 1, LeaseWord::cancel}}}, spliced{{written}, encoded.commands};
  EXPECT_EQ(write(encoded), json::write(encode(encoded)));
  EXPECT_EQ(write(spliced), write(encoded));
  EXPECT_EQ(write(ClaimAnswer{}), json::write(encode(ClaimAnswer{})));
}

}  // namespace
}  // namespace wire
