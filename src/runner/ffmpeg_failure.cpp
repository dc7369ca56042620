#include "runner/ffmpeg_failure.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"

namespace runner {
namespace {

using jobs::FailureClass;

struct Sign {
  std::string_view words;
  FailureClass failure;
};

// Gravest class first: a full disk also makes ffmpeg complain about its output's parameters, a lost connection about
// bad data, a wrong parameter about the stream that it belongs to.
constexpr std::array kSigns = {
    Sign{"No space left on device", FailureClass::node},
    Sign{"Disk quota exceeded", FailureClass::node},
    Sign{"Cannot allocate memory", FailureClass::node},
    Sign{"Permission denied", FailureClass::node},
    Sign{"Operation not permitted", FailureClass::node},
    Sign{"Read-only file system", FailureClass::node},
    Sign{"Input/output error", FailureClass::node},
    Sign{"Too many open files", FailureClass::node},
    Sign{"error while loading shared libraries", FailureClass::node},
    Sign{"Cannot load libcuda", FailureClass::node},
    Sign{"Cannot load nvcuda", FailureClass::node},
    Sign{"No capable devices found", FailureClass::node},
    Sign{"No NVENC capable devices found", FailureClass::node},
    Sign{"OpenEncodeSessionEx failed", FailureClass::node},
    Sign{"Device creation failed", FailureClass::node},
    Sign{"No VA display found", FailureClass::node},
    Sign{"Failed to initialise VAAPI", FailureClass::node},
    Sign{"Error creating a MFX session", FailureClass::node},

    Sign{"Connection refused", FailureClass::transient},
    Sign{"Connection reset by peer", FailureClass::transient},
    Sign{"Connection timed out", FailureClass::transient},
    Sign{"Operation timed out", FailureClass::transient},
    Sign{"Broken pipe", FailureClass::transient},
    Sign{"Network is unreachable", FailureClass::transient},
    Sign{"No route to host", FailureClass::transient},
    Sign{"Failed to resolve hostname", FailureClass::transient},
    Sign{"Cannot open connection", FailureClass::transient},
    Sign{"Cannot read RTMP handshake response", FailureClass::transient},
    Sign{"Server error:", FailureClass::transient},
    Sign{"Resource temporarily unavailable", FailureClass::transient},

    Sign{"Unknown encoder", FailureClass::parameters},
    Sign{"Unknown decoder", FailureClass::parameters},
    Sign{"Encoder not found", FailureClass::parameters},
    Sign{"Unrecognized option", FailureClass::parameters},
    Sign{"Option not found", FailureClass::parameters},
    Sign{"Error setting option", FailureClass::parameters},
    Sign{"Error splitting the argument list", FailureClass::parameters},
    Sign{"Error parsing options", FailureClass::parameters},
    Sign{"Unable to parse option value", FailureClass::parameters},
    Sign{"Undefined constant or missing", FailureClass::parameters},
    Sign{"Invalid frame size", FailureClass::parameters},
    Sign{"Invalid framerate", FailureClass::parameters},
    Sign{"is not a valid", FailureClass::parameters},
    Sign{"not divisible by 2", FailureClass::parameters},
    Sign{"Specified pixel format", FailureClass::parameters},
    Sign{"Error while opening encoder", FailureClass::parameters},
    Sign{"Error initializing output stream", FailureClass::parameters},
    Sign{"Could not find tag for codec", FailureClass::parameters},
    Sign{"codec not currently supported in container", FailureClass::parameters},
    Sign{"Could not write header", FailureClass::parameters},
    Sign{"Unable to find a suitable output format", FailureClass::parameters},
    Sign{"Unable to choose an output format", FailureClass::parameters},
    Sign{"Requested output format", FailureClass::parameters},
    Sign{"At least one output file must be specified", FailureClass::parameters},
    Sign{"Output file does not contain any stream", FailureClass::parameters},
    Sign{"Output file #0 does not contain any stream", FailureClass::parameters},
    Sign{"matches no streams", FailureClass::parameters},
    Sign{"No such filter", FailureClass::parameters},
    Sign{"Error initializing filter", FailureClass::parameters},
    Sign{"Error reinitializing filters", FailureClass::parameters},
    Sign{"already exists. Exiting", FailureClass::parameters},
    Sign{"not overwriting - exiting", FailureClass::parameters},

    Sign{"No such file or directory", FailureClass::input},
    Sign{"Invalid data found when processing input", FailureClass::input},
    Sign{"moov atom not found", FailureClass::input},
    Sign{"Could not find codec parameters", FailureClass::input},
    Sign{"EBML header parsing failed", FailureClass::input},
    Sign{"Is a directory", FailureClass::input},
    Sign{"End of file", FailureClass::input},
    Sign{"Error opening input", FailureClass::input},
    Sign{"Error while decoding stream", FailureClass::input},
    Sign{"Picture size", FailureClass::input},
};

// Position in kSigns of the gravest sign in a line.
std::optional<std::size_t> sign_of(std::string_view line) {
  const auto hit =
      std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& sign) { return line.find(sign.words) != line.npos; });
  if (hit == kSigns.end()) return std::nullopt;
  return static_cast<std::size_t>(hit - kSigns.begin());
}

