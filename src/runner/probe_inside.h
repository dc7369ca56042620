// probe_inside(): media::probe() with ffprobe in the sandbox, since it reads the same hostile files as ffmpeg.
#pragma once

#include "media/probe.h"
#include "runner/outside.h"

namespace runner {

// `target` is a path, or what `outside` calls an address. Errors as media::probe(), and failed where the sandbox is
// strict and incomplete.
base::Result<media::MediaFacts> probe_inside(os::Host& host, sandbox::Mode mode, const media::Ffmpeg& ffmpeg,
                                             const std::string& target, units::Seconds limit, const Outside* outside);

}  // namespace runner
