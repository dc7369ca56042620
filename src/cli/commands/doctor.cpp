// ffwatt doctor
#include <algorithm>
#include <ostream>

#include "cli/doctor/checks.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"
#include "power_sources/settings.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class Doctor : public Command {
 public:
  options::Shape shape() const override {
    options::Shape shape{.examples = {"ffwatt doctor", "ffwatt doctor --json"},
                         .options = {{.flag = "json", .type = Type::toggle, .help = "Print the checks as JSON"},
                                     {.flag = "ffmpeg",
                                      // No key: ./ffwatt.toml of a folder must not choose what is executed.
                                      .variable = "FFWATT_FFMPEG",
                                      .type = Type::path,
                                      .value_name = "PROGRAM",
                                      .help = "Which ffmpeg to check",
                                      .standard = "ffmpeg"}}};
    for (auto& option : power_sources::energy_options()) shape.options.push_back(std::move(option));
    return shape;
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto opened = power_sources::open_sources(context.host, values);
    if (!opened) return complain(context, "ffwatt doctor", opened.error());
    auto checks = doctor::check_energy(*opened);
    const auto add = [&](std::vector<wire::Check> more) { checks.insert(checks.end(), more.begin(), more.end()); };
    add(doctor::check_ffmpeg(context, values.text("ffmpeg")));
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
};

}  // namespace

std::unique_ptr<Command> make::doctor() { return std::make_unique<Doctor>(); }

}  // namespace cli
