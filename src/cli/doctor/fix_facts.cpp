#include "base/format.h"
#include "base/text.h"
#include "cli/doctor/fixes.h"
#include "cli/doctor/mend.h"
#include "os/machine.h"

namespace cli::doctor {
namespace {

using There = FixFacts::There;

constexpr std::string_view kPmu = "/sys/bus/event_source/devices/power/type";
constexpr std::string_view kPowercap = "/sys/class/powercap";

// The effective user id: the second number of the line "Uid:".
FixFacts::User user(const os::Host& host) {
  const auto status = host.files.read(host.root.path("/proc/self/status"));
  if (!status) return FixFacts::User::other;
  for (const auto line : base::split(*status, '\n')) {
    if (!line.starts_with("Uid:")) continue;
    const auto ids = base::words(line);
    return ids.size() > 2 && ids[2] == "0" ? FixFacts::User::root : FixFacts::User::other;
  }
  return FixFacts::User::other;
}

std::optional<unsigned> group_id(const os::Host& host) {
  const auto groups = host.files.read(host.root.path("/etc/group"));
  if (!groups) return std::nullopt;
  for (const auto line : base::split(*groups, '\n')) {
    const auto fields = base::split(line, ':');
    if (fields.size() < 3 || fields[0] != kGroup) continue;
    if (const auto id = base::to_unsigned(fields[2])) return static_cast<unsigned>(*id);
  }
  return std::nullopt;
}

FixFacts::Right perfmon_of(Context& context, const os::Path& program) {
  const auto output = run_tool(context, {"getcap", program.string()});
  if (!output || !output->status.success()) return FixFacts::Right::unknown;
  return output->out.find("cap_perfmon") == std::string::npos ? FixFacts::Right::missing : FixFacts::Right::held;
}

}  // namespace

FixFacts facts_for_fixes(Context& context) {
  const auto& host = context.host;
  FixFacts facts;
  facts.user = user(host);
  if (const auto* name = os::find(context.environment, "USER")) facts.user_name = *name;
  if (const auto machine = os::machine_facts(host.files, host.root); machine && machine->virtual_machine)
    facts.machine = FixFacts::Machine::virtual_machine;
  if (host.files.exists(host.root.path(kPmu))) facts.pmu = There::yes;
  if (group_id(host)) facts.group = There::yes;
  if (const auto text = host.files.read(host.root.path("/proc/sys/kernel/perf_event_paranoid"))) {
    const auto level = base::trim(*text);
    const auto number = base::to_unsigned(level);
    if (level.starts_with('-')) facts.paranoid = -1;
    if (number) facts.paranoid = static_cast<int>(*number);
  }
  if (const auto program = host.files.real_path(host.root.path("/proc/self/exe"))) {
    facts.program = *program;
    facts.perfmon = perfmon_of(context, facts.program);
  }
  const auto folder = host.root.path(kPowercap);
  const auto names = host.files.list(folder);
  for (const auto& name : names.value_or({})) {
    const auto file = folder / name / "energy_uj";
    const auto status = host.files.status(file);
    if (!status) continue;
    facts.zones.push_back(file.string());
    // The kernel makes them 0400, so who let a group read has meant ours, where it exists: os::FileStatus does not tell
    // whose group it is.
    const unsigned open_by = facts.group == There::yes ? 0044 : 0004;
    if ((status->mode & open_by) == 0) facts.closed.push_back(file.string());
  }
  return facts;
}

}  // namespace cli::doctor
