// One of the two films of a comparison, as far as one can tell without scoring: what ffprobe says of it, when its
// frames are shown, and small pictures of all of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/encoders.h"
#include "media/probe.h"
#include "os/host.h"
#include "quality/alignment.h"

namespace quality {

// Of a film: as ffmpeg's -ss and -t cut it, and at another rate than its own.
struct Part {
  std::optional<units::Seconds> start, length;
  std::optional<units::Hertz> rate;
  std::vector<std::string> words() const;  // before "-i"
  std::string filter() const;              // "fps=30," or nothing
  bool whole() const { return !start && !length && !rate; }
};

struct Film {
  std::string role;  // "the reference", "the distorted film": for texts
  os::Path path;
  media::MediaFacts facts{};
  Thumbnails thumbnails{};
  // When each frame is shown, from the first one on; empty where the container does not say it of every frame.
  std::vector<units::Seconds> times{};

  std::int64_t frames() const { return thumbnails.count(); }
  units::Seconds first{};  // when the first frame is shown: later than 0 where a recording's picture began late
  // In the middle: of a variable rate the most usual interval is what it tells.
  units::Hertz rate() const;
  enum class Pace { constant, variable };
  Pace pace() const;
};

// Decodes all of the part. invalid: no picture, no frame, cut, longer than 500 000 frames, ffmpeg cannot decode it.
base::Result<Film> look_at(os::Host& host, const media::Ffmpeg& ffmpeg, std::string role, const os::Path& path,
                           const Part& part, units::Seconds limit);

// The times of ffprobe's "pts_time,flags" lines, in the order of being shown, without frames that are not shown; pure.
std::vector<units::Seconds> parse_times(std::string_view packets);

// Why the two cannot be compared frame by frame; absent where they can.
std::optional<std::string> mismatch(const Film& reference, const Film& distorted);
// Why frames that are partners by `offset` are not shown at the same time, counted from the first pair; for films of a
// variable rate.
std::optional<std::string> times_mismatch(const Film& reference, const Film& distorted, std::int64_t offset);

}  // namespace quality
