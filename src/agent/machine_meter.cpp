#include "agent/machine_meter.h"

#include <thread>

#include "base/format.h"
#include "meter/service.h"
#include "power_sources/agreement.h"

namespace agent {
namespace {

// Opening sensors takes milliseconds, counters that may stand still 10 ms; a loaded machine some more.
constexpr units::Seconds kStartLimit{3}, kLookAgain{0.02};
constexpr units::Seconds kHousekeeping{5};

}  // namespace

MachineMeter::MachineMeter(os::Host& host, const os::Environment& environment, os::Path own_program,
                           meter::MeterOptions options, std::vector<std::string> words, base::Log& log)
    : host_(host),
      environment_(environment),
      program_(std::move(own_program)),
      options_(std::move(options)),
      words_(std::move(words)),
      log_(log) {}

bool MachineMeter::connect() {
  for (const auto& socket : options_.known_sockets)
    if (auto meter = meter::RemoteMeter::connect(host_, socket)) {
      meter_ = *std::move(meter);
      return true;
    }
  return false;
}

void MachineMeter::ensure() {
  if (meter_ && meter_->alive()) return;
  meter_.reset();
  if (connect() || !options_.socket) return;
  launch(*options_.socket);
}

void MachineMeter::launch(const os::Path& socket) {
  os::SpawnSpec spec;
  spec.program = program_;
  spec.arguments = {"--meter"};
  spec.arguments.insert(spec.arguments.end(), words_.begin(), words_.end());
  spec.environment = environment_;
  // It outlives this agent and its terminal: a process group of its own, and nothing of ours but stderr's place.
  spec.descriptors = {{0, -1}, {1, -1}, {2, -1}};
  spec.group = os::SpawnSpec::Group::own;
  const auto child = host_.processes.spawn(spec);
  if (!child)
    return log_.warning("no meter of this machine could be started; each job measures by itself",
                        {{"why", child.error().text()}});
  const auto deadline = host_.clock.boot() + kStartLimit;
  while (!connect()) {
    const auto waited = (*child)->wait_until(host_.clock.boot() + kLookAgain);
    const auto ended = waited ? *waited : std::nullopt;
    // Two agents that start at once start two meters; one of them ends at once, and the other one serves both.
    if (ended && connect()) break;
    if (ended || host_.clock.boot() >= deadline)
      return log_.warning("no meter of this machine answers; each job measures by itself",
                          {{"socket", socket.string()},
                           {"why", ended ? base::format("it ended with {}", ended->code) : "it took too long"}});
  }
  log_.info("started the meter of this machine", {{"socket", socket.string()}});
}

base::Result<void> serve_meter(os::Host& host, const ServeMeterSettings& settings, os::SignalSet& signals,
                               base::Log& log) {
  if (!settings.meter.socket)
    return base::Error::invalid("--meter needs a socket that may be made: name one with --meter-socket");
  auto opened = power_sources::open_all(host, settings.energy);
  FFWATT_TRY(const auto service, meter::Service::start(host, std::move(opened.sources), settings.meter, log));
  const std::jthread check(
      [&](std::stop_token stop) { power_sources::log_agreement(host, settings.energy, log, stop); });
  for (;;) {
    const auto alone = service->server()->alone_since();
    const auto now = host.clock.boot();
    if (alone && now - *alone >= settings.patience) return {};
    const auto next = alone ? std::min(*alone + settings.patience, now + kHousekeeping) : now + kHousekeeping;
    if (signals.wait_until(next)) return {};
    service->housekeeping();
  }
}

}  // namespace agent