// "[mov,mp4,m4a @ 0x55d8e0] [error] moov atom not found" reads "[mov,mp4,m4a] moov atom not found".
std::string tidied(std::string_view line) {
  std::string out(base::trim(line));
  for (const std::string_view level : {"[error] ", "[fatal] ", "[panic] ", "[warning] ", "[info] "})
    if (const auto at = out.find(level); at != out.npos) out.erase(at, level.size());
  if (out.starts_with('[')) {
    const auto address = out.find(" @ 0x");
    const auto close = out.find(']');
    if (address != out.npos && close != out.npos && address < close) out.erase(address, close - address);
  }
  return out;
}

constexpr std::array<std::string_view, 11> kNoiseStarts = {
    "ffmpeg version", "built with", "configuration:", "lib",      "frame=", "size=",
    "video:",         "Press [q]",  "Input #",        "Output #", "Stream"};
constexpr std::array<std::string_view, 7> kNoise = {
    "Last message repeated",   "Conversion failed!",   "misdetection possible", "Exiting normally, received signal",
    "deprecated pixel format", "Timestamps are unset", "Past duration"};

bool is_noise(std::string_view raw) {
  // Stream tables, metadata and configuration are indented; messages never are.
  if (raw.starts_with("  ")) return true;
  const std::string line = tidied(raw);
  if (line.empty()) return true;
  return std::any_of(kNoiseStarts.begin(), kNoiseStarts.end(), [&](auto start) { return line.starts_with(start); }) ||
         std::any_of(kNoise.begin(), kNoise.end(), [&](auto words) { return line.find(words) != line.npos; });
}

// "frame=    1 fps=0.0 … speed=   0x    av_interleaved_write_frame(): Broken pipe": the message begins after the
// status, which ffmpeg does not end with a line feed.
std::string_view after_status(std::string_view line) {
  if (!line.starts_with("frame=") && !line.starts_with("size=")) return line;
  const auto speed = line.find("speed=");
  if (speed == line.npos) return line;
  const auto end = line.find('x', speed);
  const auto rest = end == line.npos ? std::string_view() : base::trim(line.substr(end + 1));
  return rest.empty() ? line : rest;
}

}  // namespace

jobs::FailureClass failure_of_ffmpeg(std::string_view log) {
  std::optional<std::size_t> gravest;
  for (const auto line : base::split(log, '\n')) {
    const auto sign = sign_of(line);
    if (sign && (!gravest || *sign < *gravest)) gravest = sign;
  }
  return gravest ? kSigns[*gravest].failure : jobs::FailureClass::internal;
}

std::string ffmpeg_words(std::string_view log) {
  constexpr std::size_t most_lines = 3;
  std::vector<std::string> known, other;
  for (const auto raw : base::split(log, '\n')) {
    const auto line = after_status(raw);
    if (is_noise(line)) continue;
    auto words = tidied(line);
    auto& list = sign_of(line) ? known : other;
    if (std::find(list.begin(), list.end(), words) == list.end()) list.push_back(std::move(words));
  }
  // Lines of a known kind explain the failure; what else was said is often only a consequence of it.
  auto& list = known.empty() ? other : known;
  if (list.size() > most_lines) list.erase(list.begin(), list.end() - most_lines);
  return base::join(list, "; ");
}

std::string damage_in(std::string_view log) {
  constexpr std::array<std::string_view, 8> signs = {"error while decoding MB",
                                                     "Error while decoding stream",
                                                     "Invalid NAL unit size",
                                                     "corrupt decoded frame",
                                                     "partial file",
                                                     "Error submitting packet to decoder",
                                                     "CABAC_MAX_BIN",
                                                     "Packet corrupt"};
  for (const auto line : base::split(log, '\n'))
    if (std::any_of(signs.begin(), signs.end(), [&](auto sign) { return line.find(sign) != line.npos; }))
      return tidied(line);
  return {};
}

}  // namespace runner
