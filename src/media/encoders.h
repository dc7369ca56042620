// Which encoders of an ffmpeg really work here: each candidate encodes a few generated 256x256 frames; being listed by
// ffmpeg proves nothing. A probe that hangs is killed. Results may be kept by the caller, keyed by Ffmpeg::build.
// Blocking: each probe starts a child and takes a tenth of a second or so, 10 s at most.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/transcode_spec.h"
#include "os/host.h"

namespace media {

struct Ffmpeg {
  os::Path ffmpeg, ffprobe;
  std::string version;  // "5.1.9-0+deb12u1"
  std::string build;    // a fingerprint: path, size, time of change and version
};
// Looks both programs up (`ffmpeg_name` may be a path); ffprobe is the one beside ffmpeg where there is one, so that
// both are of one build. absent: not installed, with the command that installs it; failed: it is no ffmpeg.
base::Result<Ffmpeg> find_ffmpeg(os::Host& host, std::string_view ffmpeg_name, const os::Environment& environment);

struct EncoderState {
  std::string name;  // libx264
  Codec codec;
  enum class Works { yes, no } works = Works::no;
  std::string reason;       // why not: not in this build, or ffmpeg's own words for the cause; empty where it works
  std::string device = {};  // the render node on which it works, of VAAPI and QSV; empty else
  bool operator==(const EncoderState&) const = default;
};
// Every encoder that ffwatt knows, best first within a codec: hardware ones come first only in hardware scenarios,
// software first else: libx264, libx265, libvpx-vp9, libsvtav1, libaom-av1, then h264_nvenc, hevc_nvenc, …_qsv,
// …_vaapi.
const std::vector<EncoderState>& known_encoders();
// Render nodes of the kernel, "/dev/dri/renderD128" first.
std::vector<std::string> render_nodes(const os::Host& host);
// The same list in the same order, with what was found; VAAPI and QSV are tried on every render node until one works.
// Never fails: where ffmpeg itself does not run, nothing works.
std::vector<EncoderState> probe_encoders(os::Host& host, const Ffmpeg& ffmpeg, const os::Environment& environment);

// Every encoder that could make a rendition: its own, or those of its codec that take its preset, passes and pixel
// format; best first. Empty where it contradicts itself. A ladder's renditions() are asked one by one.
std::vector<std::string> encoders_for(const TranscodeSpec& rendition);

// The encoder that a spec gets: its own, checked, or the first working one of the codec that has the spec's preset (two
// encoders' presets do not mean the same, and an encode that is measured must be the one that was asked for).
// invalid where the spec contradicts itself; absent where none works, with the reason of each.
base::Result<std::string> choose_encoder(const TranscodeSpec& spec, const std::vector<EncoderState>& encoders);

}  // namespace media
