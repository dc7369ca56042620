#include "cli/doctor/mend.h"

#include <istream>
#include <ostream>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace cli::doctor {
namespace {

constexpr std::string_view me = "ffwatt doctor --fix";
constexpr units::Seconds kLongest{60};

void tell(std::ostream& out, std::size_t number, const Fix& fix) {
  out << base::format("{}. {}\n   why: {}\n", number, fix.what, fix.why);
  for (const auto& action : fix.actions) {
    const auto text = typed(action);
    std::string_view prefix = "   does: ";
    for (const auto line : base::split(base::trim(text), '\n')) {
      out << prefix << line << "\n";
      prefix = "           ";
    }
  }
  if (!fix.then.empty()) out << "   then: " << fix.then << "\n";
}

base::Result<void> perform(Context& context, const Action& action) {
  if (action.command.empty()) {
    auto& files = context.host.files;
    const auto file = context.host.root.path(action.file.string());
    FFWATT_CHECK(files.make_folders(file.parent_path()));
    return files.write_durably(file, action.content);
  }
  const auto what = base::shell_join(action.command);
  auto output = run_tool(context, action.command);
  if (!output) return output.error();
  const auto& status = output->status;
  if (status.success()) return {};
  const auto said = base::trim(output->err);
  const auto end = status.signal ? base::format("was ended by signal {}", *status.signal)
                                 : base::format("ended with code {}", status.code);
  return base::Error::failed(base::format("{} {}{}{}", what, end, said.empty() ? "" : ": ", said));
}

// Stops at the first action that fails: the ones after it build on it.
base::Result<void> perform(Context& context, const Fix& fix) {
  for (const auto& action : fix.actions) FFWATT_CHECK(perform(context, action));
  return {};
}

int leave_to_root(Context& context, const std::vector<Fix>& plan, const os::Path& program) {
  context.out << "These need root. Where two are for the same, one is enough:\n";
  for (const auto& fix : plan) {
    context.out << "# " << fix.what << "\n";
    for (const auto& action : fix.actions) context.out << typed_with_sudo(action) << "\n";
  }
  context.out << "# or let ffwatt ask for each\n"
              << base::format("sudo {} doctor --fix\n",
                              base::shell_quote(program.empty() ? std::string("ffwatt") : program.string()));
  return no_permission;
}

}  // namespace

base::Result<os::Output> run_tool(Context& context, const std::vector<std::string>& command) {
  auto environment = context.environment;
  bool has_path = false;
  for (auto& [name, value] : environment)
    if (name == "PATH") value += ":/usr/sbin:/sbin", has_path = true;
  if (!has_path) environment.emplace_back("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
  FFWATT_TRY(auto program, os::find_program(command.front(), environment));
  os::SpawnSpec spec;
  spec.program = std::move(program);
  spec.name = command.front();
  spec.arguments = {command.begin() + 1, command.end()};
  spec.environment = std::move(environment);
  return os::run_and_collect(context.host.processes, context.host.clock, std::move(spec), kLongest);
}

int mend(Context& context, const FixFacts& facts, const std::vector<power_sources::Rung>& ladder, Consent consent,
         const std::function<base::Result<power_sources::Opened>()>& look_again) {
  const auto plan = plan_fixes(facts, ladder);
  if (plan.empty()) {
    context.out << "Nothing to fix: no right and no driver is missing that ffwatt could add. ffwatt doctor tells what "
                   "each energy source says.\n";
    return ok;
  }
  for (std::size_t i = 0; i < plan.size(); ++i) tell(context.out, i + 1, plan[i]);
  if (consent == Consent::only_tell) {
    context.out << "Nothing was changed (--dry-run).\n";
    return ok;
  }
  if (facts.user != FixFacts::User::root) return leave_to_root(context, plan, facts.program);
  if (consent == Consent::ask && !context.answers)
    return complain(context, me,
                    base::Error::invalid("nobody can be asked here, since standard input is no terminal; nothing was "
                                         "changed. Give --yes to do all of the above, or --dry-run"));
  std::set<std::string> reached;
  bool all_well = true;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto& fix = plan[i];
    if (reached.contains(fix.goal)) {
      context.out << base::format("{}. not needed any more: left as it was\n", i + 1);
      continue;
    }
    if (consent == Consent::ask) {
      context.out << base::format("{}. {}\n", i + 1, fix.what) << std::flush;
      if (!agreed(context, "   do it?")) {
        context.out << base::format("{}. left as it was\n", i + 1);
        continue;
      }
    }
    const auto done = perform(context, fix);
    if (done) {
      reached.insert(fix.goal);
      context.out << base::format("{}. done\n", i + 1);
    } else {
      all_well = false;
      context.out << base::format("{}. failed: {}\n", i + 1, done.error().text());
    }
  }
  const auto opened = look_again();
  if (!opened) return complain(context, me, opened.error());
  context.out << "Now, as root sees it:\n" << table(check_energy(*opened), context.out_terminal);
  return all_well ? ok : failed;
}

}  // namespace cli::doctor
