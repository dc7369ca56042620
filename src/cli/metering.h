// Metering: the meter that a command of this program measures with: the one of this machine where it may be asked, else
// one of its own. Used by one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "meter/local_meter.h"
#include "meter/settings.h"
#include "power_sources/sources.h"

namespace cli {

// The options of a command that measures: energy sources, and where the meter is.
std::vector<options::Option> metering_options();

class Metering {
 public:
  // Started. A command that names sources or devices of its own gets a meter of its own, which has them.
  static base::Result<Metering> open(Context& context, const options::Values& values);

  meter::Meter& meter() { return local_ ? static_cast<meter::Meter&>(*local_) : *remote_; }
  // The qualities of the zones that it reads, and the ladder where the sources were opened here.
  const std::vector<units::Quality>& qualities() const { return qualities_; }
  const std::vector<power_sources::Rung>& ladder() const { return ladder_; }
  // On err, where sources were named and none of them can be read: at once, not only when hours of work have ended.
  void warn(Context& context, std::string_view program) const;
  void stop();

 private:
  std::unique_ptr<meter::LocalMeter> local_;
  std::unique_ptr<meter::Meter> remote_;
  std::vector<units::Quality> qualities_;
  std::vector<power_sources::Rung> ladder_;
  std::string warning_;
};

// Where this machine's calibration is kept, and the rest of what the options say.
base::Result<meter::MeterOptions> meter_options_of(const Context& context, const options::Values& values);

}  // namespace cli
