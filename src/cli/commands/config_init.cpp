// ffwatt config init
#include <ostream>

#include "base/format.h"
#include "cli/config_keys.h"
#include "cli/config_text.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/places.h"

namespace cli {
namespace {

constexpr std::string_view kHead =
    "# Configuration of ffwatt, for its commands and for master, agent and exporter. Every key is a comment: take the "
    "#\n"
    "# away from those that you want, and from the [section] above them. `ffwatt config check` looks for mistakes.\n\n";

class ConfigInit : public Command {
 public:
  options::Shape shape() const override {
    return {.description =
                "Write a configuration file with every key in it, each as a comment with its help and its "
                "default. A file that is there already stays as it is.",
            .examples = {"ffwatt config init", "ffwatt config init --out /etc/ffwatt/config.toml",
                         "ffwatt config init --out -"},
            .options = {{.flag = "out",
                         .type = options::Option::Type::path,
                         .help = "Write here; - is the terminal. The user's own file if absent"}}};
  }
  Signals signals() const override { return Signals::end_us; }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view me = "ffwatt config init";
    const auto usual = places(context.environment).config;
    // The user's, or without a home the machine's.
    const os::Path file = values.has("out") ? os::Path(values.text("out")) : usual[usual.size() - 2];
    const auto text = std::string(kHead) + toml_template(keyed_options());
    if (is_stdout(file)) {
      context.out << text;
      return ok;
    }
    auto& files = context.host.files;
    if (files.exists(file))
      return complain(context, me,
                      base::Error::failed(base::format("{} is there already, and stays as it is; 'ffwatt config show' "
                                                       "tells what it says",
                                                       file.string())));
    if (file.has_parent_path())
      if (const auto made = files.make_folders(file.parent_path()); !made) return complain(context, me, made.error());
    if (const auto written = save_text(context, file, text); !written) return complain(context, me, written.error());
    context.err << saved_words(context.err_terminal, file.string(), "ffwatt config check");
    return ok;
  }
};

}  // namespace

std::unique_ptr<Command> make::config_init() { return std::make_unique<ConfigInit>(); }

}  // namespace cli
