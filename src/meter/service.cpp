#include "meter/service.h"

#include <algorithm>

#include "base/format.h"
#include "meter/calibration_file.h"
#include "units/format.h"

namespace meter {
namespace {

constexpr units::Seconds kKeepEvery{600};

}  // namespace

Service::Service(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, const MeterOptions& options,
                 base::Log& log)
    : host_(host),
      log_(log),
      options_(options),
      meter_(host, std::move(sources), local_settings(host.files, options, log)),
      nightly_(options.calibrate_at),
      saved_(meter_.calibration()),
      saved_at_(host.clock.boot()) {
  if (const auto status = host.files.status(options.calibration)) file_changed_ = status->changed;
}

base::Result<std::unique_ptr<Service>> Service::start(os::Host& host,
                                                      std::vector<std::unique_ptr<power::Source>> sources,
                                                      const MeterOptions& options, base::Log& log) {
  std::unique_ptr<Service> service(new Service(host, std::move(sources), options, log));
  if (options.socket) {
    FFWATT_TRY(service->server_, Server::start(host, service->meter_, {.socket = *options.socket}, log));
    log.info("the meter of this machine", {{"socket", options.socket->string()}});
  }
  service->meter_.start();
  return service;
}

Service::~Service() {
  server_.reset();
  meter_.stop();
  save();
}

void Service::housekeeping() {
  // ffwatt calibrate writes the same file.
  const auto status = host_.files.status(options_.calibration);
  if (status && status->changed != file_changed_) {
    file_changed_ = status->changed;
    if (auto known = load_calibration(host_.files, options_.calibration)) {
      meter_.take(*known);
      saved_ = meter_.calibration();
    } else {
      log_.warning("the new calibration cannot be used", {{"why", known.error().text()}});
    }
  }
  if (host_.clock.boot() - saved_at_ >= kKeepEvery) save();
  look_at_the_night();
}

void Service::look_at_the_night() {
  const auto learned = meter_.learned();
  if (learned.needed == Learning::State::Needed::no) return;
  const auto now = host_.clock.wall();
  switch (nightly_.look(now, host_.clock.utc_offset(now), learned.oldest)) {
    case Nightly::News::none:
      return;
    case Nightly::News::learned:
      log_.info("the idle power of this machine was learned", {{"idle", idle_words()}});
      return save();
    case Nightly::News::not_learned: {
      const auto age = learned.oldest
                           ? base::format("{:.1f} days old", (now - *learned.oldest) / units::Seconds(86'400))
                           : std::string("none: energy above idle is not known");
      return log_.warning("the idle power of this machine could not be learned",
                          {{"why", learned.obstacle.empty() ? "no minute was quiet" : learned.obstacle},
                           {"in use", age},
                           {"next", "ffwatt calibrate idle, when nothing runs"}});
    }
  }
}

// "package-0 41.2 W (40.1 to 42.3), package-1 …; 45 °C"
std::string Service::idle_words() const {
  const auto calibration = meter_.calibration();
  std::string text;
  std::optional<units::Celsius> warmest;
  const auto zones = meter_.zones();
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const auto* known = calibration.find(zones[i].path, meter_.source_of(i));
    if (!known || !known->baseline || zones[i].parent) continue;
    const auto& b = *known->baseline;
    text += base::format("{}{} {} ({} to {})", text.empty() ? "" : ", ", zones[i].name, units::text(b.median),
                         units::text(b.low), units::text(b.high));
    if (b.temperature) warmest = warmest ? std::max(*warmest, *b.temperature) : *b.temperature;
  }
  if (warmest) text += base::format("; {:.0f} °C", warmest->value());
  return text;
}

void Service::save() {
  saved_at_ = host_.clock.boot();
  auto now = meter_.calibration();
  if (now == saved_) return;
  const auto saved = save_calibration(host_.files, options_.calibration, now);
  if (!saved)
    log_.warning("the calibration was not kept", {{"why", saved.error().text()}});
  else
    saved_ = std::move(now);
  if (const auto status = host_.files.status(options_.calibration)) file_changed_ = status->changed;
}

}  // namespace meter
