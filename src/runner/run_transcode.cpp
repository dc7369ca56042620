#include "runner/run_transcode.h"

#include <algorithm>
#include <thread>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/encoder_table.h"
#include "media/ffmpeg_child.h"
#include "media/streams.h"
#include "media/target_check.h"
#include "runner/ffmpeg_failure.h"
#include "runner/probe_inside.h"
#include "runner/repeated.h"
#include "runner/scoring.h"
#include "runner/stream_check.h"
#include "runner/streams.h"
#include "runner/transcode_checks.h"

namespace runner {
namespace {

using base::format;
using jobs::FailureClass;
using media::OutputMode;

// ffprobe reads at most 5 MB of a file; a disk that needs longer for that is broken.
constexpr units::Seconds kProbe{30};

// Live streams are stuck sooner than files: nobody watches a picture that stands.
constexpr units::Seconds kStreamStall{20};

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

// One command (or the two of two passes), whatever number of renditions it makes.
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
        all_(media::renditions(request_.spec)),
        stream_check_(look(), request_.spec.duration) {}

  jobs::Report operator()() {
    media::CommandInputs inputs;
    if (auto failure = prepare(inputs)) return not_run(host_, request_, started_, *std::move(failure));
    auto result = run_workload(host_, meter_, workload(inputs));
    if (!result) {
      discard_outputs();
      return not_run(host_, request_, started_, {FailureClass::node, result.error().text()});
    }
    auto& report = *result;
    report.spec = request_.spec;
    note_encoders(*report.spec);
    report.timings.started = started_;
    if (!is_ladder()) report.output = is_file() ? request_.spec.output : is_stream() ? request_.spec.rtmp_url : "";
    blame_outside(report);
    verify(report);
    if (report.outcome.end == jobs::End::completed && !request_.spec.quality.empty()) add_scores(report);
    if (report.outcome.end != jobs::End::completed) discard_outputs();
    return std::move(report);
  }

 private:
  bool is_file() const { return request_.spec.output_mode == OutputMode::file; }
  bool is_stream() const { return request_.spec.output_mode == OutputMode::rtmp; }
  bool is_ladder() const { return !request_.spec.outputs.empty(); }
  bool reads_the_web() const { return request_.spec.input && media::is_web_address(*request_.spec.input); }
  // A stream goes through the relay where it is contained; what the web sends always does.
  bool relays_stream() const { return is_stream() && request_.sandbox != sandbox::Mode::off; }

  // The look at the receiving end: by the same way as the stream itself.
  StreamCheck::Look look() {
    if (!request_.check_stream) return {};
    return [this] {
      const auto play = [this](units::Seconds limit) {
        const auto& url = stream_url_.empty() ? request_.spec.rtmp_url : stream_url_;
        return probe_inside(host_, request_.sandbox, ffmpeg_, url, limit, outside_.get());
      };
      return request_.check_stream(play, request_.spec);
    };
  }
  void discard_outputs() {
    for (const auto& name : media::output_files(request_.spec)) discard(host_.files, name, request_.id);
  }

  std::optional<Failure> prepare(media::CommandInputs& inputs) {
    const auto& spec = request_.spec;
    if (const auto faults = media::check(spec); !faults.empty())
      return Failure{FailureClass::parameters, all_faults(faults)};
    if (auto failure = open_outside(inputs)) return failure;
    if (spec.input)
      if (auto failure = probe_input(inputs)) return failure;
    for (const auto& one : all_) {
      auto encoder = media::choose_encoder(one, request_.encoders);
      if (!encoder) {
        const bool askers_fault = encoder.error().kind() == base::ErrorKind::invalid;
        return Failure{askers_fault ? FailureClass::parameters : FailureClass::node, encoder.error().text()};
      }
      std::string target = is_stream() ? (stream_url_.empty() ? spec.rtmp_url : stream_url_) : "";
      if (is_file()) target = temporary_output(one.output, request_.id).string();
      targets_.push_back({*std::move(encoder), std::move(target)});
    }
    if (source_)
      if (auto fault = source_fault(spec, *source_, targets_)) return fault;
    if (auto fault = output_fault(host_.files, spec)) return fault;
    if (media::runs_twice(spec, targets_) && !request_.scratch)
      return Failure{FailureClass::internal, "two passes need a folder for their notes, and there is none"};
    if (media::runs_twice(spec, targets_))
      if (const auto made = host_.files.make_folders(notes()); !made)
        return Failure{FailureClass::node, "the folder for the notes between two passes: " + made.error().text()};
    inputs.ladder = targets_;
    if (is_stream()) inputs.pace = media::Pace::real_time;
    // rtmp://host:port/app: some servers choose by the name that they were called by.
    if (!stream_url_.empty())
      inputs.rtmp_server = spec.rtmp_url.substr(0, spec.rtmp_url.find('/', spec.rtmp_url.find('/', 7) + 1));
    for (const auto& target : targets_)
      for (const auto& state : request_.encoders)
        if (state.name == target.encoder && !state.device.empty()) inputs.render_node = state.device;
    return std::nullopt;
  }

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
    inputs.source_rate = facts->rate;
    source_ = *facts;
    return std::nullopt;
  }

