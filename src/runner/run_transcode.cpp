#include "runner/run_transcode.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/ffmpeg_child.h"
#include "runner/stream_check.h"

namespace runner {
namespace {

using base::format;
using jobs::FailureClass;
using media::OutputMode;

// ffprobe reads at most 5 MB of a file; a disk that needs longer for that is broken.
constexpr units::Seconds kProbe{30};

// Live streams are stuck sooner than files: nobody watches a picture that stands.
constexpr units::Seconds kStreamStall{20};

struct Failure {
  FailureClass failure;
  std::string text;
};

// Nothing was run: the report says so, and that no energy can be told.
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

std::optional<Failure> output_fault(const os::Files& files, const media::TranscodeSpec& spec) {
  if (spec.output_mode != OutputMode::file) return std::nullopt;
  const os::Path final_name = spec.output;
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

void judge_made(jobs::Report& report, const media::MediaFacts& made, const std::optional<media::MediaFacts>& source) {
  report.made = made;
  const auto wrong = media::differences(*report.spec, made, source ? &*source : nullptr);
  if (!wrong.empty()) {
    fail(report, FailureClass::internal, "what was made is not what was asked for: " + base::join(wrong, "; "));
  }
}

// Nothing of the user's environment may change what ffmpeg does; what a run is called is for whoever looks at it.
os::Environment child_environment(const os::Environment& environment) {
  auto out = media::ffmpeg_environment(environment);
  for (const auto& variable : environment)
    if (variable.first.starts_with("FFWATT_")) out.push_back(variable);
  return out;
}

class Transcode {
 public:
  Transcode(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg, const os::Environment& environment,
            TranscodeRequest request)
      : host_(host),
        meter_(meter),
        ffmpeg_(ffmpeg),
        environment_(environment),
        request_(std::move(request)),
        started_(host.clock.wall()),
        stream_check_(request_.check_stream, request_.spec.duration) {}

  jobs::Report operator()() {
    media::CommandInputs inputs;
    if (auto failure = prepare(inputs)) return not_run(host_, request_, started_, *std::move(failure));
    auto result = run_workload(host_, meter_, workload(inputs));
    if (!result) {
      discard_output();
      return not_run(host_, request_, started_, {FailureClass::node, result.error().text()});
    }
    auto& report = *result;
    report.spec = request_.spec;
    report.spec->encoder = inputs.encoder;
    report.timings.started = started_;
    report.output = is_file() ? request_.spec.output : is_stream() ? request_.spec.rtmp_url : "";
    verify(report);
    if (report.outcome.end != jobs::End::completed) discard_output();
    return std::move(report);
  }

 private:
  bool is_file() const { return request_.spec.output_mode == OutputMode::file; }
  bool is_stream() const { return request_.spec.output_mode == OutputMode::rtmp; }
  os::Path temporary() const { return temporary_output(request_.spec.output, request_.id); }
  void discard_output() {
    if (is_file()) discard(host_.files, request_.spec.output, request_.id);
  }

  std::optional<Failure> prepare(media::CommandInputs& inputs) {
    const auto& spec = request_.spec;
    if (const auto faults = media::check(spec); !faults.empty()) {
      return Failure{FailureClass::parameters, all_faults(faults)};
    }
    if (spec.input) {
      const auto facts = media::probe(host_, ffmpeg_, *spec.input, kProbe);
      if (!facts) return Failure{class_of_input(facts.error()), "the input: " + facts.error().text()};
      if (facts->video_codec.empty()) {
        return Failure{FailureClass::input, format("the input {} holds no picture to encode", *spec.input)};
      }
      inputs.source_rate = facts->rate;
      source_ = *facts;
    }
    auto encoder = media::choose_encoder(spec, request_.encoders);
    if (!encoder) {
      const bool askers_fault = encoder.error().kind() == base::ErrorKind::invalid;
      return Failure{askers_fault ? FailureClass::parameters : FailureClass::node, encoder.error().text()};
    }
    inputs.encoder = *std::move(encoder);
    if (auto fault = output_fault(host_.files, spec)) return fault;
    if (is_file()) inputs.target = temporary().string();
    if (is_stream()) inputs.target = spec.rtmp_url, inputs.pace = media::Pace::real_time;
    return std::nullopt;
  }

  Request workload(const media::CommandInputs& inputs) {
    Request out;
    out.id = request_.id, out.name = request_.name, out.kind = request_.kind;
    out.metered_as = request_.metered_as;
    out.tags = request_.tags;
    out.command = {ffmpeg_.ffmpeg, media::ffmpeg_arguments(request_.spec, inputs), child_environment(environment_), {}};
    out.reserved = request_.reserved;
    out.timeout = request_.timeout;
    out.log_file = request_.log_file;
    out.progress_pipe = Request::ProgressPipe::yes;
    if (is_stream()) out.stall = kStreamStall;
    out.signals = request_.signals;
    out.cancel = request_.cancel;
    out.on_progress = [this](const Live& live) {
      stream_check_.on_progress(live.progress);
      if (request_.on_progress) request_.on_progress(live);
    };
    return out;
  }

  void verify(jobs::Report& report) {
    const auto look = is_stream() ? stream_check_.answer() : std::nullopt;
    if (look && *look) report.made = **look;
    if (report.outcome.end != jobs::End::completed) return;
    if (is_file()) return verify_file(report);
    const auto verdict =
        look ? verdict_on(*look, report.progress ? report.progress->media_time : units::Seconds(0)) : StreamVerdict();
    if (verdict.arrived == StreamVerdict::Arrived::no) return fail(report, FailureClass::transient, verdict.text);
    if (verdict.arrived == StreamVerdict::Arrived::not_checked) report.caveats.push_back(verdict.text);
    if (look && verdict.arrived == StreamVerdict::Arrived::yes && !report.made->rate) {
      report.caveats.emplace_back(
          "not checked: the frame rate at the receiving end; too little of the stream was seen");
    }
    if (report.made) return judge_made(report, *report.made, source_);
    if (!report.progress || report.progress->frames == 0) {
      fail(report, FailureClass::internal, "ffmpeg ended without an error and without a single frame");
    }
  }

  void verify_file(jobs::Report& report) {
    const auto made = media::probe(host_, ffmpeg_, temporary().string(), kProbe);
    if (!made) return fail(report, FailureClass::internal, "the output cannot be read back: " + made.error().text());
    judge_made(report, *made, source_);
    if (report.outcome.end != jobs::End::completed) return;
    if (const auto synced = host_.files.sync_file(temporary()); !synced) {
      fail(report, FailureClass::node, "the output did not reach the disk: " + synced.error().text());
    }
  }

  os::Host& host_;
  meter::Meter& meter_;
  const media::Ffmpeg& ffmpeg_;
  const os::Environment& environment_;
  TranscodeRequest request_;
  units::WallTime started_;
  std::optional<media::MediaFacts> source_;  // of the input, where it is a file
  StreamCheck stream_check_;
};

}  // namespace

jobs::Report run_transcode(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg,
                           const os::Environment& environment, TranscodeRequest request) {
  return Transcode(host, meter, ffmpeg, environment, std::move(request))();
}

}  // namespace runner
