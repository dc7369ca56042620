#include "runner/run_transcode.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/encoder_table.h"
#include "media/ffmpeg_child.h"
#include "media/target_check.h"
#include "runner/probe_inside.h"
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

// The rest is for what others write meanwhile, and for the agent's own records.
units::Bytes room_for(const os::Path& folder) {
  std::error_code failure;
  const auto space = std::filesystem::space(folder, failure);
  return failure ? units::Bytes(0) : units::Bytes(std::max(1.0, 0.95 * static_cast<double>(space.available)));
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
        stream_check_(look(), request_.spec.duration) {}

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
    blame_outside(report);
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
    if (auto failure = open_outside(inputs)) return failure;
    if (spec.input)
      if (auto failure = probe_input(inputs)) return failure;
    auto encoder = media::choose_encoder(spec, request_.encoders);
    if (!encoder) {
      const bool askers_fault = encoder.error().kind() == base::ErrorKind::invalid;
      return Failure{askers_fault ? FailureClass::parameters : FailureClass::node, encoder.error().text()};
    }
    inputs.encoder = *std::move(encoder);
    if (auto fault = output_fault(host_.files, spec)) return fault;
    if (is_file()) inputs.target = temporary().string();
    if (is_stream()) {
      inputs.target = stream_url_.empty() ? spec.rtmp_url : stream_url_;
      // rtmp://host:port/app: some servers choose by the name that they were called by.
      if (!stream_url_.empty())
        inputs.rtmp_server = spec.rtmp_url.substr(0, spec.rtmp_url.find('/', spec.rtmp_url.find('/', 7) + 1));
      inputs.pace = media::Pace::real_time;
    }
    return std::nullopt;
  }

  bool reads_the_web() const { return request_.spec.input && media::is_web_address(*request_.spec.input); }
  // A stream goes through the relay where it is contained; what the web sends always does.
  bool relays_stream() const { return is_stream() && request_.sandbox != sandbox::Mode::off; }

  std::optional<Failure> open_outside(media::CommandInputs& inputs) {
    std::vector<std::string> urls;
    if (reads_the_web()) urls.push_back(request_.spec.input.value_or(""));
    if (relays_stream()) urls.push_back(request_.spec.rtmp_url);
    if (urls.empty()) return std::nullopt;
    auto outside = Outside::open(host_, request_.sandbox, request_.outside, urls);
    if (!outside) {
      const auto kind = outside.error().kind();
      return Failure{kind == base::ErrorKind::invalid ? FailureClass::parameters
                     : kind == base::ErrorKind::retry ? FailureClass::transient
                                                      : FailureClass::node,
                     outside.error().text()};
    }
    outside_ = *std::move(outside);
    if (reads_the_web()) inputs.input_url = outside_->local_url(0);
    if (relays_stream()) stream_url_ = outside_->local_url(urls.size() - 1);
    return std::nullopt;
  }

  // Whatever ffmpeg saw is only a consequence of what the relay met.
  void blame_outside(jobs::Report& report) const {
    const auto fault = outside_ ? outside_->fault() : std::nullopt;
    const auto end = report.outcome.end;
    if (!fault || (end != jobs::End::failed && end != jobs::End::completed)) return;
    const auto ffmpegs = report.outcome.error;
    fail(report, class_of(*fault), ffmpegs.empty() ? fault->text : fault->text + "; " + ffmpegs);
  }

  static FailureClass class_of(const relay::Fault& fault) {
    switch (fault.of) {
      case relay::Fault::Of::parameters:
        return FailureClass::parameters;
      case relay::Fault::Of::input:
        return FailureClass::input;
      case relay::Fault::Of::network:
        break;
    }
    return FailureClass::transient;
  }

  std::optional<Failure> probe_input(media::CommandInputs& inputs) {
    const auto name = request_.spec.input.value_or("");
    const auto facts = probe_inside(host_, request_.sandbox, ffmpeg_,
                                    inputs.input_url.empty() ? name : inputs.input_url, kProbe, outside_.get());
    const auto fault = outside_ ? outside_->fault() : std::nullopt;
    if (!facts && fault) return Failure{class_of(*fault), "the input: " + fault->text};
    if (!facts) return Failure{class_of_input(facts.error()), "the input: " + facts.error().text()};
    if (facts->video_codec.empty())
      return Failure{FailureClass::input, format("the input {} holds no picture to encode", name)};
    inputs.source_rate = facts->rate;
    source_ = *facts;
    return std::nullopt;
  }

  // The look at the receiving end: by the same way as the stream itself.
  StreamCheck::Look look() {
    if (!request_.check_stream) return {};
    return [this] {
      return request_.check_stream([this](units::Seconds limit) {
        const auto& url = stream_url_.empty() ? request_.spec.rtmp_url : stream_url_;
        return probe_inside(host_, request_.sandbox, ffmpeg_, url, limit, outside_.get());
      });
    };
  }

  // All that this encode may touch.
  Containment containment(const media::CommandInputs& inputs) const {
    Containment out;
    out.mode = request_.sandbox;
    if (request_.spec.input && !reads_the_web()) out.bounds.readable.emplace_back(*request_.spec.input);
    if (outside_) outside_->allow(out.bounds);
    if (is_file()) {
      out.bounds.writable.push_back(temporary());
      out.bounds.file_size = room_for(temporary().parent_path());
    }
    const auto* encoder = media::find_encoder(inputs.encoder);
    if (encoder && encoder->device != media::Device::none) out.bounds.gpu = sandbox::Bounds::Gpu::yes;
    return out;
  }

  Request workload(const media::CommandInputs& inputs) {
    Request out;
    out.id = request_.id, out.name = request_.name, out.kind = request_.kind;
    out.metered_as = request_.metered_as;
    out.tags = request_.tags;
    out.command = {ffmpeg_.ffmpeg, media::ffmpeg_arguments(request_.spec, inputs), child_environment(environment_), {}};
    out.contained = containment(inputs);
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
    const auto made = probe_inside(host_, request_.sandbox, ffmpeg_, temporary().string(), kProbe, nullptr);
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
  std::unique_ptr<Outside> outside_;
  std::string stream_url_;    // by which the relay is reached; empty: the stream's own is used
  StreamCheck stream_check_;  // last: its thread uses the rest
};

}  // namespace

jobs::Report run_transcode(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg,
                           const os::Environment& environment, TranscodeRequest request) {
  return Transcode(host, meter, ffmpeg, environment, std::move(request))();
}

}  // namespace runner
