#include "meter/nightly.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"

namespace meter {

using units::Seconds;
using units::WallTime;

namespace {

constexpr Seconds kDay{86'400};

// The last time that a local clock showed `at`.
WallTime last_time(Seconds at, WallTime now, Seconds offset) {
  const double local = (now + offset).seconds();
  const double since_midnight = local - std::floor(local / kDay.value()) * kDay.value();
  const double since = since_midnight - at.value();
  return now - Seconds(since >= 0 ? since : since + kDay.value());
}

}  // namespace

Nightly::Nightly(std::optional<Seconds> at, Seconds patience) : at_(at), patience_(patience) {}

Nightly::News Nightly::look(WallTime now, Seconds offset, std::optional<WallTime> learned) {
  if (start_ == Start::awaited) {
    start_ = Start::seen;
    begun_ = now;
    if (at_) night_ = last_time(*at_, now, offset);
  }
  if (at_) {
    // The same night comes out a little differently at each look, and an hour so where summer time begins or ends.
    const auto night = last_time(*at_, now, offset);
    const auto since = night - *night_;
    if (since > kDay / 2.0) begun_ = now;
    if (since > kDay / 2.0 || since < -kDay / 2.0) night_ = night;
  }
  if (!begun_) return News::none;
  begun_ = std::min(*begun_, now);  // a clock that was set back
  if (learned && *learned >= *begun_) {
    begun_.reset();
    return News::learned;
  }
  if (now - *begun_ < patience_) return News::none;
  begun_.reset();
  return News::not_learned;
}

base::Result<std::optional<Seconds>> parse_time_of_day(std::string_view text) {
  using Result = base::Result<std::optional<Seconds>>;
  if (text == "never") return Result(std::nullopt);
  const auto colon = text.find(':');
  const auto hours = base::to_unsigned(text.substr(0, colon));
  const auto minutes = colon == text.npos ? std::nullopt : base::to_unsigned(text.substr(colon + 1));
  if (colon > 2 || text.size() != colon + 3 || !hours || !minutes || *hours > 23 || *minutes > 59)
    return base::Error::invalid(
        base::format("'{}' is no time of day; write it as 03:00, or never", text.substr(0, 32)));
  return Result(Seconds(static_cast<double>(*hours * 3600 + *minutes * 60)));
}

std::string time_of_day(std::optional<Seconds> at) {
  if (!at) return "never";
  const auto minutes = std::lround(at->value() / 60);
  return base::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace meter
