// ffwatt calibrate idle: learns what this machine draws when it does nothing, and keeps it. The meter's service learns
// the same by itself in quiet minutes; this is for those who do not want to wait.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/idle_calibration.h"
#include "cli/make.h"
#include "cli/metering.h"
#include "cli/output.h"
#include "cli/watching.h"
#include "json/json.h"
#include "meter/calibration_file.h"
#include "power_sources/settings.h"
#include "units/format.h"
#include "wire/calibration.h"

namespace cli {
namespace {

using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt calibrate idle";

std::string idle_words(const LearnedIdle::Zone& zone) {
  const auto& b = zone.idle;
  const auto idle = units::Measured<units::Watts>::of(b.median, b.low, b.high, units::Quality::measured, zone.source,
                                                      units::Scope::package);
  return base::format("{}  {}", units::text(idle), zone.path);
}

class CalibrateIdle : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Learn what this machine draws when it does nothing. Without it a run's energy above idle is not known. "
            "Refuses on a machine that works.",
        .examples = {"ffwatt calibrate idle", "ffwatt calibrate idle --seconds 30 --wait 10m"},
        .options = {{.flag = "seconds",
                     .type = Type::integer,
                     .help = "How long the machine must be quiet",
                     .standard = "60",
                     .least = 10,
                     .most = 3600},
                    {.flag = "wait",
                     .type = Type::duration,
                     .help = "How much longer to wait for a quiet time",
                     .standard = "60s"},
                    {.flag = "json", .type = Type::toggle, .help = "Print what was learned as JSON"}}};
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    return shape;
  }

  int run(Context& context, const options::Values& values) override {
    const auto options = meter_options_of(context, values);
    if (!options) return complain(context, me, options.error());
    auto opened = power_sources::open_sources(context.host, values);
    if (!opened) return complain(context, me, opened.error());
    auto known = meter::load_calibration(context.host.files, options->calibration);
    if (!known) return complain(context, me, known.error());

    const auto learned = learn(context, values, std::move(opened->sources));
    if (!learned) return learned_nothing(context, me, learned.error());
    for (const auto& zone : learned->zones) {
      if (auto* old = known->find(zone.path, zone.source))
        old->baseline = zone.idle;
      else
        known->zones.push_back({zone.path, zone.source, zone.idle, {}});
    }
    if (learned->zones.empty()) {
      for (const auto& why : learned->without) context.err << me << ": " << why << "\n";
      return not_measured;
    }
    if (const auto saved = meter::save_calibration(context.host.files, options->calibration, *known); !saved)
      return complain(context, me, saved.error());
    show(context, values, *learned, options->calibration);
    return ok;
  }

 private:
  static base::Result<LearnedIdle> learn(Context& context, const options::Values& values,
                                         std::vector<std::unique_ptr<power::Source>> sources) {
    IdleRequest request;
    request.window = units::Seconds(static_cast<double>(values.integer("seconds")));
    request.patience = values.duration("wait");
    ProgressLine line(context);
    request.on_progress = [&](units::Seconds gathered, const std::string& obstacle) {
      line.show(base::format("quiet for {} of {}{}", units::text(gathered), units::text(request.window),
                             obstacle.empty() ? "" : " · began anew: " + obstacle));
    };
    base::Result<LearnedIdle> learned = base::Error::failed("nothing was learned");
    until_signalled(context, [&](std::stop_token stop) {
      learned = learn_idle(context.host, std::move(sources), request, std::move(stop));
    });
    return learned;
  }

  static void show(Context& context, const options::Values& values, const LearnedIdle& learned, const os::Path& file) {
    if (values.toggle("json")) {
      attribution::Calibration calibration;
      for (const auto& zone : learned.zones) calibration.zones.push_back({zone.path, zone.source, zone.idle, {}});
      context.out << json::write(wire::encode(calibration)) << "\n";
      return;
    }
    for (const auto& zone : learned.zones) context.out << "idle " << idle_words(zone) << "\n";
    for (const auto& why : learned.without) context.out << "left out: " << why << "\n";
    if (const auto& t = learned.zones.front().idle.temperature)
      context.out << base::format("at {:.0f} °C\n", t->value());
    context.out << "kept in " << file.string() << "\n";
  }
};

}  // namespace

std::unique_ptr<Command> make::calibrate_idle() { return std::make_unique<CalibrateIdle>(); }

}  // namespace cli
