// One probe of one encoder; encoders.h puts them together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "media/encoder_table.h"
#include "media/encoders.h"

namespace media {

// Names of the video encoders in the answer of `ffmpeg -encoders`.
std::vector<std::string> listed_encoders(std::string_view answer);

// Encodes three frames with exactly the arguments that a job would get, on one of the render nodes where it needs one.
// Killed after `limit`.
EncoderState try_encoder(os::Host& host, const Ffmpeg& ffmpeg, const os::Environment& environment,
                         const EncoderFacts& facts, const std::vector<std::string>& render_nodes, units::Seconds limit);

}  // namespace media
