// What every ffmpeg and ffprobe that ffwatt starts has in common.
#pragma once

#include <string>
#include <string_view>

#include "os/processes.h"

namespace media {

// PATH of `environment`, LANG=C (its words are read) and HOME=/nonexistent (no presets of a user). Nothing else gets
// through: FFREPORT writes files, http_proxy and LD_* lead elsewhere.
os::Environment ffmpeg_environment(const os::Environment& environment);

// The line of ffmpeg's error output that names the cause: its first [error] or [fatal] where the log carries levels,
// the last line else; without the "[libx264 @ 0x55…]" in front. The lines after the first tell the consequences ("Error
// initializing output stream … maybe incorrect parameters"). Empty for empty text.
std::string telling_line(std::string_view stderr_text);

}  // namespace media
