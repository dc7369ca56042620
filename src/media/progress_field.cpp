#include "media/progress_field.h"

#include "base/text.h"

namespace media {
namespace {

constexpr double most = 1e15;

}  // namespace

std::optional<std::int64_t> read_count(std::string_view text) {
  const auto number = base::to_int(base::trim(text));
  if (!number || *number < 0 || *number > static_cast<std::int64_t>(most)) return std::nullopt;
  return number;
}

std::optional<double> read_number(std::string_view text) {
  const auto number = base::to_double(base::trim(text));
  if (!number || !(*number >= 0 && *number <= most)) return std::nullopt;
  return number;
}

std::optional<units::Seconds> read_clock(std::string_view text) {
  const auto parts = base::split(base::trim(text), ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hours = read_count(parts[0]), minutes = read_count(parts[1]);
  const auto seconds = read_number(parts[2]);
  if (!hours || !minutes || !seconds || *hours > 1'000'000 || *minutes > 59 || *seconds >= 60) return std::nullopt;
  return units::Seconds(static_cast<double>(*hours) * 3600 + static_cast<double>(*minutes) * 60 + *seconds);
}

std::optional<units::BitsPerSecond> read_bitrate(std::string_view text) {
  static constexpr std::string_view unit = "kbits/s";
  text = base::trim(text);
  if (!text.ends_with(unit)) return std::nullopt;
  const auto number = read_number(text.substr(0, text.size() - unit.size()));
  if (!number) return std::nullopt;
  return units::BitsPerSecond(*number * 1000);
}

std::optional<double> read_speed(std::string_view text) {
  text = base::trim(text);
  if (!text.ends_with('x')) return std::nullopt;
  return read_number(text.substr(0, text.size() - 1));
}

}  // namespace media
