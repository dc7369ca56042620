// The part of ffmpeg's argument list that differs between encoders: preset, rate control, key frames, threads, device.
#pragma once

#include <string>
#include <vector>

#include "media/command_line.h"
#include "media/encoder_table.h"

namespace media {

// Global arguments (before any input) that open the encoder's device.
std::vector<std::string> device_arguments(const EncoderFacts& encoder, const std::string& render_node);

struct Encode {
  int gop_frames = 0;
  Pass pass = Pass::only;
  std::size_t number = 0;  // of the output: two of them must not share their notes between passes
};
// "-c:v" and all that belongs to it. Precondition as ffmpeg_arguments.
std::vector<std::string> encoder_arguments(const TranscodeSpec& spec, const EncoderFacts& encoder,
                                           const Encode& encode);

}  // namespace media
