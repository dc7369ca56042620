#include "wire/job_text.h"

#include <cassert>

#include "base/format.h"
#include "json/json.h"
#include "wire/encode.h"
#include "wire/parts.h"

namespace wire {
namespace {

// The members that come first, as encode(job) writes them: each id has 36 characters.
constexpr std::string_view before_number = R"({"id":"00000000-0000-0000-0000-000000000000","job_id":")"
                                           R"(00000000-0000-0000-0000-000000000000","number":)";

}  // namespace

JobText JobText::of(const jobs::Job& job) { return JobText(json::write(encode_without_report(job))); }

JobText JobText::of(const jobs::Job& job, const JobText& earlier) {
  // Inside of a string each quote has a backslash before it: after a comma only a key begins so. What stands before
  // the submission holds no other object, and no key of what comes behind it is anybody's own.
  static const std::string begins = base::format(",\"{}\":", first_of_submission),
                           ends = base::format(",\"{}\":", first_of_course);
  const auto begin = earlier.text_.find(begins), end = earlier.text_.rfind(ends);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return of(job);
  auto standing = json::Value::object(), course = json::Value::object();
  write_standing(job, standing);
  write_course(job, course);
  auto text = json::write(standing);
  const auto rest = json::write(course);
  text.pop_back();
  text.append(earlier.text_, begin, end - begin).append(",").append(rest, 1);
  return JobText(std::move(text));
}

void JobText::set_number(std::int64_t number) {
  const auto at = before_number.size();
  assert(text_.substr(at - 9, 11) == "\"number\":0,");
  text_.replace(at, 1, base::format("{}", number));
}

std::string JobText::with(std::string_view key, const json::Value& value) const {
  std::string out;
  const auto member = json::write(value);
  out.reserve(text_.size() + key.size() + member.size() + 4);
  out.append(text_, 0, text_.size() - 1);
  out.append(",\"").append(key).append("\":").append(member).append("}");
  return out;
}

std::string JobText::with_lease(const jobs::Lease& lease) const {
  auto value = json::Value::object();
  write_lease(lease, value);
  return with("lease", value);
}

}  // namespace wire
