// ffwatt doctor
#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "cli/doctor/checks.h"
#include "cli/doctor/mend.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/metering.h"
#include "cli/output.h"
#include "json/json.h"
#include "meter/calibration_file.h"
#include "power_sources/settings.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class Doctor : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{.examples = {"ffwatt doctor", "ffwatt doctor --json", "ffwatt doctor --fix --dry-run"},
                         .options = {{.flag = "json", .type = Type::toggle, .help = "Print the checks as JSON"},
                                     {.flag = "fix",
                                      .type = Type::toggle,
                                      .help = "Give the rights and load the drivers that energy needs, asking first"},
                                     {.flag = "dry-run", .type = Type::toggle, .help = "With --fix: only tell"},
                                     {.flag = "yes", .type = Type::toggle, .help = "With --fix: ask nothing"},
                                     {.flag = "ffmpeg",
                                      // No key: ./ffwatt.toml of a folder must not choose what is executed.
                                      .variable = "FFWATT_FFMPEG",
                                      .type = Type::path,
                                      .value_name = "PROGRAM",
                                      .help = "Which ffmpeg to check",
                                      .standard = "ffmpeg"}}};
    for (auto& option : metering_options()) shape.options.push_back(std::move(option));
    return shape;
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    if (const auto fault = misused(values); !fault.empty())
      return complain(context, "ffwatt doctor", base::Error::invalid(fault));
    const auto opened = power_sources::open_sources(context.host, values);
    if (!opened) return complain(context, "ffwatt doctor", opened.error());
    if (values.toggle("fix")) return fix(context, values, opened->ladder);
    auto checks = doctor::check_energy(*opened);
    const auto add = [&](std::vector<wire::Check> more) { checks.insert(checks.end(), more.begin(), more.end()); };
    if (auto known = calibration(context, values))
      add(doctor::check_calibration(*opened, *known, context.host.clock.wall()));
    else
      add({{"idle power", wire::Check::State::to_fix, known.error().text(), "ffwatt calibrate idle"}});
    add(doctor::check_ffmpeg(context, values.text("ffmpeg")));
    add(doctor::check_sandbox(context));
    add(doctor::check_servers(context));
    add(doctor::check_places(context));
    if (values.toggle("json")) {
      context.out << json::write(wire::encode(checks), json::Layout::indented) << "\n";
    } else {
      context.out << doctor::table(checks, context.out_terminal);
    }
    const bool healthy = std::none_of(checks.begin(), checks.end(),
                                      [](const auto& check) { return check.state == wire::Check::State::to_fix; });
    return healthy ? ok : failed;
  }

 private:
  static std::string misused(const options::Values& values) {
    if (values.toggle("fix"))
      return values.toggle("json") ? "--json and --fix do not go together; run them one after the other" : "";
    for (const auto* flag : {"dry-run", "yes"})
      if (values.toggle(flag)) return base::format("--{} says how to --fix; give --fix too", flag);
    return "";
  }

  static base::Result<attribution::Calibration> calibration(const Context& context, const options::Values& values) {
    FFWATT_TRY(const auto options, meter_options_of(context, values));
    return meter::load_calibration(context.host.files, options.calibration);
  }

  static int fix(Context& context, const options::Values& values, const std::vector<power_sources::Rung>& ladder) {
    const auto consent = values.toggle("dry-run") ? doctor::Consent::only_tell
                         : values.toggle("yes")   ? doctor::Consent::given
                                                  : doctor::Consent::ask;
    return doctor::mend(context, doctor::facts_for_fixes(context), ladder, consent,
                        [&] { return power_sources::open_sources(context.host, values); });
  }
};

}  // namespace

std::unique_ptr<Command> make::doctor() { return std::make_unique<Doctor>(); }

}  // namespace cli
