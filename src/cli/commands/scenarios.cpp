// ffwatt scenarios, ffwatt scenarios show
#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "media/scenario.h"
#include "wire/encode.h"

namespace cli {
namespace {

using Type = options::Option::Type;

options::Option folder_option() {
  return {.flag = "scenarios-folder",
          .key = "defaults.scenarios_folder",
          .variable = "FFWATT_SCENARIOS_FOLDER",
          .type = Type::path,
          .value_name = "FOLDER",
          .help = "A folder of your own *.toml recipes, added to the built-in ones"};
}

base::Result<media::Scenarios> scenarios(Context& context, const options::Values& values) {
  auto all = media::Scenarios::built_in();
  if (values.has("scenarios-folder")) {
    FFWATT_CHECK(all.add_folder(context.host.files, values.text("scenarios-folder")));
  }
  return all;
}

class ScenariosList : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt scenarios", "ffwatt scenarios show 1080p-h264"}, .options = {folder_option()}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto known = scenarios(context, values);
    if (!known) return complain(context, "ffwatt scenarios", known.error());
    std::size_t left = 0;
    for (const auto& scenario : known->all()) left = std::max(left, scenario.name.size());
    for (const auto& scenario : known->all()) {
      const int columns = std::clamp(context.out_terminal.columns, 40, 120);
      context.out << base::format("{:<{}}  {}\n", scenario.name, left,
                                  options::wrapped(scenario.description, columns, static_cast<int>(left) + 2));
    }
    return ok;
  }
};

class ScenariosShow : public Command {
 public:
  options::Shape shape() const override {
    return {.examples = {"ffwatt scenarios show 1080p-h264"},
            .options = {folder_option()},
            .arguments = {{.name = "NAME", .help = "name of a scenario, as 'ffwatt scenarios' lists them"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto known = scenarios(context, values);
    if (!known) return complain(context, "ffwatt scenarios show", known.error());
    const auto found = known->find(values.arguments[0]);
    if (!found) return complain(context, "ffwatt scenarios show", found.error());
    context.out << found->name << ": " << found->description << "\n"
                << json::write(wire::encode(found->defaults), json::Layout::indented) << "\n";
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::scenarios() { return std::make_unique<ScenariosList>(); }
std::unique_ptr<Command> make::scenarios_show() { return std::make_unique<ScenariosShow>(); }

}  // namespace cli
