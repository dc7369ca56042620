// ffmpeg's -progress output, parsed as it comes, in chunks of any size. One stream, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "units/quantity.h"

namespace media {

struct Progress {
  std::int64_t frames = 0;
  units::Hertz rate{};             // fps now
  units::Seconds media_time{};     // out_time; never falls
  units::Bytes bytes{};            // total_size
  units::BitsPerSecond bitrate{};  // 0 where ffmpeg says N/A
  double speed = 0;                // × real time; 0 where N/A
  std::int64_t dropped = 0, duplicated = 0;
  enum class Phase { running, ended } phase = Phase::running;
  bool operator==(const Progress&) const = default;
};

class ProgressParser {
 public:
  // Takes a chunk; answers the newest complete block in it, if any. Garbage lines are ignored, numbers out of range too.
  std::optional<Progress> feed(std::string_view chunk);
  const Progress& latest() const { return latest_; }

 private:
  std::string line_;
  Progress building_, latest_;
  bool line_by_line(std::string_view line);
};

// ffmpeg's ordinary status line ("frame= 1500 fps=323 … speed=10.8x"), the last one in a text; for `ffwatt run`, which
// leaves the command line of the user alone. Nothing where there is none.
std::optional<Progress> last_status_line(std::string_view stderr_text);

}  // namespace media
