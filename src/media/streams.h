// What a spec sends at the same time: each stream an encode of its own, by a process of its own. Pure.
#pragma once

#include <vector>

#include "media/transcode_spec.h"

namespace media {

// `streams` of the same, each with its number in its output or key; or, of a ladder that is sent by RTMP, each of its
// renditions with its own size, rate and bitrate. One that runs alone is as it is, with its own key. Never empty.
std::vector<TranscodeSpec> streams_of(const TranscodeSpec& spec);

}  // namespace media
