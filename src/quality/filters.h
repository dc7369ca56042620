// Which metrics an ffmpeg can compute, and the text of the filter graph that does it. The text depends on the version:
// libvmaf's options changed their names and their meaning between FFmpeg 4 and 5.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/encoders.h"
#include "media/picture_quality.h"
#include "os/host.h"

namespace quality {

struct Support {
  std::vector<media::Metric> metrics;  // those whose filter is in the build
  // by_path: option model_path, a file (FFmpeg up to 5.0). by_name: option model, with models inside of libvmaf.
  enum class Models { none, by_path, by_name } models = Models::none;
  bool has(media::Metric metric) const;
};
// Asks `ffmpeg -filters`, and `-h filter=libvmaf` where that is there.
base::Result<Support> probe_support(os::Host& host, const media::Ffmpeg& ffmpeg);
// From the two answers; pure.
Support parse_support(std::string_view filters, std::string_view vmaf_help);

// "v0.6.1", "neg", "4k", "phone", or the path of a model's file.
struct VmafModel {
  std::string text = "v0.6.1";
  bool is_path() const { return text.find('/') != std::string::npos; }
  // As results name it: "vmaf_v0.6.1neg", "vmaf_v0.6.1 (phone)"; of a file its name.
  std::string shown() const;
};
// invalid: neither one of the names nor the absolute path of a .json or .pkl file.
base::Result<VmafModel> parse_model(std::string_view text);
// Why this build cannot score with the model; empty where it can.
std::string model_fault(const VmafModel& model, const Support& support);

// How the two films are laid side by side.
struct Pairing {
  std::int64_t reference_first = 0, distorted_first = 0, frames = 0;
  units::Hertz rate{25};
  units::PictureSize size;
  std::string pixel_format;
  std::string reference_filter{};  // before anything else: "fps=30," or nothing
  bool scaled = false;             // the distorted film has another size
};
// Input 0 is the distorted film, 1 the reference. What is written of each frame goes to standard output; libvmaf, which
// only writes to files, to standard error. Precondition: the build supports metric and model.
std::string filter_text(media::Metric metric, const Pairing& pairing, const VmafModel& model, const Support& support,
                        int threads);

// A text as the value of a filter's option inside of a graph: two layers of quoting.
std::string filter_value(std::string_view text);

}  // namespace quality
