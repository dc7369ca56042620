// ffwatt calibrate wall: learns how many joules the machine takes at the wall for each joule that the CPU's counters
// see, while a wall meter or the management controller measures beside them, and keeps it.
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/metering.h"
#include "cli/output.h"
#include "cli/wall_calibration.h"
#include "cli/watching.h"
#include "json/json.h"
#include "meter/calibration_file.h"
#include "power_sources/settings.h"
#include "units/format.h"
#include "wire/calibration.h"

namespace cli {
namespace {

using Type = options::Option::Type;

constexpr std::string_view me = "ffwatt calibrate wall";

class CalibrateWall : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{
        .description =
            "Learn how many joules the machine takes at the wall for each joule of the CPU. Needs a meter of the whole "
            "machine and counters of the CPU. Run work that comes and goes meanwhile, such as an encode for a minute "
            "and a minute of rest; what does not vary teaches nothing and is refused.",
        .examples = {"ffwatt calibrate wall", "ffwatt calibrate wall --seconds 900"},
        .options = {{.flag = "seconds",
                     .type = Type::integer,
                     .help = "How long to measure",
                     .standard = "300",
                     .least = 60,
                     .most = 86400},
                    {.flag = "json", .type = Type::toggle, .help = "Print what was learned as JSON"}}};
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    return shape;
  }

  int run(Context& context, const options::Values& values) override {
    const auto options = meter_options_of(context, values);
    if (!options) return complain(context, me, options.error());
    const auto before = meter::load_calibration(context.host.files, options->calibration);
    if (!before) return complain(context, me, before.error());
    auto opened = power_sources::open_sources(context.host, values);
    if (!opened) return complain(context, me, opened.error());

    const auto learned = learn(context, values, std::move(opened->sources));
    if (!learned) return learned_nothing(context, me, learned.error());
    // Read again: the meter's service may have learned something in these minutes.
    auto known = meter::load_calibration(context.host.files, options->calibration);
    if (!known) return complain(context, me, known.error());
    auto fit = learned->fit;
    fit.at = context.host.clock.wall();
    known->wall = fit;
    if (const auto saved = meter::save_calibration(context.host.files, options->calibration, *known); !saved)
      return complain(context, me, saved.error());
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(attribution::Calibration{{}, known->wall})) << "\n";
    } else {
      if (const auto constant = fit.constant())
        context.out << base::format("wall = {} + {:.3f} × {} ({:.3f} to {:.3f}, 95 %)\n", units::text(*constant),
                                    fit.factor, learned->inner, fit.low, fit.high);
      context.out << base::format("from {} windows of {} against {}\nkept in {}\n", learned->windows,
                                  learned->wall_source, learned->inner_source, options->calibration.string());
    }
    return ok;
  }

 private:
  static base::Result<LearnedWall> learn(Context& context, const options::Values& values,
                                         std::vector<std::unique_ptr<power::Source>> sources) {
    WallRequest request;
    request.length = units::Seconds(static_cast<double>(values.integer("seconds")));
    ProgressLine line(context);
    request.on_progress = [&](units::Seconds gone) {
      line.show(
          base::format("measured for {} of {}; let work come and go", units::text(gone), units::text(request.length)));
    };
    base::Result<LearnedWall> learned = base::Error::failed("nothing was learned");
    until_signalled(context, [&](std::stop_token stop) {
      learned = learn_wall(context.host, std::move(sources), request, std::move(stop));
    });
    return learned;
  }
};

}  // namespace

std::unique_ptr<Command> make::calibrate_wall() { return std::make_unique<CalibrateWall>(); }

}  // namespace cli
