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
