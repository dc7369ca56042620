// Good specs that the tests of this folder start from.
#pragma once

#include "media/transcode_spec.h"

namespace media {

inline TranscodeSpec generated_spec() {
  TranscodeSpec spec;
  spec.duration = units::Seconds(1);
  spec.size = units::PictureSize{320, 180};
  spec.rate = units::Hertz(30);
  spec.bitrate = units::BitsPerSecond(300'000);
  return spec;
}

inline TranscodeSpec file_spec() {
  TranscodeSpec spec;
  spec.input = "/media/in.mov";
  spec.output = "/media/out.mp4";
  spec.crf = 23;
  return spec;
}

inline TranscodeSpec stream_spec() {
  TranscodeSpec spec = generated_spec();
  spec.encoder = "libx264", spec.preset = "veryfast";
  spec.audio = Audio::aac;
  spec.output_mode = OutputMode::rtmp;
  spec.rtmp_url = "rtmp://127.0.0.1:1935/live/key";
  return spec;
}

}  // namespace media