  os::Path notes() const { return request_.scratch.value_or("") / "passes"; }

  // All that this encode may touch.
  Containment containment() const {
    Containment out;
    out.mode = request_.sandbox;
    if (request_.spec.input && !reads_the_web()) out.bounds.readable.emplace_back(*request_.spec.input);
    if (outside_) outside_->allow(out.bounds);
    for (const auto& name : media::output_files(request_.spec)) {
      out.bounds.writable.push_back(temporary_output(name, request_.id));
      out.bounds.file_size = room_for(os::Path(name).parent_path());
    }
    if (media::runs_twice(request_.spec, targets_)) out.bounds.writable.push_back(notes());
    for (const auto& target : targets_) {
      const auto* encoder = media::find_encoder(target.encoder);
      if (encoder && encoder->device != media::Device::none) out.bounds.gpu = sandbox::Bounds::Gpu::yes;
    }
    return out;
  }

  void note_encoders(media::TranscodeSpec& spec) const {
    if (!is_ladder()) spec.encoder = targets_.front().encoder;
    for (std::size_t i = 0; i < spec.outputs.size(); ++i) spec.outputs[i].encoder = targets_[i].encoder;
  }

  Request workload(media::CommandInputs inputs) {
    Request out;
    out.id = request_.id + request_.part, out.name = request_.name, out.kind = request_.kind;
    out.metered_as = request_.metered_as;
    out.tags = request_.tags;
    if (media::runs_twice(request_.spec, targets_)) {
      inputs.pass = media::Pass::first;
      out.before.push_back(command(inputs));
      inputs.pass = media::Pass::second;
    }
    out.command = command(inputs);
    out.contained = containment();
    out.reserved = request_.reserved;
    out.timeout = request_.timeout;
    out.log_file = request_.log_file;
    out.progress_pipe = Request::ProgressPipe::yes;
    if (is_stream()) out.stall = kStreamStall;
    out.signals = request_.signals;
    out.cancel = request_.cancel;
    out.on_progress = [this, commands = out.before.size() + 1, length = length_of(request_.spec, source_)](Live live) {
      stream_check_.on_progress(live.progress);
      if (length && live.progress) {
        const double of_this = std::clamp(live.progress->media_time / *length, 0.0, 1.0);
        live.fraction = (live.command - 1 + of_this) / static_cast<double>(commands);
      }
      if (request_.on_progress) request_.on_progress(live);
    };
    return out;
  }

  Command command(const media::CommandInputs& inputs) const {
    Command out{ffmpeg_.ffmpeg, media::ffmpeg_arguments(request_.spec, inputs), child_environment(environment_), {}};
    // The notes between two passes lie in it.
    if (inputs.pass != media::Pass::only) out.folder = notes();
    return out;
  }

  void verify(jobs::Report& report) {
    const auto look = is_stream() ? stream_check_.answer() : std::nullopt;
    if (look && *look) report.made = **look;
    if (report.outcome.end != jobs::End::completed) return;
    if (const auto damage = request_.spec.input ? damage_in(report.log_tail) : std::string(); !damage.empty())
      return fail(
          report, FailureClass::input,
          format("the input {} is damaged, and what was made of it is not kept: {}; repair it, or leave the bad "
                 "part out by start and duration",
                 request_.spec.input.value_or(""), damage));
    if (is_file()) return verify_files(report);
    const auto verdict =
        look ? verdict_on(*look, report.progress ? report.progress->media_time : units::Seconds(0)) : StreamVerdict();
    if (verdict.arrived == StreamVerdict::Arrived::no) return fail(report, FailureClass::transient, verdict.text);
    if (verdict.arrived == StreamVerdict::Arrived::not_checked) report.caveats.push_back(verdict.text);
    if (look && verdict.arrived == StreamVerdict::Arrived::yes && !report.made->rate) {
      report.caveats.emplace_back(
          "not checked: the frame rate at the receiving end; too little of the stream was seen");
    }
    if (report.made) return judge(report, *report.spec, *report.made, "");
    if (!report.progress || report.progress->frames == 0) {
      fail(report, FailureClass::internal, "ffmpeg ended without an error and without a single frame");
    }
  }

