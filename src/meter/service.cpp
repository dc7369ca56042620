#include "meter/service.h"

#include "meter/calibration_file.h"

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
