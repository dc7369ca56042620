#include "cli/stream_test/test_run.h"

#include <signal.h>

#include <ostream>
#include <stop_token>
#include <thread>

#include "base/format.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/output.h"
#include "cli/stream_test/receiving_end.h"
#include "cli/stream_test/scoring.h"
#include "media/streams.h"
#include "relay/url.h"
#include "runner/run_transcode.h"
#include "units/format.h"

namespace cli::stream_test {
namespace {

using base::format;

bool is_good(const wire::ScenarioRow& row) { return row.report.outcome.end == jobs::End::completed; }

// Whoever types a server's address means that server, wherever it is.
runner::OutsideSettings outside_of(const Context& context, const std::string& rtmp_url) {
  runner::OutsideSettings out;
  out.relay_program = context.host.files.link_target("/proc/self/exe").value_or("");
  out.environment = context.environment;
  if (const auto url = relay::parse_url(rtmp_url)) out.policy.allow(url->host, url->port);
  return out;
}

}  // namespace

TestRun::TestRun(Context& context, Telling telling, Plan plan, Workbench bench)
    : context_(context),
      telling_(telling),
      plan_(std::move(plan)),
      bench_(std::move(bench)),
      line_(context.err, context.err_terminal, telling.quiet ? PhaseLine::Show::nothing : PhaseLine::Show::phases) {}

int TestRun::operator()() {
  if (plan_.baseline && measure_baseline(*plan_.baseline) == Paused::interrupted) {
    context_.err << telling_.program << ": stopped in the phase baseline; nothing was streamed, nothing is saved\n";
    return stopped();
  }
  for (std::size_t i = 0; i < plan_.scenarios.size(); ++i)
    if (const auto code = run_one(i)) return *code;
  return finish();
}

// Of one scenario the phases have their own names, of several each says which it is.
std::string TestRun::phase(std::string_view name) const {
  return several() ? format("{}/{} {}", current_ + 1, plan_.scenarios.size(), name) : std::string(name);
}

// Nothing where the test goes on.
std::optional<int> TestRun::run_one(std::size_t index) {
  current_ = index;
  const auto& scenario = plan_.scenarios[index];
  if (bench_.results->done().contains(static_cast<int>(index) + 1)) return std::nullopt;
  if (several()) line_.say(format("{}/{} {}", index + 1, plan_.scenarios.size(), scenario.name));
  if (wait("stabilization", scenario.stabilization) == Paused::interrupted) {
    context_.err << telling_.program << ": stopped in the phase stabilization; "
                 << (rows_.empty() ? "nothing was streamed, nothing is saved" : "what was streamed is saved") << "\n";
    return stopped();
  }
  if (const auto code = scenario.type == Scenario::Type::baseline ? run_baseline(scenario) : run_streams(scenario))
    return code;
  if (wait("cooldown", scenario.cooldown) == Paused::interrupted) return stopped();
  return std::nullopt;
}

std::optional<int> TestRun::run_baseline(const Scenario& scenario) {
  wire::ScenarioRow row;
  auto& report = row.report;
  report.id = base::short_id(context_.host.random.next());
  report.name = scenario.name, report.kind = "test";
  report.node = std::string(
      base::trim(context_.host.files.read(context_.host.root.path("/proc/sys/kernel/hostname")).value_or("")));
  report.timings.started = context_.host.clock.wall();
  const auto length = scenario.spec.duration.value_or(units::Seconds(0));
  if (measure_baseline(length) == Paused::interrupted) {
    context_.err << telling_.program << ": stopped in the baseline '" << scenario.name << "', which is not saved\n";
    return stopped();
  }
  report.timings.ended = context_.host.clock.wall();
  report.timings.elapsed = length;
  if (baseline_) report.power = baseline_->power, report.caveats = baseline_->caveats;
  row.baseline = baseline_;
  row.number = static_cast<int>(current_) + 1, row.type = name(scenario.type), row.description = scenario.description;
  return save(row);
}

std::optional<int> TestRun::run_streams(const Scenario& scenario) {
  wire::ScenarioRow row;
  row.report = stream(scenario);
  row.baseline = baseline_;
  if (several()) row.number = static_cast<int>(current_) + 1;
  if (several() || scenario.type == Scenario::Type::multi) row.type = name(scenario.type);
  row.description = scenario.description, row.quality_target = scenario.quality_target;
  if (const auto code = save(row)) return code;
  const bool scores = plan_.compute_quality || !scenario.quality_target.empty();
  if (scores && is_good(row)) {
    score(scenario, row);
    rows_.back() = row;
    if (const auto saved = bench_.results->replace(row); !saved)
      return complain(context_, telling_.program, saved.error());
  }
  show(row);
  return row.report.outcome.end == jobs::End::interrupted ? std::optional(stopped()) : std::nullopt;
}

// The machine's power while nothing of ours runs: a workload without CPU time.
Paused TestRun::measure_baseline(units::Seconds length) {
  line_.begin(phase("baseline"), length);
  const auto handle = meter().begin({.name = "baseline", .control_group = {}, .reserved = 0});
  const auto paused = pause(context_.host.clock, context_.signals, length,
                            [&](auto now, auto passed) { line_.update(now, passed, "", meter().live(handle).power); });
  auto seen = meter().end(handle, units::Seconds(0));
  line_.end(units::text(seen.power));
  if (paused == Paused::whole) baseline_ = wire::Baseline{seen.power, length, std::move(seen.caveats)};
  return paused;
}

Paused TestRun::wait(std::string_view name, units::Seconds length) {
  if (length <= units::Seconds(0)) return Paused::whole;
  line_.begin(phase(name), length);
  const auto paused = pause(context_.host.clock, context_.signals, length,
                            [&](auto now, auto passed) { line_.update(now, passed, "", std::nullopt); });
  line_.end(paused == Paused::whole ? "done" : "interrupted");
  return paused;
}

jobs::Report TestRun::stream(const Scenario& scenario) {
  auto* const own = bench_.server ? &bench_.server->rtmp() : nullptr;
  ReceivingEnd receiver(context_.host, own);
  runner::TranscodeRequest request;
  request.id = base::short_id(context_.host.random.next()), request.name = scenario.name, request.kind = "test";
  request.spec = scenario.spec;
  request.spec.rtmp_url = own ? own->url(request.id) : plan_.rtmp_url;
  request.sandbox = plan_.sandbox;
  request.outside = outside_of(context_, request.spec.rtmp_url);
  request.encoders = bench_.encoders;
  request.check_stream = [&](const auto& play, const auto& one) { return receiver.look(play, one); };
  request.on_progress = [&](const runner::Live& live) {
    const auto& progress = live.progress;
    line_.update(context_.host.clock.boot(), progress ? progress->media_time : units::Seconds(0),
                 progress ? units::text(progress->rate) : "connecting", live.reading.power);
  };
  const auto streams = media::streams_of(request.spec);
  line_.begin(phase("stream"), scenario.spec.duration);
  auto report = send(std::move(request));
  line_.end(std::string(jobs::name(report.outcome.end)));
  for (auto& caveat : receiver.caveats(streams)) report.caveats.push_back(std::move(caveat));
  // ffmpeg only knows that nobody listens to it any more; why is in the server's own log.
  if (report.outcome.end == jobs::End::failed && own) {
    if (const auto alive = own->streams(); !alive) report.outcome.error += "; " + alive.error().text();
  }
  return report;
}

// One stream takes the signals itself. Of several each has a process group of its own, so a signal is told to all of
// them as a request to stop.
jobs::Report TestRun::send(runner::TranscodeRequest request) {
  auto environment = context_.environment;
  environment.insert(environment.begin(), {{"FFWATT_RUN_ID", request.id}, {"FFWATT_ITERATION", "1"}});
  const auto run = [&] {
    return runner::run_transcode(context_.host, meter(), bench_.ffmpeg, environment, std::move(request));
  };
  if (media::streams_of(request.spec).size() == 1) {
    request.signals = &context_.signals;
    return run();
  }
  std::stop_source cancel;
  request.cancel = cancel.get_token();
  jobs::Report report;
  {
    const std::jthread listener([&](const std::stop_token& over) {
      constexpr units::Seconds between_looks{0.2};
      while (!over.stop_requested())
        if (context_.signals.wait_until(context_.host.clock.boot() + between_looks)) {
          cancel.request_stop();
          return;
        }
    });
    report = run();
  }
  if (report.outcome.end == jobs::End::canceled && context_.signals.first()) {
    report.outcome.end = jobs::End::interrupted, report.outcome.failure = jobs::FailureClass::interruption;
    report.outcome.error = "stopped by a signal";
  }
  return report;
}

void TestRun::score(const Scenario& scenario, wire::ScenarioRow& row) {
  line_.begin(phase("quality"), std::nullopt);
  std::set<media::Metric> metrics{media::Metric::psnr, media::Metric::ssim, media::Metric::vmaf};
  for (const auto& [metric, least] : scenario.quality_target) metrics.insert(metric);
  Scoring scoring(context_, meter(), bench_.ffmpeg, bench_.encoders, plan_.sandbox);
  row.scores = scoring(scenario.spec, {metrics.begin(), metrics.end()});
  line_.end("done");
}

std::optional<int> TestRun::save(const wire::ScenarioRow& row) {
  rows_.push_back(row);
  const auto saved = bench_.results->add(row);
  if (saved) return std::nullopt;
  const int code = complain(context_, telling_.program, saved.error());
  show(row);
  return code == ok ? failed : code;
}

void TestRun::show(const wire::ScenarioRow& row) {
  const auto& report = row.report;
  if (!telling_.json && !telling_.quiet && !several()) {
    auto unsaved = report;
    unsaved.id.clear();  // where it is saved is said below, when it is true
    context_.out << report::summary(unsaved, style_for(context_.out_terminal));
    if (row.baseline) show_baseline(*row.baseline);
    for (const auto& line : score_lines(row)) context_.out << " " << line << "\n";
    context_.out.flush();
  } else if (several()) {
    line_.say(format("{}/{} {}: {}{}", current_ + 1, plan_.scenarios.size(), report.name,
                     jobs::name(report.outcome.end), report.outcome.error.empty() ? "" : ": " + report.outcome.error));
  }
  // With -q or --json a script may look at nothing but stderr when it fails.
  if (report.outcome.end == jobs::End::failed && (telling_.quiet || telling_.json))
    context_.err << telling_.program << ": " << (several() ? format("'{}'", report.name) : "the stream")
                 << " failed: " << report.outcome.error << "\n";
  const auto kept = keep_run(context_, report);
  if (!kept)
    context_.err << telling_.program << ": warning: this test is not in the list of runs: " << kept.error().text()
                 << "\n";
  if (telling_.json && !several())
    context_.out << json::write(bench_.results->content(), json::Layout::indented) << "\n";
  if (!several()) tell_where(kept ? *kept : std::string());
}

void TestRun::show_baseline(const wire::Baseline& baseline) {
  context_.out << " Before the stream the machine drew " << units::text(baseline.power) << "\n";
  for (const auto& caveat : baseline.caveats) context_.out << " ! before the stream: " << caveat << "\n";
}

void TestRun::tell_where(const std::string& run) {
  if (telling_.quiet) return;
  const auto file = bench_.results->path().string();
  if (!run.empty())
    context_.err << saved_words(context_.err_terminal, format("{} and run {}", file, run),
                                format("ffwatt report {} --out test.html", run));
  else
    context_.err << " saved " << file << "\n";
}

int TestRun::finish() {
  std::size_t bad = 0;
  std::string missed, untold;
  std::vector<jobs::Report> reports;
  for (const auto& row : rows_) {
    if (!is_good(row)) ++bad;
    if (row.report.spec) reports.push_back(row.report);
    std::string why;
    const auto reached = wire::reaches_target(row, why);
    const bool asked = is_good(row) && !row.quality_target.empty();
    if (asked && !reached)
      untold += format("{}: '{}': the quality target: {}\n", telling_.program, row.report.name, why);
    if (reached && !*reached) missed += format("{}: '{}': {}\n", telling_.program, row.report.name, why);
  }
  if (several()) {
    if (telling_.json)
      context_.out << json::write(bench_.results->content(), json::Layout::indented) << "\n";
    else if (!telling_.quiet && !reports.empty())
      context_.out << report::energy_table(reports, style_for(context_.out_terminal));
    if (!telling_.quiet)
      context_.err << saved_words(context_.err_terminal, bench_.results->path().string(),
                                  format("ffwatt analyze {}", bench_.results->path().string()));
  }
  context_.err << missed << untold;
  if (bad > 0) return bad == rows_.size() ? failed : partial;
  return !missed.empty() ? gate : !untold.empty() ? failed : ok;
}

int TestRun::stopped() {
  if (several() && !telling_.quiet)
    context_.err << telling_.program << ": " << bench_.results->done().size() << " of " << plan_.scenarios.size()
                 << " scenarios are done, in " << bench_.results->path().string()
                 << "; the same command line with --resume goes on\n";
  const auto first = context_.signals.first();
  return 128 + (first ? first->number : SIGINT);
}

}  // namespace cli::stream_test
