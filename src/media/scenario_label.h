// What a spec is called for people: its scenario, and where its parameters were asked to be others than the scenario's,
// those too. Any thread.
#pragma once

#include <string>

#include "media/transcode_spec.h"

namespace media {

// "720p30-h264", "720p30-h264 with h265, 1920x1080", "h265" for a spec without a scenario. Length, input and output are
// no part of it. Of an operator's own scenario only the name is known here.
std::string scenario_label(const TranscodeSpec& spec);

}  // namespace media
