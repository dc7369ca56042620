#include "media/progress.h"

#include <algorithm>

#include "base/text.h"
#include "media/progress_field.h"

namespace media {
namespace {

// ffmpeg's own lines are below 60 bytes.
constexpr std::size_t longest_line = 1024;

template <class To, class From>
void set(To& to, const std::optional<From>& from) {
  if (from) to = To(*from);
}

// For what ffmpeg may not know: N/A is an answer, garbage is none.
template <class To, class From>
void set_or_zero(To& to, const std::optional<From>& from, std::string_view text) {
  if (from) to = To(*from);
  if (text == "N/A") to = To();
}

}  // namespace

std::optional<Progress> ProgressParser::feed(std::string_view chunk) {
  bool complete = false;
  while (!chunk.empty()) {
    const auto end = chunk.find('\n');
    const auto part = chunk.substr(0, end);
    if (state_ == Line::within_limit && line_.size() + part.size() > longest_line)
      state_ = Line::too_long, line_.clear();
    if (state_ == Line::within_limit) line_ += part;
    if (end == std::string_view::npos) break;
    if (state_ == Line::within_limit && take_line(line_)) complete = true;
    line_.clear();
    state_ = Line::within_limit;
    chunk.remove_prefix(end + 1);
  }
  return complete ? std::optional(latest_) : std::nullopt;
}

bool ProgressParser::take_line(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  const auto key = base::trim(line.substr(0, equals)), value = base::trim(line.substr(equals + 1));

  if (key == "frame") set(building_.frames, read_count(value));
  if (key == "fps") set(building_.rate, read_number(value));
  if (key == "bitrate") set_or_zero(building_.bitrate, read_bitrate(value), value);
  if (key == "total_size") set_or_zero(building_.bytes, read_count(value), value);
  if (key == "dup_frames") set(building_.duplicated, read_count(value));
  if (key == "drop_frames") set(building_.dropped, read_count(value));
  if (key == "speed") set_or_zero(building_.speed, read_speed(value), value);
  // out_time_us and not out_time_ms, which is in microseconds too in every FFmpeg so far.
  if (key == "out_time_us")
    if (const auto us = read_count(value))
      building_.media_time = std::max(building_.media_time, units::Seconds(static_cast<double>(*us) / 1e6));

  if (key != "progress" || (value != "continue" && value != "end")) return false;
  if (value == "end") building_.phase = Progress::Phase::ended;
  latest_ = building_;
  return true;
}

}  // namespace media
