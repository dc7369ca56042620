#include "quality/filters.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "media/ffmpeg_child.h"
#include "media/shown.h"

namespace quality {
namespace {

using base::Error;
using base::format;
using media::Metric;

constexpr units::Seconds kProbe{20};

// `name`, what libvmaf calls it, whether viewers are near (the phone's transform).
struct KnownModel {
  std::string_view name, version;
  bool phone;
};
constexpr std::array kModels{KnownModel{"v0.6.1", "vmaf_v0.6.1", false}, KnownModel{"neg", "vmaf_v0.6.1neg", false},
                             KnownModel{"4k", "vmaf_4k_v0.6.1", false}, KnownModel{"phone", "vmaf_v0.6.1", true}};

const KnownModel* known(std::string_view text) {
  const auto* found =
      std::find_if(kModels.begin(), kModels.end(), [&](const KnownModel& one) { return one.name == text; });
  return found == kModels.end() ? nullptr : found;
}

std::string_view filter_of(Metric metric) { return metric == Metric::vmaf ? "libvmaf" : name(metric); }

// Lines such as " TS. psnr              VV->V      Calculate …".
bool lists(std::string_view filters, std::string_view wanted) {
  for (const auto line : base::split(filters, '\n')) {
    const auto parts = base::words(line);
    if (parts.size() >= 3 && parts[1] == wanted && parts[2] == "VV->V") return true;
  }
  return false;
}

bool has_option(std::string_view help, std::string_view option) {
  for (const auto line : base::split(help, '\n')) {
    const auto parts = base::words(line);
    if (parts.size() >= 2 && parts[0] == option && parts[1] == "<string>") return true;
  }
  return false;
}

base::Result<std::string> ask(os::Host& host, const media::Ffmpeg& ffmpeg, std::vector<std::string> question) {
  os::SpawnSpec spawn;
  spawn.program = ffmpeg.ffmpeg;
  spawn.arguments = {"-hide_banner", "-nostdin"};
  spawn.arguments.insert(spawn.arguments.end(), question.begin(), question.end());
  spawn.environment = media::ffmpeg_environment({});
  FFWATT_TRY(auto answer, os::run_and_collect(host.processes, host.clock, std::move(spawn), kProbe));
  if (!answer.status.success())
    return Error::failed(
        format("{} does not tell its filters: {}", ffmpeg.ffmpeg.string(), media::telling_line(answer.err)));
  return std::move(answer.out);
}

std::string vmaf_text(const VmafModel& model, const Support& support, int threads) {
  const auto* named = known(model.text);
  const bool phone = named && named->phone;
  std::string text = "libvmaf=";
  if (support.models == Support::Models::by_name) {
    // The option's value is a list of its own, with ':' between its parts; that is a third layer.
    auto value = model.is_path() ? "path=" + filter_value(model.text) : format("version={}", named->version);
    if (phone) value += ":enable_transform=true";
    text += "model=" + filter_value(value);
  } else {
    text += "model_path=" + filter_value(model.text);
  }
  // A pipe, opened by its name: libvmaf takes no other way. With -loglevel error nothing else is written there.
  return text + format(":log_fmt=json:log_path=/proc/self/fd/2:n_threads={}", threads);
}

}  // namespace

bool Support::has(Metric metric) const { return std::find(metrics.begin(), metrics.end(), metric) != metrics.end(); }

Support parse_support(std::string_view filters, std::string_view vmaf_help) {
  Support out;
  for (const auto metric : media::all_metrics())
    if (lists(filters, filter_of(metric))) out.metrics.push_back(metric);
  if (out.has(Metric::vmaf))
    out.models = has_option(vmaf_help, "model") ? Support::Models::by_name : Support::Models::by_path;
  return out;
}

base::Result<Support> probe_support(os::Host& host, const media::Ffmpeg& ffmpeg) {
  FFWATT_TRY(const auto filters, ask(host, ffmpeg, {"-filters"}));
  std::string help;
  if (lists(filters, "libvmaf")) {
    FFWATT_TRY(help, ask(host, ffmpeg, {"-h", "filter=libvmaf"}));
  }
  return parse_support(filters, help);
}

std::string VmafModel::shown() const {
  if (is_path()) return media::shown(os::Path(text).filename().string());
  const auto* named = known(text);
  return std::string(named->version) + (named->phone ? " (phone)" : "");
}

base::Result<VmafModel> parse_model(std::string_view text) {
  if (known(text)) return VmafModel{std::string(text)};
  const bool is_file = text.starts_with('/') && (text.ends_with(".json") || text.ends_with(".pkl"));
  if (is_file && std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }))
    return VmafModel{std::string(text)};
  return Error::invalid(
      format("'{}' is no VMAF model: there are v0.6.1, neg, 4k and phone, or name a model's file "
             "(.json, or .pkl for libvmaf 1)",
             media::shown(text)));
}

std::string model_fault(const VmafModel& model, const Support& support) {
  if (!support.has(Metric::vmaf)) return "this ffmpeg has no libvmaf; name one that has it with --ffmpeg";
  if (support.models == Support::Models::by_path && !model.is_path())
    return "this ffmpeg's libvmaf has no models inside; name a model's file with --model (vmaf_v0.6.1.pkl for "
           "libvmaf 1)";
  if (support.models == Support::Models::by_name && model.text.ends_with(".pkl"))
    return "this ffmpeg's libvmaf reads models in JSON (.json), no .pkl";
  return {};
}

std::string filter_value(std::string_view text) {
  // First the option's value, where \ ' and : mean something; then the graph, where , ; [ and ] do too.
  const auto escaped = [](std::string_view of, std::string_view special) {
    std::string out;
    for (const char c : of) {
      if (special.find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
    return out;
  };
  return escaped(escaped(text, "\\':"), "\\'[],;");
}

std::string filter_text(Metric metric, const Pairing& pairing, const VmafModel& model, const Support& support,
                        int threads) {
  // By number, not by time: containers round time stamps, and a filter that pairs by time then takes a neighbour.
  const auto side = [&](int input, std::string_view before, std::int64_t first, std::string_view scale) {
    return format("[{}:v:0]{}trim=start_frame={}:end_frame={},settb=expr=1/{:.6f},setpts=N,{}format={}", input, before,
                  first, first + pairing.frames, pairing.rate.value(), scale, pairing.pixel_format);
  };
  const auto scale = format("scale={}:{}:flags=bicubic,", pairing.size.width, pairing.size.height);
  const auto distorted = side(0, "", pairing.distorted_first, pairing.scaled ? scale : ""),
             reference = side(1, pairing.reference_filter, pairing.reference_first, "");
  std::string measure;
  switch (metric) {
    case Metric::psnr:
      measure = "[d][r]psnr=stats_file=-";
      break;
    case Metric::ssim:
      measure = "[d][r]ssim=stats_file=-";
      break;
    // The weights are of its first input, the original; all others want the distorted one first.
    case Metric::xpsnr:
      measure = "[r][d]xpsnr=stats_file=-";
      break;
    case Metric::vif:
      measure = "[d][r]vif,metadata=print:file=-";
      break;
    case Metric::vmaf:
      measure = "[d][r]" + vmaf_text(model, support, threads);
      break;
  }
  return format("{}[d];{}[r];{}[out]", distorted, reference, measure);
}

}  // namespace quality
