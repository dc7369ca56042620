// last_status_line(): ffmpeg's status as people see it, "key= value" pairs on one line that carriage returns overwrite.
#include <string>

#include "base/text.h"
#include "media/progress.h"
#include "media/progress_field.h"

namespace media {
namespace {

constexpr std::size_t searched = 64u << 10;

// The text after "key=", past the blanks that pad it, up to the next blank. Keys begin a word: "time=" is not in
// "dtime=".
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  for (std::size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    const auto after = at + key.size();
    if ((at > 0 && line[at - 1] != ' ') || after >= line.size() || line[after] != '=') continue;
    const auto begin = line.find_first_not_of(' ', after + 1);
    if (begin == std::string_view::npos) return std::nullopt;
    return line.substr(begin, line.find(' ', begin) - begin);
  }
  return std::nullopt;
}

template <class To, class Reader>
void read(To& to, std::string_view line, std::string_view key, Reader reader) {
  if (const auto text = value_of(line, key))
    if (const auto value = reader(*text)) to = To(*value);
}

std::optional<units::Bytes> read_kibibytes(
    std::string_view text) {  // "1024kB", "1024KiB" since FFmpeg 7: both are 1024
  for (const std::string_view unit : {"kB", "KiB"})
    if (text.ends_with(unit))
      if (const auto number = read_count(text.substr(0, text.size() - unit.size())))
        return units::Bytes(static_cast<double>(*number) * 1024);
  return std::nullopt;
}

std::optional<Progress> parse(std::string_view line) {
  // With a picture it begins by frame=, with sound only by size=; speed= comes last, so it tells a whole line from a
  // cut one.
  const bool has_size = value_of(line, "size") || value_of(line, "Lsize");
  const auto speed = value_of(line, "speed");
  if (!has_size || !value_of(line, "time") || !value_of(line, "bitrate") || !speed) return std::nullopt;
  if (*speed != "N/A" && !read_speed(*speed)) return std::nullopt;
  Progress out;
  read(out.frames, line, "frame", read_count);
  read(out.rate, line, "fps", read_number);
  read(out.media_time, line, "time", read_clock);
  read(out.bytes, line, "size", read_kibibytes);
  read(out.bytes, line, "Lsize", read_kibibytes);
  read(out.bitrate, line, "bitrate", read_bitrate);
  read(out.duplicated, line, "dup", read_count);
  read(out.dropped, line, "drop", read_count);
  out.speed = read_speed(*speed).value_or(0);
  if (value_of(line, "Lsize")) out.phase = Progress::Phase::ended;
  return out;
}

}  // namespace

std::optional<Progress> last_status_line(std::string_view text) {
  if (text.size() > searched) text.remove_prefix(text.size() - searched);
  while (!text.empty()) {
    const auto separator = text.find_last_of("\r\n");
    const auto line = separator == std::string_view::npos ? text : text.substr(separator + 1);
    if (auto progress = parse(line)) return progress;
    if (separator == std::string_view::npos) break;
    text = text.substr(0, separator);
  }
  return std::nullopt;
}

}  // namespace media
