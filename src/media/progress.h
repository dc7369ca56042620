// ffmpeg's -progress output, parsed as it comes, in chunks of any size. One stream, one thread.
//
// A block is lines of key=value that end with progress=continue or progress=end. Nothing that a line says can do harm:
// keys that are not ours, numbers that are none or out of range, and lines without end are passed over, and the member
// keeps its last good value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "units/quantity.h"

namespace media {

struct Progress {
  std::int64_t frames = 0;         // 0 as well where ffmpeg encodes sound only
  units::Hertz rate{};             // fps now
  units::Seconds media_time{};     // out_time; never falls
  units::Bytes bytes{};            // total_size; 0 where N/A (null output)
  units::BitsPerSecond bitrate{};  // 0 where ffmpeg says N/A
  double speed = 0;                // × real time; 0 where N/A
  std::int64_t dropped = 0, duplicated = 0;
  enum class Phase { running, ended } phase = Phase::running;  // ended is final
  bool operator==(const Progress&) const = default;
};

class ProgressParser {
 public:
  // Takes a chunk; answers the newest complete block in it, if any. The same blocks come out however the stream is cut.
  std::optional<Progress> feed(std::string_view chunk);
  const Progress& latest() const { return latest_; }

 private:
  enum class Line { within_limit, too_long };

  std::string line_;  // of a line whose end has not come yet; bounded
  Line state_ = Line::within_limit;
  Progress building_, latest_;
  bool take_line(std::string_view line);  // true where it completes a block
};

// ffmpeg's ordinary status line ("frame= 1500 fps=323 … speed=10.8x"), the last complete one in a text; for `ffwatt
// run`, which leaves the command line of the user alone. Nothing where there is none. ended for the summary that ffmpeg
// writes last ("Lsize=", FFmpeg up to 6). Looks at the last 64 KiB only.
std::optional<Progress> last_status_line(std::string_view stderr_text);

}  // namespace media
