#include "agent/run_one.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "agent/capabilities.h"
#include "agent/spool.h"
#include "base/format.h"
#include "media/encoders.h"
#include "meter/local_meter.h"
#include "meter/remote_meter.h"
#include "net/http_client.h"
#include "os/machine.h"
#include "os/signals.h"
#include "power_sources/sources.h"
#include "runner/run_transcode.h"

namespace agent {
namespace {

double reserved_share(const wire::Offer& offer, const RunOneSettings& settings, int machine_threads) {
  const auto& threads = offer.job.submission.spec.threads;
  if (threads && machine_threads > 0) return std::min(1.0, static_cast<double>(*threads) / machine_threads);
  return 1.0 / std::max(1, settings.slots);
}

// Hours of work end in this file. A full disk is often emptied: the runner stays, and with it its lock and its lease,
// for ten minutes. Where the folder has gone nobody waits for it.
base::Result<void> put_report_patiently(os::Host& host, const os::Path& folder, const jobs::Report& report,
                                        base::Log& log) {
  for (int i = 0;; ++i) {
    auto put = Spool::put_report(host.files, folder, report);
    if (put || put.error().kind() == base::ErrorKind::absent || i == 60) return put;
    log.error("the report cannot be written; trying again", {{"why", put.error().text()}});
    (void)host.clock.sleep_until(host.clock.boot() + units::Seconds(10), {});
  }
}

// The one that everybody asks; where nobody answers, what this process may read.
std::unique_ptr<meter::Meter> meter_of_machine(os::Host& host, const RunOneSettings& settings, base::Log& log) {
  for (const auto& socket : settings.meter.known_sockets)
    if (auto remote = meter::RemoteMeter::connect(host, socket)) return *std::move(remote);
  auto opened = power_sources::open_all(host, settings.energy);
  auto own = meter::local_settings(host.files, settings.meter, log);
  if (!opened.why_none.empty()) own.why_no_source = std::move(opened.why_none);
  auto local = std::make_unique<meter::LocalMeter>(host, std::move(opened.sources), std::move(own));
  local->start();
  return local;
}

}  // namespace

RunOneSettings run_one_settings(const Settings& settings) {
  return {*settings.run_one,
          settings.slots,
          settings.sandbox,
          settings.destinations,
          settings.input_ca_file,
          settings.energy,
          settings.meter,
          settings.rates,
          Roots(settings.roots),
          settings.output_folder,
          encoders_file(settings.state_folder)};
}

jobs::Report nothing_ran(const wire::Offer& offer, jobs::FailureClass failure, std::string why, units::WallTime now,
                         std::string why_no_energy) {
  jobs::Report report;
  report.id = offer.job.id.text();
  report.name = offer.job.submission.name;
  report.kind = "job";
  report.spec = offer.job.submission.spec;
  report.outcome = {jobs::End::failed, failure, std::move(why), {}, {}};
  report.timings.started = report.timings.ended = now;
  report.energy.push_back({jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::machine,
                                                                                           std::move(why_no_energy))});
  return report;
}

base::Result<void> run_one(os::Host& host, const os::Environment& environment, const RunOneSettings& settings,
                           os::SignalSet& signals, base::Log& log) {
  FFWATT_TRY(const auto lock, Spool::runner_lock(host.files, settings.folder));
  FFWATT_TRY(const auto offer, Spool::offer_in(host.files, settings.folder));
  if (host.files.exists(settings.folder / "report.json"))
    return base::Error::failed("this attempt has its report already; nothing was run");
  const auto machine = os::machine_facts(host.files, host.root);
  const pid_t self = host.processes.own_pid();
  FFWATT_TRY(const auto ticks, host.processes.start_ticks(self));
  FFWATT_CHECK(Spool::put_runner(host.files, settings.folder, {self, ticks, machine ? machine->boot_id : "unknown"}));

  const auto finish = [&](jobs::Report report) {
    report.id = offer.job.id.text();
    report.name = offer.job.submission.name;
    report.kind = "job";
    report.tags = offer.job.submission.labels;
    report.rates = settings.rates;
    return put_report_patiently(host, settings.folder, report, log);
  };

  const auto ffmpeg = media::find_ffmpeg(host, "ffmpeg", environment);
  if (!ffmpeg) return finish(nothing_ran(offer, jobs::FailureClass::node, ffmpeg.error().text(), host.clock.wall()));

  // What the agent tried is what counts. Without it (another ffmpeg since, no disk) the master's word must do: it
  // offers a job only where its encoder was tried, and ffmpeg's own refusal is a failure of class node.
  auto encoders = kept_encoders(host.files, settings.encoders, ffmpeg->build);
  if (!encoders) {
    encoders = media::known_encoders();
    for (auto& encoder : *encoders) encoder.works = media::EncoderState::Works::yes;
  }
  if (const auto admitted = settings.roots.admit(host.files, offer.job.submission.spec, settings.output_folder);
      !admitted) {
    const auto failure =
        admitted.error().kind() == base::ErrorKind::absent ? jobs::FailureClass::node : jobs::FailureClass::parameters;
    return finish(nothing_ran(offer, failure, admitted.error().text(), host.clock.wall()));
  }

  const auto meter = meter_of_machine(host, settings, log);

  // Signals become a stop request; which one it was decides how the report calls it.
  std::stop_source cancel;
  std::atomic<int> received = 0;
  std::jthread listener([&](std::stop_token stop) {
    while (!stop.stop_requested()) {
      const auto event = signals.wait_until(host.clock.boot() + units::Seconds(0.2));
      if (!event) continue;
      received = event->number;
      cancel.request_stop();
      return;
    }
  });

  runner::TranscodeRequest request;
  request.id = run_id(offer.lease);
  request.metered_as = offer.job.id.text();
  request.name = offer.job.submission.name;
  request.kind = "job";
  request.spec = offer.job.submission.spec;
  request.sandbox = settings.sandbox;
  request.outside = {host.files.link_target("/proc/self/exe").value_or(""), settings.destinations, settings.ca_file,
                     environment};
  request.reserved = reserved_share(offer, settings, machine ? machine->threads : 0);
  request.timeout = offer.job.submission.timeout;
  request.log_file = settings.folder / "ffmpeg.log";
  request.cancel = cancel.get_token();
  request.on_progress = [&](const runner::Live& live) {
    const auto put = Spool::put_progress(
        host.files, settings.folder,
        {offer.lease, live.progress, live.reading.energy, live.reading.power, live.elapsed, live.fraction});
    if (!put) log.debug("progress was not written", {{"why", put.error().text()}});
  };
  if (request.spec.output_mode == media::OutputMode::rtmp)
    request.check_stream = [](const auto& play, const auto&) { return play(units::Seconds(15)); };
  request.repetitions = jobs::parse_confidence(offer.job.submission.confidence).value_or(jobs::Repetitions{});
  request.scratch = settings.folder;
  request.on_repetition = [&](const std::vector<jobs::Piece>& pieces) {
    const auto put = Spool::put_samples(host.files, settings.folder, pieces);
    if (!put) log.warning("a repetition was not kept in the spool", {{"why", put.error().text()}});
  };
  request.encoders = *std::move(encoders);

  jobs::Report report = runner::run_transcode(host, *meter, *ffmpeg, environment, std::move(request));
  listener.request_stop();
  if (received == SIGTERM && report.outcome.end == jobs::End::canceled) {
    report.outcome.end = jobs::End::interrupted;
    report.outcome.failure = jobs::FailureClass::interruption;
    report.outcome.error = "the job was given back while it ran: its agent or its machine ended";
  }
  return finish(std::move(report));
}

}  // namespace agent
