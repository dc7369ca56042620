// ffwatt config show
#include <ostream>

#include "base/format.h"
#include "cli/config_keys.h"
#include "cli/config_text.h"
#include "cli/exit_code.h"
#include "cli/grid.h"
#include "cli/make.h"
#include "cli/output.h"
#include "json/json.h"

namespace cli {
namespace {

using Type = options::Option::Type;

json::Value document(const std::vector<options::Option>& keyed, const options::Values& values) {
  json::Array all;
  for (const auto& option : keyed) {
    if (!values.has(option.flag)) continue;
    auto one = json::Value::object({{"key", option.key}});
    if (option.type == Type::list) {
      json::Array items;
      for (const auto& item : values.list(option.flag)) items.emplace_back(item);
      one.set("value", json::Value(std::move(items)));
    } else {
      one.set("value", values.text(option.flag));
    }
    one.set("origin", options::name(values.origin(option.flag)));
    one.set("where", values.where(option.flag));
    all.push_back(std::move(one));
  }
  return json::Value::object({{"keys", json::Value(std::move(all))}});
}

class ConfigShow : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Show what the configuration files and the environment say, as a file that would say the same. "
                "A stronger file wins over a weaker one, the environment over files, a flag over all.",
            .examples = {"ffwatt config show", "ffwatt config show --origin", "ffwatt config show --all --json"},
            .options = {{.flag = "origin",
                         .type = Type::toggle,
                         .help = "Tell of each key where its value comes from, in place of the file"},
                        {.flag = "all", .type = Type::toggle, .help = "Defaults too"},
                        {.flag = "json", .type = Type::toggle, .help = "Print JSON, with defaults and origins"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    const auto keyed = keyed_options();
    const auto inputs = values.has("config") ? usual_inputs(context.environment, values.text("config"))
                                             : usual_inputs(context.environment);
    const auto parsed = options::parse(keyed_shape(), inputs, context.host.files);
    if (!parsed) {
      context.err << "ffwatt config show: " << parsed.error().text() << "\n";
      return config_invalid;
    }
    if (values.toggle("json")) {
      context.out << json::write(document(keyed, parsed->values), json::Layout::indented) << "\n";
      return ok;
    }
    const auto text = values.toggle("origin") ? origins(context, keyed, parsed->values, values.toggle("all"))
                                              : toml_of(keyed, parsed->values, values.toggle("all"));
    if (text.empty())
      context.err << "Nothing is configured: every key has its default. All keys: ffwatt config show --all\n";
    context.out << text;
    return ok;
  }

 private:
  static std::string origins(Context& context, const std::vector<options::Option>& keyed, const options::Values& found,
                             bool all) {
    std::vector<Row> rows{{"KEY", "VALUE", "FROM"}};
    for (const auto& option : keyed) {
      if (!found.has(option.flag)) continue;
      if (found.origin(option.flag) == options::Origin::standard && !all) continue;
      rows.push_back({option.key, found.text(option.flag), found.where(option.flag)});
    }
    return rows.size() == 1 ? "" : grid(rows, context.out_terminal, Rest::wrapped);
  }
};

}  // namespace

std::unique_ptr<Command> make::config_show() { return std::make_unique<ConfigShow>(); }

}  // namespace cli
