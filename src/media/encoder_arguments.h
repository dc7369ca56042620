// The part of ffmpeg's argument list that differs between encoders: preset, rate control, key frames, threads, device.
#pragma once

#include <string>
#include <vector>

#include "media/encoder_table.h"

namespace media {

// Global arguments (before any input) that open the encoder's device. The first render node is meant.
std::vector<std::string> device_arguments(const EncoderFacts& encoder);

// "-c:v" and all that belongs to it. Precondition as ffmpeg_arguments.
std::vector<std::string> encoder_arguments(const TranscodeSpec& spec, const EncoderFacts& encoder, int gop_frames);

}  // namespace media
