// From a spec to ffmpeg's argument list: pure, no shell, no text of the user inside a filter. The list writes to
// `target` (a temporary name beside the final one, or an RTMP URL), never to the final name.
#pragma once

#include <string>
#include <vector>

#include "media/transcode_spec.h"

namespace media {

enum class Pace { as_fast_as_possible, real_time };  // real_time: -re, for streams

struct CommandInputs {
  std::string encoder;        // from choose_encoder
  std::string target;         // where ffmpeg writes
  Pace pace = Pace::as_fast_as_possible;
  int progress_descriptor = 3;
};
// Arguments without the program. Precondition: check(spec) is empty.
std::vector<std::string> ffmpeg_arguments(const TranscodeSpec& spec, const CommandInputs& inputs);

// The container for a file, by codec and extension: mp4, mkv, webm. invalid where they do not fit.
base::Result<std::string> container_of(const TranscodeSpec& spec);

// True for a command that runs ffmpeg (by its base name), for `ffwatt run`.
bool is_ffmpeg(std::string_view program);

}  // namespace media
