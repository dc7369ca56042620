// What ffwatt knows of each encoder by heart: its codec, the device it needs, and the words in which it takes a preset.
// Whether an encoder works on this machine is another question: encoders.h. Constant data, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "media/transcode_spec.h"

namespace media {

enum class Device { none, nvenc, qsv, vaapi };

// How an encoder takes two passes: not at all, by ffmpeg's -pass, by x265's own parameters, or within one command.
enum class TwoPass { no, by_ffmpeg, by_x265, in_one };

struct EncoderFacts {
  std::string_view name;  // ffmpeg's: "libx264"
  Codec codec;
  Device device;
  // Every accepted preset, fastest or slowest first as the encoder's own manual lists them, separated by blanks; empty
  // where the encoder has none. libvpx-vp9's are ours: deadline, dash, cpu-used ("good-4").
  std::string_view presets;
  std::string_view usual_preset;  // where the spec names none
  int most_threads;               // the encoder refuses more
  TwoPass two_pass;
};

// Best first within a codec: software, then nvenc, qsv, vaapi.
std::span<const EncoderFacts> encoder_table();
const EncoderFacts* find_encoder(std::string_view name);  // nullptr where unknown
bool knows_preset(const EncoderFacts& encoder, std::string_view preset);

// The preset for a codec (and encoder, where not empty) when none was chosen: for whoever replaces a scenario's codec
// or encoder and so cannot keep its preset. Empty where the encoder has none.
std::string usual_preset(Codec codec, std::string_view encoder);

}  // namespace media
