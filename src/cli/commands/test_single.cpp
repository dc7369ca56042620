// ffwatt test single: one stream in real time to an RTMP server, looked at from its receiving end, measured and saved.
// The parts are in cli/stream_test/; here is their order: everything that can be refused is refused before anything
// starts, and the row is on the disk before anything else happens.
#include <signal.h>

#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/make.h"
#include "cli/metering.h"
#include "cli/output.h"
#include "cli/stream_test/pause.h"
#include "cli/stream_test/phase_line.h"
#include "cli/stream_test/plan.h"
#include "cli/stream_test/receiving_end.h"
#include "cli/stream_test/results_writer.h"
#include "media/encoder_probe.h"
#include "relay/url.h"
#include "runner/run_transcode.h"
#include "units/format.h"

namespace cli {
namespace {

using base::format;
using stream_test::Paused;
using stream_test::PhaseLine;
using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt test single";
constexpr units::Seconds kEncoderProbe{10};

os::Path temporary_folder(const os::Environment& environment) {
  const auto* named = os::find(environment, "TMPDIR");
  return named && !named->empty() ? *named : "/tmp";
}

// An RTMP server of the test's own, and its folder, which goes after it.
class OwnServer {
 public:
  static base::Result<std::unique_ptr<OwnServer>> start(os::Host& host, const os::Environment& environment) {
    FFWATT_TRY(auto folder, host.files.make_unique_folder(temporary_folder(environment), "ffwatt-rtmp-"));
    std::unique_ptr<OwnServer> own(new OwnServer(host.files, std::move(folder)));
    FFWATT_TRY(own->server_, local::RtmpServer::start(host, environment, {.folder = own->folder_}));
    return own;
  }
  OwnServer(const OwnServer&) = delete;
  ~OwnServer() {
    server_.reset();
    (void)files_.remove_tree(folder_).ok();
  }
  local::RtmpServer& rtmp() { return *server_; }

 private:
  OwnServer(os::Files& files, os::Path folder) : files_(files), folder_(std::move(folder)) {}
  os::Files& files_;
  const os::Path folder_;
  std::unique_ptr<local::RtmpServer> server_;
};

// What a test works with, for as long as it runs: all that can be refused.
struct Bench {
  media::Ffmpeg ffmpeg;
  std::vector<media::EncoderState> encoders;
  std::unique_ptr<stream_test::ResultsWriter> results;
  std::unique_ptr<OwnServer> server;  // absent where the user has one
  Metering metering;
};

base::Result<Bench> prepare(Context& context, const options::Values& values, const stream_test::Plan& plan) {
  auto& host = context.host;
  FFWATT_TRY(auto ffmpeg, media::find_ffmpeg(host, values.text("ffmpeg"), context.environment));
  std::vector<media::EncoderState> encoders;
  if (const auto* facts = media::find_encoder(plan.spec.encoder))
    encoders.push_back(
        media::try_encoder(host, ffmpeg, context.environment, *facts, media::render_nodes(host), kEncoderProbe));
  FFWATT_TRY(const auto encoder, media::choose_encoder(plan.spec, encoders));
  FFWATT_TRY(auto results, stream_test::ResultsWriter::open(host, plan.output_folder));
  std::unique_ptr<OwnServer> server;
  if (plan.spec.rtmp_url.empty()) {
    FFWATT_TRY(server, OwnServer::start(host, context.environment));
  }
  FFWATT_TRY(auto metering, Metering::open(context, values));
  metering.warn(context, me);
  return Bench{std::move(ffmpeg), std::move(encoders), std::move(results), std::move(server), std::move(metering)};
}

class Test {
 public:
  Test(Context& context, const options::Values& values, stream_test::Plan plan, Bench bench)
      : context_(context),
        values_(values),
        plan_(std::move(plan)),
        bench_(std::move(bench)),
        id_(base::short_id(context.host.random.next())),
        line_(context.err, context.err_terminal,
              values.toggle("quiet") ? PhaseLine::Show::nothing : PhaseLine::Show::phases) {
    if (bench_.server) plan_.spec.rtmp_url = bench_.server->rtmp().url(id_);
  }

