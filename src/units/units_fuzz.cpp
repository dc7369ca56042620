// Quantities and times as people and other programs write them: what is taken is finite, not negative, and can be
// shown.
#include <cmath>

#include "os_testing/fuzz_target.h"
#include "units/format.h"
#include "units/parse.h"
#include "units/time.h"

namespace os_testing {
namespace {

template <class Q>
void check(const base::Result<Q>& read) {
  if (!read) return promise(!read.error().text().empty(), "an error without words");
  promise(std::isfinite(read->value()) && read->value() >= 0, "a quantity that is infinite or negative");
  promise(!units::text(*read).empty(), "a quantity that is not shown");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {"5000k",
          "2.5M",
          "1m30s",
          "250ms",
          "2h",
          "16KiB",
          "1920x1080",
          "2%",
          "0.02",
          "1e308",
          "measured",
          "package",
          "2026-01-31T09:05:07.250Z",
          "9999-12-31T23:59:60Z",
          "0000-00-00T00:00:00Z"};
}

void fuzz_one(std::string_view text) {
  check(units::parse_bitrate(text));
  check(units::parse_duration(text));
  check(units::parse_bytes(text));
  check(units::parse_ratio(text));
  if (const auto size = units::parse_picture_size(text))
    promise(size->width >= 16 && size->height >= 16 && size->width <= 16384 && size->height <= 16384,
            "a picture out of range");
  (void)units::parse_quality(text).ok();
  (void)units::parse_scope(text).ok();
  if (const auto time = units::parse_rfc3339(text)) {
    const auto again = units::parse_rfc3339(units::rfc3339(*time));
    promise(again && std::abs((*again - *time).value()) < 0.001, "a time that is written as another one");
    promise(!units::file_stamp(*time).empty(), "a time without a file name");
  }
}

}  // namespace os_testing
