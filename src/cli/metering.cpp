#include "cli/metering.h"

#include <ostream>

#include "cli/places.h"
#include "meter/remote_meter.h"
#include "power_sources/settings.h"

namespace cli {

std::vector<options::Option> metering_options() {
  auto all = power_sources::energy_options();
  for (auto& option : meter::meter_options()) all.push_back(std::move(option));
  return all;
}

base::Result<meter::MeterOptions> meter_options_of(const Context& context, const options::Values& values) {
  return meter::options_from(values, context.host, context.environment, places(context.environment).state);
}

base::Result<Metering> Metering::open(Context& context, const options::Values& values) {
  Metering metering;
  FFWATT_TRY(const auto options, meter_options_of(context, values));
  FFWATT_TRY(const auto settings, power_sources::settings_from(values));
  if (power_sources::flags_given(values).empty())
    for (const auto& socket : options.known_sockets) {
      auto remote = meter::RemoteMeter::connect(context.host, socket);
      // Nobody there, or not for this user: then we measure what this process may read.
      if (!remote) continue;
      metering.qualities_ = (*remote)->qualities();
      metering.remote_ = *std::move(remote);
      return metering;
    }
  auto opened = power_sources::open_all(context.host, settings);
  for (const auto& source : opened.sources)
    for (const auto& zone : source->zones()) metering.qualities_.push_back(zone.quality);
  metering.ladder_ = std::move(opened.ladder);
  auto own = meter::local_settings(context.host.files, options, context.log);
  if (!opened.why_none.empty()) {
    if (!settings.only.empty()) metering.warning_ = opened.why_none;
    own.why_no_source = std::move(opened.why_none);
  }
  metering.local_ = std::make_unique<meter::LocalMeter>(context.host, std::move(opened.sources), std::move(own));
  metering.local_->start();
  return metering;
}

void Metering::warn(Context& context, std::string_view program) const {
  if (!warning_.empty()) context.err << program << ": warning: " << warning_ << "\n" << std::flush;
}

void Metering::stop() {
  if (local_) local_->stop();
}

}  // namespace cli
