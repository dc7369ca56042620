#include "os/process_stat.h"

#include <charconv>

namespace os {
namespace {

// USER_HZ: the unit of the times, 100 on every architecture that Debian builds FFmpeg for, whatever CONFIG_HZ is.
constexpr double kTicksPerSecond = 100;

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  // The name in parentheses (field 2) may hold blanks and parentheses; the state (field 3) follows the last one.
  const auto close = text.rfind(')');
  if (close == text.npos) return std::nullopt;
  ProcessStat stat;
  double own = 0, of_children = 0;
  const char *at = text.data() + close + 1, *const end = text.data() + text.size();
  for (int field = 3;; ++field) {
    while (at < end && *at == ' ') ++at;
    const char* const begin = at;
    while (at < end && *at != ' ' && *at != '\n') ++at;
    if (begin == at) return std::nullopt;
    const auto whole_number = [&](auto& number) {
      const auto [stop, error] = std::from_chars(begin, at, number);
      return error == std::errc() && stop == at;
    };
    if (field == 4 && !whole_number(stat.parent)) return std::nullopt;
    if (field >= 14 && field <= 17) {  // utime, stime, cutime, cstime
      std::int64_t part = 0;
      if (!whole_number(part)) return std::nullopt;
      (field <= 15 ? own : of_children) += static_cast<double>(part);
    }
    if (field == 22) {
      if (!whole_number(stat.start_ticks)) return std::nullopt;
      stat.own = units::Seconds(own / kTicksPerSecond);
      stat.of_children = units::Seconds(of_children / kTicksPerSecond);
      return stat;
    }
  }
}

}  // namespace os
