// Values as ffmpeg prints them, in -progress blocks and in status lines. Each reader answers nothing for "N/A", garbage
// and what is out of range (negative, or above 10^15: no frame count, size or time of a real encode comes near).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "units/quantity.h"

namespace media {

std::optional<std::int64_t> read_count(std::string_view text);
std::optional<double> read_number(std::string_view text);
std::optional<units::Seconds> read_clock(std::string_view text);          // 00:01:02.345678
std::optional<units::BitsPerSecond> read_bitrate(std::string_view text);  // 1933.8kbits/s
std::optional<double> read_speed(std::string_view text);                  // 32.8x, 1.5e+03x

}  // namespace media
