#include "runner/transcode_checks.h"

#include "base/format.h"
#include "base/text.h"
#include "units/format.h"

namespace runner {

using base::format;
using jobs::FailureClass;

namespace {

std::optional<Failure> fault_of_one(const os::Files& files, const os::Path& final_name) {
  const auto folder = final_name.parent_path();
  const auto status = files.status(folder);
  if (!status && status.error().kind() == base::ErrorKind::absent) {
    return Failure{
        FailureClass::parameters,
        format("the output's folder {} does not exist on this machine; make it or choose another", folder.string())};
  }
  if (!status) return Failure{FailureClass::node, format("the output's folder: {}", status.error().text())};
  if (status->kind != os::FileStatus::Kind::folder) {
    return Failure{FailureClass::parameters,
                   format("{} is not a folder: no output can be written there", folder.string())};
  }
  if (const auto taken = files.status(final_name); taken && taken->kind == os::FileStatus::Kind::folder) {
    return Failure{FailureClass::parameters, format("the output {} is a folder", final_name.string())};
  }
  if (!files.writable_folder(folder)) {
    return Failure{FailureClass::node, format("the output's folder {} is not writable for this user (or the disk is "
                                              "full or mounted read-only)",
                                              folder.string())};
  }
  return std::nullopt;
}

}  // namespace

jobs::Report not_run(const os::Host& host, const TranscodeRequest& request, units::WallTime started, Failure failure) {
  jobs::Report report;
  report.id = request.id, report.name = request.name, report.kind = request.kind;
  report.node = std::string(base::trim(host.files.read(host.root.path("/proc/sys/kernel/hostname")).value_or("")));
  report.tags = request.tags;
  report.spec = request.spec;
  report.timings.started = started;
  report.timings.ended = host.clock.wall();
  report.outcome = {jobs::End::failed, failure.failure, std::move(failure.text), std::nullopt, std::nullopt};
  report.energy.push_back(
      {jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::package, "nothing was run")});
  return report;
}

FailureClass class_of_input(const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::retry:
      return FailureClass::transient;
    case base::ErrorKind::denied:
    case base::ErrorKind::failed:
      return FailureClass::node;
    case base::ErrorKind::absent:
    case base::ErrorKind::invalid:
      return FailureClass::input;
  }
  return FailureClass::input;
}

std::optional<Failure> source_fault(const media::TranscodeSpec& spec, const media::MediaFacts& source,
                                    const std::vector<media::Target>& targets) {
  const auto input = spec.input.value_or("");
  if (source.video_codec.empty())
    return Failure{FailureClass::input, format("the input {} holds no picture to encode{}", input,
                                               source.audio_codec.empty() ? "" : ", only sound")};
  if (spec.start && source.duration && *spec.start >= *source.duration)
    return Failure{FailureClass::parameters, format("start is {}, but the input {} ends after {}; start before that",
                                                    units::text(*spec.start), input, units::text(*source.duration))};
  const auto all = media::renditions(spec);
  for (std::size_t i = 0; i < all.size() && i < targets.size(); ++i) {
    // libvpx and libaom take any size; the others halve the colour's planes and refuse an odd one.
    const bool takes_odd = targets[i].encoder == "libvpx-vp9" || targets[i].encoder == "libaom-av1";
    const auto& picture = source.picture;
    if (all[i].size || takes_odd || !picture || (picture->width % 2 == 0 && picture->height % 2 == 0)) continue;
    return Failure{
        FailureClass::input,
        format("the input {} is {}x{}, and {} needs even sides; give a resolution, such as {}x{}", input,
               picture->width, picture->height, targets[i].encoder, picture->width / 2 * 2, picture->height / 2 * 2)};
  }
  return std::nullopt;
}

std::optional<Failure> output_fault(const os::Files& files, const media::TranscodeSpec& spec) {
  for (const auto& name : media::output_files(spec))
    if (auto fault = fault_of_one(files, name)) return fault;
  return std::nullopt;
}

std::string all_faults(const std::vector<media::SpecFault>& faults) {
  std::vector<std::string> texts;
  for (const auto& fault : faults) texts.push_back(fault.field + ": " + fault.message);
  return base::join(texts, "; ");
}

void fail(jobs::Report& report, FailureClass failure, std::string text) {
  report.outcome.end = jobs::End::failed;
  report.outcome.failure = failure;
  report.outcome.error = std::move(text);
}

std::optional<units::Seconds> length_of(const media::TranscodeSpec& spec,
                                        const std::optional<media::MediaFacts>& source) {
  auto length = spec.duration;
  if (source && source->duration) {
    const auto rest = *source->duration - spec.start.value_or(units::Seconds(0));
    if (!length || rest < *length) length = rest;
  }
  if (length && *length <= units::Seconds(0)) return std::nullopt;
  return length;
}

}  // namespace runner
