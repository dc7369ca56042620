// Service: the one meter of a machine, as its host program runs it: the meter, its socket, and the calibration that it
// keeps. start() once; destroying it ends the socket before the meter. housekeeping() by one thread.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "meter/local_meter.h"
#include "meter/nightly.h"
#include "meter/server.h"
#include "meter/settings.h"
#include "os/host.h"
#include "power/source.h"

namespace meter {

class Service {
 public:
  // retry where another meter of this machine runs. Without a socket in `options` nobody else is served, and nothing
  // keeps a second one from running.
  static base::Result<std::unique_ptr<Service>> start(os::Host& host,
                                                      std::vector<std::unique_ptr<power::Source>> sources,
                                                      const MeterOptions& options, base::Log& log);
  ~Service();

  LocalMeter& meter() { return meter_; }
  const Server* server() const { return server_.get(); }
  // Keeps what was learned, at most every ten minutes, and takes over what ffwatt calibrate has found out. Tells when
  // the idle power was learned in the night (or after the start), or why not. Call it every few seconds.
  void housekeeping();

 private:
  Service(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, const MeterOptions& options,
          base::Log& log);
  void save();
  void look_at_the_night();
  std::string idle_words() const;

  os::Host& host_;
  base::Log& log_;
  const MeterOptions options_;
  LocalMeter meter_;
  std::unique_ptr<Server> server_;
  Nightly nightly_;
  attribution::Calibration saved_;
  units::BootTime saved_at_;
  units::WallTime file_changed_{};
};

}  // namespace meter