  void judge(jobs::Report& report, const media::TranscodeSpec& asked, const media::MediaFacts& made,
             const std::string& of) {
    const auto wrong = media::differences(asked, made, source_ ? &*source_ : nullptr);
    if (!wrong.empty())
      fail(report, FailureClass::internal, of + "what was made is not what was asked for: " + base::join(wrong, "; "));
    if (source_ && media::is_hdr(*source_) && made.pixel_format == "yuv420p")
      report.caveats.push_back(
          of + "the input is HDR, which 8 bits show with bands; ask for pixel_format yuv420p10le to keep it");
  }

  // Each rendition by itself: the first that is not what was asked for ends it.
  void verify_files(jobs::Report& report) {
    for (std::size_t i = 0; i < all_.size() && report.outcome.end == jobs::End::completed; ++i) {
      const auto temporary = temporary_output(all_[i].output, request_.id);
      const auto of = is_ladder() ? format("rendition {} ({}): ", i + 1, all_[i].output) : std::string();
      const auto made = probe_inside(host_, request_.sandbox, ffmpeg_, temporary.string(), kProbe, nullptr);
      if (!made) {
        fail(report, FailureClass::internal, of + "the output cannot be read back: " + made.error().text());
      } else {
        if (!is_ladder()) report.made = *made;
        judge(report, all_[i], *made, of);
      }
      if (report.outcome.end == jobs::End::completed)
        if (const auto synced = host_.files.sync_file(temporary); !synced)
          fail(report, FailureClass::node, of + "the output did not reach the disk: " + synced.error().text());
      if (is_ladder()) add_piece(report, i, made);
    }
  }

  // The encode is done and counted: what comes now is in none of its figures. A picture that could not be scored is no
  // failure of the encode.
  void add_scores(jobs::Report& report) {
    const auto cores = std::max(1u, std::thread::hardware_concurrency());
    ScoringRequest request;
    request.id = request_.id + request_.part, request.spec = request_.spec;
    request.made = temporary_output(request_.spec.output, request_.id);
    request.sandbox = request_.sandbox, request.reserved = request_.reserved;
    request.threads = std::max(1, static_cast<int>(request_.reserved * cores));
    request.limit = request_.timeout, request.cancel = request_.cancel;
    report.scoring = score(host_, meter_, ffmpeg_, request);
    if (!report.scoring->reason.empty())
      report.caveats.push_back("the picture was not scored: " + report.scoring->reason);
    for (const auto& one : report.scoring->quality.scores)
      if (!one.pooled) report.caveats.push_back(format("{} was not scored: {}", name(one.metric), one.reason));
  }

  void add_piece(jobs::Report& report, std::size_t i, const base::Result<media::MediaFacts>& made) {
    jobs::Piece piece{jobs::Piece::Kind::rendition, static_cast<int>(i) + 1};
    piece.end = report.outcome.end, piece.error = report.outcome.error;
    piece.output = all_[i].output;
    if (made) piece.made = *made, piece.frames = made->frames;
    report.pieces.push_back(std::move(piece));
  }

  os::Host& host_;
  meter::Meter& meter_;
  const media::Ffmpeg& ffmpeg_;
  const os::Environment& environment_;
  TranscodeRequest request_;
  units::WallTime started_;
  std::vector<media::TranscodeSpec> all_;    // what is made: more than one of a ladder
  std::vector<media::Target> targets_;       // of each
  std::optional<media::MediaFacts> source_;  // of the input, where there is one
  std::unique_ptr<Outside> outside_;
  std::string stream_url_;    // by which the relay is reached; empty: the stream's own is used
  StreamCheck stream_check_;  // last: its thread uses the rest
};

}  // namespace

jobs::Report run_transcode(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg,
                           const os::Environment& environment, TranscodeRequest request) {
  const auto run = [&](TranscodeRequest one) { return Transcode(host, meter, ffmpeg, environment, std::move(one))(); };
  const auto run_all = [&](TranscodeRequest one) {
    auto together = media::streams_of(one.spec);
    if (together.size() > 1) return run_streams(host, std::move(one), run);
    one.spec = std::move(together.front());
    return run(std::move(one));
  };
  return request.repetitions.one() ? run_all(std::move(request)) : run_repeated(host, std::move(request), run_all);
}

}  // namespace runner
