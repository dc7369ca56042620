// TranscodeSpec: one encode, in full and concrete: what a scenario and a job's parameters expand to. From it come the
// argument list of ffmpeg (command_line.h), the check of what was made (probe.h) and the stored record.
// Values: copyable, thread-compatible. Nothing in here is a default any more.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "media/picture_quality.h"
#include "units/parse.h"
#include "units/quantity.h"

namespace media {

// Names are exact and in lower case, as everywhere in the interface. Each parser's error lists all of them.
enum class Codec { h264, h265, vp9, av1 };
std::string_view name(Codec codec);                      // "h264", "h265", …
base::Result<Codec> parse_codec(std::string_view text);  // also "hevc"; invalid names the nearest

enum class Audio { none, copy, aac, opus };
std::string_view name(Audio audio);
base::Result<Audio> parse_audio(std::string_view text);

enum class Subtitles { none, copy };
std::string_view name(Subtitles subtitles);
base::Result<Subtitles> parse_subtitles(std::string_view text);

enum class OutputMode { file, rtmp, null };
std::string_view name(OutputMode mode);
base::Result<OutputMode> parse_output_mode(std::string_view text);

// One encoded picture: how, and where to.
struct Rendition {
  Codec codec = Codec::h264;
  std::string encoder;  // "libx264"; empty: the best one that works for the codec
  std::string preset;   // in the encoder's own words (encoder_table.h); empty: the encoder's usual one
  std::optional<units::BitsPerSecond> bitrate;
  std::optional<int> crf;                  // with bitrate: capped CRF
  std::optional<units::PictureSize> size;  // absent: the input's
  std::optional<units::Hertz> rate;        // absent: the input's
  std::string pixel_format = "yuv420p";
  std::optional<int> gop;  // frames between key frames; absent: two seconds
  // file: path of the final name (as input); empty while whoever runs it has not chosen one
  std::string output;
  bool operator==(const Rendition&) const;
};

// The Rendition that it is itself is what is made; of a ladder (`outputs` not empty) each of its renditions is made
// instead, from one decode, and the own one only says what a generated source looks like.
struct TranscodeSpec : Rendition {
  std::string scenario;  // "1080p30-h264"; empty for a spec made by hand

  // Input: a file, or a generated picture (moving test pattern and tone) of the output's size and rate.
  // Also http:// or https://. A path is absolute; in a queued job it may still name a root of the node
  // ("media:/a.mp4"), which the node replaces.
  std::optional<std::string> input;
  std::optional<units::Seconds> start;  // of a file: what comes before is left out
  // Cut after this much: the length of a generated source, which must have one; the most that is taken of a file.
  std::optional<units::Seconds> duration;

  std::optional<int> threads;
  int passes = 1;   // 2: the first looks, the second encodes; in one command where the encoder can
  int streams = 1;  // how many of the same run together, each with its own output

  Audio audio = Audio::none;
  Subtitles subtitles = Subtitles::none;

  OutputMode output_mode = OutputMode::file;
  std::string rtmp_url;  // rtmp: rtmp://host:port/app/key; empty while whoever runs it has not chosen one
  std::vector<Rendition> outputs;
  // Scored against the input once it is made; in no figure of the encode.
  std::vector<Metric> quality;
  bool operator==(const TranscodeSpec&) const;
};

// What is made of it: each rendition of a ladder as a spec of its own, else the spec as it is. Never empty.
std::vector<TranscodeSpec> renditions(const TranscodeSpec& spec);
// Of the streams that run together the one of this number (from 1): its output or key ends in "-1", "-2", …; a single
// one is the spec as it is.
TranscodeSpec stream_of(const TranscodeSpec& spec, int number);
// The final names of all files that it makes; empty names where none is chosen yet. None but with output_mode file.
std::vector<std::string> output_files(const TranscodeSpec& spec);

// Names of the roots that its paths begin with ("media" of "media:/a.mp4"): sorted, each once.
std::vector<std::string> roots_of(const TranscodeSpec& spec);

constexpr int most_outputs = 16, most_streams = 64;

// What cannot be true of a spec: AV1 into FLV, crf out of the codec's range, 4 Gb/s, duration of zero … Each fault is
// (field as named in jobs' parameters, text). Empty where all is well. Ranges: bitrate 8 kb/s to 400 Mb/s,
// duration 1 ms to 7 days, rate 1 to 240, threads 1 to 512, gop 1 to 1000. Looks at no file and no host. A field of a
// ladder's rendition is "outputs/0/bitrate".
struct SpecFault {
  std::string field, message;
  bool operator==(const SpecFault&) const = default;
};
std::vector<SpecFault> check(const TranscodeSpec& spec);

}  // namespace media
