#include "store/postgres/notice.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace store::postgres {
namespace {

// PostgreSQL takes 7 999 bytes.
constexpr std::size_t longest = 7000;
constexpr std::string_view everything_text = "*";

}  // namespace

void Notice::add_queued(const std::string& job_class, std::int64_t order_ns) {
  if (about != About::everything) about = About::queue;
  classes.insert(job_class);
  lowest_ns = std::min(lowest_ns, order_ns);
}

void Notice::add(const Notice& other) {
  about = std::max(about, other.about);
  classes.insert(other.classes.begin(), other.classes.end());
  lowest_ns = std::min(lowest_ns, other.lowest_ns);
}

std::string Notice::text() const {
  if (about == About::everything) return std::string(everything_text);
  if (about != About::queue) return {};
  std::string text = base::format("{}", lowest_ns);
  for (const auto& name : classes) text += "\n" + name;
  return text.size() > longest ? std::string(everything_text) : text;
}

Notice Notice::parse(std::string_view text) {
  Notice notice;
  notice.about = About::something;
  if (text.empty()) return notice;
  const auto lines = base::split(text, '\n');
  const auto lowest = base::to_int(lines.front());
  // What a newer master may say.
  if (!lowest) return notice.add_everything(), notice;
  for (std::size_t i = 1; i < lines.size(); ++i) notice.add_queued(std::string(lines[i]), *lowest);
  return notice;
}

}  // namespace store::postgres
