// ffwatt local up
#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "cli/exit_code.h"
#include "cli/make.h"
#include "cli/output.h"
#include "cli/places.h"
#include "local/stack.h"

namespace cli {
namespace {

using Type = options::Option::Type;

class LocalUp : public Command {
 public:
  options::Shape shape() const override {
    return {
        .description =
            "Run a whole farm on this machine: an RTMP server, a master and one agent. Without a command "
            "it stays until Ctrl-C; with one it lasts as long as the command, which finds the addresses in "
            "FFWATT_MASTER and FFWATT_RTMP.",
        .examples = {"ffwatt local up", "ffwatt local up -- ffwatt jobs submit 480p30-h264 --set duration=5 --wait"},
        .options = {{.flag = "folder", .type = Type::path, .help = "State and logs; in the state folder if absent"},
                    {.flag = "port",
                     .type = Type::integer,
                     .help = "The master's port; a free one if absent",
                     .least = 1,
                     .most = 65535}},
        .rest = options::Shape::Rest::command};
  }

  int run(Context& context, const options::Values& values) override {
    constexpr std::string_view program = "ffwatt local up";
    auto settings = settings_from(context, values);
    if (!settings) return complain(context, program, settings.error());
    std::optional<os::Path> command;
    if (!values.command.empty()) {
      auto found = os::find_program(values.command.front(), context.environment);
      if (!found) return complain(context, program, found.error()), not_found;
      command = *found;
    }
    context.err << "starting the RTMP server, a master and an agent; logs in " << settings->folder.string() << "\n"
                << std::flush;
    auto stack = local::Stack::start(context.host, context.environment, *settings);
    if (!stack) return complain(context, program, stack.error());
    context.err << "  master  " << (*stack)->master_url() << "\n  rtmp    " << (*stack)->rtmp_base() << "/KEY\n"
                << std::flush;
    const int code = command ? around(context, **stack, *command, values.command) : until_signal(context, **stack);
    (*stack)->stop();
    context.err << "stopped the RTMP server, the master and the agent\n";
    return code;
  }

 private:
  static base::Result<local::StackSettings> settings_from(Context& context, const options::Values& values) {
    local::StackSettings settings;
    settings.folder = values.has("folder") ? std::filesystem::absolute(values.text("folder"))
                                           : places(context.environment).state / "local";
    if (values.has("port")) settings.master_port = static_cast<std::uint16_t>(values.integer("port"));
    FFWATT_TRY(const auto self, context.host.files.link_target("/proc/self/exe"));
    // Beside us, under the name of the build or of the installed package.
    settings.programs = self.parent_path();
    return settings;
  }

  static int until_signal(Context& context, local::Stack& stack) {
    context.err << "  ready; Ctrl-C stops it all\n" << std::flush;
    if (const auto death = stack.watch(context.signals.descriptor()))
      return complain(context, "ffwatt local up", *death);
    const auto event = context.signals.wait_until(context.host.clock.boot());
    return event ? 128 + event->number : ok;
  }

  static int around(Context& context, local::Stack& stack, const os::Path& program,
                    const std::vector<std::string>& words) {
    os::SpawnSpec spec;
    spec.program = program;
    spec.arguments.assign(words.begin() + 1, words.end());
    spec.environment = context.environment;
    std::erase_if(spec.environment,
                  [](const auto& entry) { return entry.first == "FFWATT_MASTER" || entry.first == "FFWATT_RTMP"; });
    spec.environment.emplace_back("FFWATT_MASTER", stack.master_url());
    spec.environment.emplace_back("FFWATT_RTMP", stack.rtmp_base());
    auto child = context.host.processes.spawn(spec);
    if (!child) return complain(context, "ffwatt local up", child.error()), run_failed;
    // Ctrl-C reaches the command by the terminal itself; a SIGTERM for us alone is passed on.
    for (;;) {
      const auto event =
          context.signals.wait_until(units::BootTime::from_nanoseconds(INT64_MAX), (*child)->ready_descriptor());
      if (event && event->sender != 0) (void)(*child)->signal(event->number).ok();
      const auto ended = (*child)->wait_until(context.host.clock.boot());
      if (const auto status = ended ? *ended : std::nullopt) {
        const auto& killed_by = status->signal;
        return killed_by ? 128 + *killed_by : status->code;
      }
    }
  }
};

}  // namespace

std::unique_ptr<Command> make::local_up() { return std::make_unique<LocalUp>(); }

}  // namespace cli
