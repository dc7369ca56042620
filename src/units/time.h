// Points in time. WallTime is for people and records; it may jump. BootTime (CLOCK_BOOTTIME) is for measuring and for
// deadlines; it never jumps and goes on while the machine sleeps. Neither converts to the other; the difference of two
// of the same kind is Seconds. Integer nanoseconds inside.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "units/quantity.h"

namespace units {

template <class Clock>
class TimePoint {
 public:
  constexpr TimePoint() = default;
  static constexpr TimePoint from_nanoseconds(std::int64_t ns) { return TimePoint(ns); }
  static constexpr TimePoint from_seconds(double s) { return TimePoint(static_cast<std::int64_t>(s * 1e9)); }
  constexpr std::int64_t nanoseconds() const { return ns_; }
  constexpr double seconds() const { return static_cast<double>(ns_) / 1e9; }

  constexpr auto operator<=>(const TimePoint&) const = default;
  constexpr Seconds operator-(TimePoint other) const { return Seconds(static_cast<double>(ns_ - other.ns_) / 1e9); }
  constexpr TimePoint operator+(Seconds d) const { return TimePoint(ns_ + static_cast<std::int64_t>(d.value() * 1e9)); }
  constexpr TimePoint operator-(Seconds d) const { return *this + (-d); }

 private:
  constexpr explicit TimePoint(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

using WallTime = TimePoint<struct WallClock>;
using BootTime = TimePoint<struct BootClock>;

// Both clocks read together, for code that needs a record's time and an interval.
struct Instant {
  WallTime wall;
  BootTime boot;
};

// RFC 3339 in UTC with milliseconds: 2026-01-31T09:05:07.250Z.
std::string rfc3339(WallTime time);
base::Result<WallTime> parse_rfc3339(std::string_view text);
// 20260131_090507, as in names of result files (UTC).
std::string file_stamp(WallTime time);

}  // namespace units
