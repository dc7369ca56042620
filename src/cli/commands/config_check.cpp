// ffwatt config check
#include <ostream>

#include "base/format.h"
#include "cli/config_keys.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "power_sources/settings.h"
#include "pricing/rates.h"

namespace cli {
namespace {

// Beyond what each key may be for itself: whether what the keys say together can be true.
base::Result<void> check_sense(Context& context, const options::Inputs& inputs) {
  const auto read = [&](std::vector<options::Option> of) {
    return options::parse({.program = "ffwatt config", .options = std::move(of)}, inputs, context.host.files);
  };
  FFWATT_TRY(const auto energy, read(power_sources::energy_options()));
  FFWATT_CHECK(power_sources::settings_from(energy.values));
  FFWATT_TRY(const auto prices, read(pricing::pricing_options()));
  FFWATT_CHECK(pricing::rates_from(prices.values, context.host.files,
                                   pricing::usual_pricing_files(context.environment, context.host.root)));
  return {};
}

class ConfigCheck : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Look for mistakes in configuration files: unknown keys with the nearest known one, values of "
                "the wrong kind, each with its line and column. Exit code 78 where there is one.",
            .examples = {"ffwatt config check", "ffwatt config check ./ffwatt.toml"},
            .arguments = {{.name = "FILE",
                           .help = "Check this file in place of the usual ones",
                           .count = options::Shape::Argument::Count::optional}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    std::vector<os::Path> files = usual_inputs(context.environment).files;
    if (!values.arguments.empty())
      files = {values.arguments[0]};
    else if (values.has("config"))
      files = {values.text("config")};
    const bool named = !values.arguments.empty() || values.has("config");
    int faulty = 0, there = 0;
    for (const auto& file : files) {
      if (!named && !context.host.files.exists(file)) continue;
      ++there;
      const auto inputs = usual_inputs({}, file);
      auto checked = options::check_files(keyed_shape(), inputs, context.host.files);
      if (checked) checked = check_sense(context, inputs);
      if (checked) {
        context.out << file.string() << ": well\n";
      } else {
        context.err << "ffwatt config check: " << checked.error().text() << "\n";
        ++faulty;
      }
    }
    if (there == 0) {
      context.out << "There is no configuration file, which is no mistake. Looked for:\n";
      for (const auto& file : files) context.out << "  " << file.string() << "\n";
    }
    return faulty == 0 ? ok : config_invalid;
  }
};

}  // namespace

std::unique_ptr<Command> make::config_check() { return std::make_unique<ConfigCheck>(); }

}  // namespace cli
