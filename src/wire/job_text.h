// JobText: a job's JSON as text. It is written once, where there is time for it, and then kept, sent and added to as it
// is: a master that takes thousands of jobs a second cannot afford to write each of them three times.
// Values; thread-compatible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jobs/job.h"
#include "jobs/lease.h"
#include "json/value.h"

namespace wire {

class JobText {
 public:
  JobText() = default;  // empty: nobody has written it yet
  explicit JobText(std::string text) : text_(std::move(text)) {}
  // As GET /jobs/{id} shows it, but for its report.
  static JobText of(const jobs::Job& job);
  // The same where an earlier text of this job is at hand: what was asked for never changes, and is taken from there as
  // it stands. That is most of a text.
  static JobText of(const jobs::Job& job, const JobText& earlier);

  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  // Of a job that had none, which is written as 0, when the text was made.
  void set_number(std::int64_t number);
  // The job with one member more.
  std::string with(std::string_view key, const json::Value& value) const;
  std::string with_lease(const jobs::Lease& lease) const;
  bool operator==(const JobText&) const = default;

 private:
  std::string text_;
};

}  // namespace wire