  int operator()() {
    if (plan_.baseline && measure_baseline(*plan_.baseline) == Paused::interrupted) return nothing_streamed("baseline");
    if (wait("stabilization", plan_.stabilization) == Paused::interrupted) return nothing_streamed("stabilization");
    const auto report = stream();
    if (const auto saved = bench_.results->add({report, baseline_}); !saved) {
      complain(context_, me, saved.error());
      show(report);
      return failed;
    }
    show(report);
    if (report.outcome.end == jobs::End::interrupted) return stopped();
    if (wait("cooldown", plan_.cooldown) == Paused::interrupted) return stopped();
    return report.outcome.end == jobs::End::completed ? ok : failed;
  }

 private:
  meter::Meter& meter() { return bench_.metering.meter(); }

  // The machine's power while nothing of ours runs: a workload without CPU time.
  Paused measure_baseline(units::Seconds length) {
    line_.begin("baseline", length);
    const auto handle = meter().begin({.name = "baseline", .control_group = {}, .reserved = 0});
    const auto paused = stream_test::pause(context_.host.clock, context_.signals, length, [&](auto now, auto passed) {
      line_.update(now, passed, "", meter().live(handle).power);
    });
    auto seen = meter().end(handle, units::Seconds(0));
    line_.end(units::text(seen.power));
    if (paused == Paused::whole) baseline_ = wire::Baseline{seen.power, length, std::move(seen.caveats)};
    return paused;
  }

  Paused wait(const std::string& phase, units::Seconds length) {
    if (length <= units::Seconds(0)) return Paused::whole;
    line_.begin(phase, length);
    const auto paused = stream_test::pause(context_.host.clock, context_.signals, length,
                                           [&](auto now, auto passed) { line_.update(now, passed, "", std::nullopt); });
    line_.end(paused == Paused::whole ? "done" : "interrupted");
    return paused;
  }

  // Whoever types a server's address means that server, wherever it is.
  runner::OutsideSettings outside() const {
    runner::OutsideSettings out;
    out.relay_program = context_.host.files.link_target("/proc/self/exe").value_or("");
    out.environment = context_.environment;
    if (const auto url = relay::parse_url(plan_.spec.rtmp_url)) out.policy.allow(url->host, url->port);
    return out;
  }

  jobs::Report stream() {
    auto* const own = bench_.server ? &bench_.server->rtmp() : nullptr;
    stream_test::ReceivingEnd receiver(context_.host, plan_.spec, own);
    runner::TranscodeRequest request;
    request.id = id_, request.name = plan_.name, request.kind = "test";
    request.spec = plan_.spec;
    request.sandbox = plan_.sandbox;
    request.outside = outside();
    request.encoders = bench_.encoders;
    request.signals = &context_.signals;
    request.check_stream = [&](const auto& play) { return receiver.look(play); };
    request.on_progress = [&](const runner::Live& live) {
      const auto& progress = live.progress;
      line_.update(context_.host.clock.boot(), progress ? progress->media_time : units::Seconds(0),
                   progress ? units::text(progress->rate) : "connecting", live.reading.power);
    };
    auto environment = context_.environment;
    environment.insert(environment.begin(), {{"FFWATT_RUN_ID", id_}, {"FFWATT_ITERATION", "1"}});
    line_.begin("stream", plan_.spec.duration);
    auto report = runner::run_transcode(context_.host, meter(), bench_.ffmpeg, environment, std::move(request));
    line_.end(std::string(jobs::name(report.outcome.end)));
    for (auto& caveat : receiver.caveats()) report.caveats.push_back(std::move(caveat));
    // ffmpeg only knows that nobody listens to it any more; why is in the server's own log.
    if (report.outcome.end == jobs::End::failed && own) {
      if (const auto alive = own->streams(); !alive) report.outcome.error += "; " + alive.error().text();
    }
    return report;
  }

