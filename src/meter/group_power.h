// GroupPower: the newest power of a group of zones, for those who look on while work runs. Guarded by the meter.
#pragma once

#include <optional>

#include "units/quantity.h"
#include "units/time.h"

namespace meter {

class GroupPower {
 public:
  // Over less than `shortest` power is noise: shorter intervals are joined.
  explicit GroupPower(units::Seconds shortest) : shortest_(shortest) {}

  void add(units::Joules energy, units::Seconds duration, units::BootTime now) {
    energy_ += energy, duration_ += duration;
    // The clock's integer nanoseconds may make a full interval a hair shorter than it should be.
    if (duration_ <= units::Seconds(0) || duration_ < shortest_ * (1 - 1e-6)) return;
    power_ = energy_ / duration_, at_ = now;
    energy_ = units::Joules(0), duration_ = units::Seconds(0);
  }
  // Of the newest interval; nothing where it ended before `begin`.
  std::optional<units::Watts> since(units::BootTime begin) const { return at_ > begin ? power_ : std::nullopt; }

 private:
  units::Seconds shortest_, duration_{};
  units::Joules energy_{};
  std::optional<units::Watts> power_;
  units::BootTime at_;
};

}  // namespace meter
