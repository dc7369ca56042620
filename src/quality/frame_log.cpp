#include "quality/frame_log.h"

#include <limits>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "media/shown.h"

namespace quality {
namespace {

using base::Error;
using base::format;
using media::Metric;

// What stands before a frame's value. All planes together (psnr, ssim), luma (xpsnr), the picture in full size (vif).
std::string_view mark_of(Metric metric) {
  switch (metric) {
    case Metric::psnr:
      return " psnr_avg:";
    case Metric::ssim:
      return " All:";
    case Metric::xpsnr:
      return " XPSNR y: ";
    case Metric::vif:
      return "lavfi.vif.scale.0=";
    case Metric::vmaf:
      break;
  }
  return {};
}

bool may_be_infinite(Metric metric) { return metric == Metric::psnr || metric == Metric::xpsnr; }

std::optional<double> value_of(Metric metric, std::string_view text) {
  const auto word = text.substr(0, text.find_first_of(" \r"));
  if (word == "inf" && may_be_infinite(metric)) return std::numeric_limits<double>::infinity();
  return base::to_double(word);
}

// Frames are numbered from 1 where lines have a number ("n:12 …", "n:   12 …"), and the summary at the end has none.
std::optional<std::int64_t> number_of(std::string_view line) {
  if (!line.starts_with("n:")) return std::nullopt;
  const auto rest = base::trim(line.substr(2));
  return base::to_int(rest.substr(0, rest.find(' ')));
}

base::Result<std::vector<double>> read_lines(Metric metric, std::string_view written) {
  std::vector<double> values;
  const auto mark = mark_of(metric);
  for (const auto line : base::split(written, '\n')) {
    const auto at = line.find(mark);
    if (at == std::string_view::npos) continue;
    const bool numbered = metric != Metric::vif;
    const auto number = number_of(line);
    if (numbered && !number) continue;
    const auto frame = static_cast<std::int64_t>(values.size()) + 1;
    if (numbered && *number != frame)
      return Error::failed(format("ffmpeg tells frame {} where frame {} comes", *number, frame));
    const auto value = value_of(metric, line.substr(at + mark.size()));
    if (!value) return Error::failed(format("ffmpeg tells no number of frame {}: '{}'", frame, media::shown(line)));
    values.push_back(*value);
  }
  return values;
}

// libvmaf 1 and 2 both have {"frames": [{"frameNum": 0, "metrics": {"vmaf": …}}]}. Around it may stand what ffmpeg or
// libvmaf said.
base::Result<std::vector<double>> read_vmaf(std::string_view written) {
  const auto first = written.find("{\n"), last = written.rfind('}');
  if (first == std::string_view::npos || last == std::string_view::npos || last < first)
    return Error::failed("libvmaf wrote no log");
  const json::Limits limits{.bytes = 1u << 30, .depth = 8, .nodes = 50'000'000};
  const auto log = json::parse(written.substr(first, last + 1 - first), limits);
  if (!log) return log.error().in("libvmaf's log");
  std::vector<double> values;
  if (!log->at("frames").is_array()) return Error::failed("libvmaf's log names no frames");
  for (const auto& frame : log->at("frames").items()) {
    const auto& number = frame.at("frameNum");
    const auto& value = frame.at("metrics").at("vmaf");
    if (!value.is_number()) return Error::failed(format("libvmaf tells no vmaf of frame {}", values.size()));
    if (!number.is_integer() || number.as_integer() != static_cast<std::int64_t>(values.size()))
      return Error::failed(format("libvmaf's frame {} has another number", values.size()));
    values.push_back(value.as_number());
  }
  return values;
}

}  // namespace

base::Result<std::vector<double>> read_frames(Metric metric, std::string_view written) {
  FFWATT_TRY(auto values, metric == Metric::vmaf ? read_vmaf(written) : read_lines(metric, written));
  if (values.empty()) return Error::failed(format("ffmpeg tells of no frame's {}", name(metric)));
  return values;
}

}  // namespace quality
