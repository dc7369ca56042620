// From a spec to ffmpeg's argument list: pure, no shell, no text of the user inside a filter. The list writes to
// `target` (a temporary name beside the final one, or an RTMP URL), never to the final name.
//
// Every text in the list is either written here or comes from a closed list (encoder, preset, pixel format); what a
// user wrote freely appears only as the two names after "-i file:" and at the end, where ffmpeg takes it as one plain
// file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/transcode_spec.h"

namespace media {

enum class Pace { as_fast_as_possible, real_time };  // real_time: -re, for streams

struct Target {
  std::string encoder;  // from choose_encoder
  std::string target;   // where ffmpeg writes: an absolute path, an rtmp:// URL; unused with output_mode null
};

// only: one command does it all. Of two passes with ffmpeg or x265 each is a command of its own, and both leave and
// find their notes in the working folder.
enum class Pass { only, first, second };

struct CommandInputs {
  std::string encoder, target;   // as in Target, of the one output
  std::vector<Target> ladder{};  // of each rendition instead, in the order of renditions()
  // Where an input that is read from the web comes from: a relay's address on the loopback, never the input's own.
  std::string input_url{};
  // What a stream's server is to believe that it was called, "rtmp://host:port/application", where the target is a
  // relay's address. Empty: the target says it.
  std::string rtmp_server{};
  Pace pace = Pace::as_fast_as_possible;
  int progress_descriptor = 3;
  // The input's own rate from probe(), so that two seconds between key frames can be counted in frames where the spec
  // leaves the rate; 30 is assumed where neither is known.
  std::optional<units::Hertz> source_rate = std::nullopt;
  Pass pass = Pass::only;
  std::string render_node = "/dev/dri/renderD128";  // of VAAPI and QSV
};
// Arguments without the program. Precondition: check(spec) is empty and the encoder is one of encoder_table.h.
std::vector<std::string> ffmpeg_arguments(const TranscodeSpec& spec, const CommandInputs& inputs);

// A frame rate as ffmpeg takes it: 30000/1001 for 29.97.
std::string rate_text(units::Hertz rate);

// Whether it takes two commands, Pass::first and Pass::second, instead of one.
bool runs_twice(const TranscodeSpec& spec, const std::vector<Target>& made);

// What ffmpeg and ffprobe may open when they read a file: protocol, demuxers, at most 8K pictures. Without the list of
// demuxers a playlist named .mp4 would have other local files read. Goes before "-i".
std::vector<std::string> file_input_limits();

// The same for what a relay serves by HTTP.
std::vector<std::string> web_input_limits();

// The container for a file, by codec and extension: mp4, mkv, webm. invalid where they do not fit. Without an output it
// is the codec's usual one.
base::Result<std::string> container_of(const TranscodeSpec& spec);

// True for a command that runs ffmpeg (by its base name: ffmpeg, ffmpeg-7.1, ffmpeg5), for `ffwatt run`.
bool is_ffmpeg(std::string_view program);

}  // namespace media
