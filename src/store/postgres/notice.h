// Notice: what one master tells the others after a commit, as the text of a NOTIFY. A hint: whoever misses it finds the
// same by asking, once a second. A value. Inside of `store`.
#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>

namespace store::postgres {

struct Notice {
  enum class About { nothing, something, queue, everything } about = About::nothing;
  // About::queue: jobs of these classes came (back), none of them before that one in the order.
  std::set<std::string> classes;
  std::int64_t lowest_ns = std::numeric_limits<std::int64_t>::max();

  void add_something() { about = about == About::nothing ? About::something : about; }
  void add_everything() { about = About::everything; }
  void add_queued(const std::string& job_class, std::int64_t order_ns);
  void add(const Notice& other);

  std::string text() const;
  static Notice parse(std::string_view text);
};

}  // namespace store::postgres