  void show(const jobs::Report& report) {
    const bool quiet = values_.toggle("quiet");
    if (values_.toggle("json")) {
      context_.out << json::write(wire::encode(bench_.results->content()), json::Layout::indented) << "\n";
    } else if (!quiet) {
      auto unsaved = report;
      unsaved.id.clear();  // where it is saved is said below, when it is true
      context_.out << report::summary(unsaved, style_for(context_.out_terminal));
      if (baseline_) show(*baseline_);
    }
    context_.out.flush();
    // With -q or --json a script may look at nothing but stderr when it fails.
    if (report.outcome.end == jobs::End::failed && (quiet || values_.toggle("json")))
      context_.err << me << ": the stream failed: " << report.outcome.error << "\n";
    const auto kept = keep_run(context_, report);
    if (!kept) {
      context_.err << me << ": warning: this test is not in the list of runs: " << kept.error().text() << "\n";
    }
    if (!quiet) {
      const auto file = bench_.results->path().string();
      const auto& terminal = context_.err_terminal;
      if (kept) {
        context_.err << saved_words(terminal, format("{} and run {}", file, *kept),
                                    format("ffwatt report {} --out test.html", *kept));
      } else {
        context_.err << " saved " << file << "\n";
      }
    }
  }

  void show(const wire::Baseline& baseline) {
    context_.out << " Before the stream the machine drew " << units::text(baseline.power) << "\n";
    for (const auto& caveat : baseline.caveats) context_.out << " ! before the stream: " << caveat << "\n";
  }

  int stopped() const {
    const auto first = context_.signals.first();
    return 128 + (first ? first->number : SIGINT);
  }
  int nothing_streamed(std::string_view phase) {
    context_.err << me << ": stopped in the phase " << phase << "; nothing was streamed, nothing is saved\n";
    return stopped();
  }

  Context& context_;
  const options::Values& values_;
  stream_test::Plan plan_;
  Bench bench_;
  std::string id_;
  PhaseLine line_;
  std::optional<wire::Baseline> baseline_;
};

class TestSingle : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Send one stream to an RTMP server in real time, look at what arrives, and tell what it took. Without "
            "--rtmp-url the server is an nginx of the test's own. The row is saved in the results file whatever "
            "happens to the stream.",
        .examples = {"ffwatt test single --name test1 --bitrate 2000k --duration 60",
                     "ffwatt test single --bitrate 5M --resolution 1920x1080 --with-baseline",
                     "ffwatt test single --bitrate 3M --rtmp-url rtmp://media:1935/live/key --json"},
        .options = stream_test::plan_options()};
    shape.options.push_back({.flag = "json", .type = Type::toggle, .help = "Print the results file, on stdout"});
    shape.options.push_back({.flag = "quiet", .short_flag = 'q', .type = Type::toggle, .help = "Print errors only"});
    // No key: ./ffwatt.toml of a folder must not choose what is executed.
    shape.options.push_back({.flag = "ffmpeg",
                             .variable = "FFWATT_FFMPEG",
                             .type = Type::path,
                             .value_name = "PROGRAM",
                             .help = "Which ffmpeg to use",
                             .standard = "ffmpeg"});
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    return shape;
  }

  int run(Context& context, const options::Values& values) override {
    auto plan = stream_test::plan_of(values);
    if (!plan) return complain(context, me, plan.error());
    auto bench = prepare(context, values, *plan);
    if (!bench) return complain(context, me, bench.error());
    return Test(context, values, *std::move(plan), *std::move(bench))();
  }
};

}  // namespace

std::unique_ptr<Command> make::test_single() { return std::make_unique<TestSingle>(); }

}  // namespace cli
