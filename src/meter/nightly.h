// Nightly: whether the idle power of a machine was learned when it should have been: once after the start, and each
// night from an hour on at which nothing should work. The meter learns from every quiet minute (learning.h); this tells
// when that has happened, and when it has not, so that a baseline does not grow old unnoticed. Pure: times are passed
// in. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "units/quantity.h"
#include "units/time.h"

namespace meter {

class Nightly {
 public:
  // `at`: time of day, local, since midnight; absent: only the start counts.
  explicit Nightly(std::optional<units::Seconds> at, units::Seconds patience = kPatience);

  enum class News {
    none,
    learned,      // since the night (or the service) began every zone that needs it was learned anew
    not_learned,  // so much patience is over, and some zone was not
  };
  // `offset`: of local time from UTC. `learned`: when the zone that was learned longest ago was; absent: one never was.
  News look(units::WallTime now, units::Seconds offset, std::optional<units::WallTime> learned);

  // How long a machine may work on into its night before that is told.
  static constexpr units::Seconds kPatience{3'600};

 private:
  std::optional<units::Seconds> at_;
  units::Seconds patience_;
  enum class Start { awaited, seen } start_ = Start::awaited;
  std::optional<units::WallTime> night_;  // when the newest night began
  std::optional<units::WallTime> begun_;  // since when something is awaited; absent: nothing is
};

// "03:00" or "never" (no value).
base::Result<std::optional<units::Seconds>> parse_time_of_day(std::string_view text);
std::string time_of_day(std::optional<units::Seconds> at);  // the same back

}  // namespace meter
