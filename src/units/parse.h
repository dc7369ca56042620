// Reading what people write: numbers with units. A number with a unit keeps its unit; nonsense is refused with an
// example of the right form. All results are finite and not negative.
#pragma once

#include <string_view>

#include "base/result.h"
#include "units/measured.h"
#include "units/quantity.h"

namespace units {

struct PictureSize {
  int width = 0, height = 0;
  bool operator==(const PictureSize&) const = default;
};

base::Result<BitsPerSecond> parse_bitrate(std::string_view text);     // 5000k, 5M, 2500000; k is 1000 as in ffmpeg
base::Result<Seconds> parse_duration(std::string_view text);          // 90, 90s, 250ms, 1m30s, 2h
base::Result<Bytes> parse_bytes(std::string_view text);               // 512, 16KiB, 2MB
base::Result<PictureSize> parse_picture_size(std::string_view text);  // 1920x1080; each side 16 to 16384 and even
base::Result<Ratio> parse_ratio(std::string_view text);               // 2%, 0.02
base::Result<Quality> parse_quality(std::string_view text);
base::Result<Scope> parse_scope(std::string_view text);

}  // namespace units
