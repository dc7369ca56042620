#include "cli/doctor/fixes.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace cli::doctor {
namespace {

using power_sources::Rung;
using There = FixFacts::There;
using User = FixFacts::User;

constexpr std::string_view kCpuEnergy = "CPU energy";

bool in_use(const std::vector<Rung>& ladder, std::string_view source) {
  return std::ranges::any_of(
      ladder, [&](const Rung& rung) { return rung.source == source && rung.in_use == Rung::InUse::yes; });
}
bool mendable(const std::vector<Rung>& ladder, std::string_view source) {
  return std::ranges::any_of(ladder, [&](const Rung& rung) {
    return rung.source == source && rung.in_use == Rung::InUse::no && !rung.fix.empty();
  });
}

// Root sees whether there is something to read, and the facts say whether others may.
struct Reach {
  bool perf_works = false, powercap_works = false;  // once the right is there
  bool reached = false;
};
Reach reach(const FixFacts& facts, const std::vector<Rung>& ladder) {
  const bool perf = in_use(ladder, "perf"), powercap = in_use(ladder, "powercap");
  if (facts.user == User::other) return {mendable(ladder, "perf"), mendable(ladder, "powercap"), perf || powercap};
  const bool perf_is_open = facts.perfmon == FixFacts::Right::held || facts.paranoid.value_or(2) <= 0;
  const bool powercap_is_open = !facts.zones.empty() && facts.closed.empty();
  return {perf, perf || powercap, (perf && perf_is_open) || ((perf || powercap) && powercap_is_open)};
}

Fix give_perfmon(const FixFacts& facts) {
  return {.goal = std::string(kCpuEnergy),
          .what = "let this program read the CPU's energy through perf",
          .why = "the kernel allows it only with CAP_PERFMON; the right is given to this one file, to whoever runs it",
          .then =
              "takes effect the next time that ffwatt starts, and must be given again after an update; a systemd "
              "service gets it from its unit instead: AmbientCapabilities=CAP_PERFMON",
          .actions = {{.command = {"setcap", "cap_perfmon=ep", facts.program.string()}}}};
}

// MODE and GROUP of udev are for device nodes; a file of sysfs gets its rights from a command. Zones appear again at
// every boot, hence the rule.
std::string udev_rule(std::string_view change) {
  return base::format(
      "# Written by ffwatt doctor --fix; remove it to take the right back at the next boot.\n"
      "SUBSYSTEM==\"powercap\", ACTION==\"add\", TEST==\"energy_uj\", {}\n",
      change);
}

Fix open_powercap_files(const FixFacts& facts) {
  Fix fix{.goal = std::string(kCpuEnergy), .what = {}, .why = {}, .then = {}, .actions = {}};
  const auto on_closed = [&](std::vector<std::string> command) {
    command.insert(command.end(), facts.closed.begin(), facts.closed.end());
    return Action{.command = std::move(command)};
  };
  if (facts.group == There::yes) {
    fix.what = base::format("let the group {} read the CPU's energy counters in powercap", kGroup);
    fix.why = "they are readable by root only; what the group reads at will, others do not";
    fix.then = base::format("users need the group, and a new login: sudo usermod -aG {} NAME", kGroup);
    fix.actions = {{.file = os::Path(kRuleFile),
                    .content = udev_rule(base::format(
                        "RUN+=\"/bin/chgrp {} %S%p/energy_uj\", RUN+=\"/bin/chmod g+r %S%p/energy_uj\"", kGroup))},
                   on_closed({"chgrp", std::string(kGroup)}),
                   on_closed({"chmod", "g+r"})};
    return fix;
  }
  fix.what = "let everybody on this machine read the CPU's energy counters in powercap";
  fix.why =
      "they are readable by root only, because whoever reads them at will can learn secrets of other processes "
      "(PLATYPUS, CVE-2020-8694): not for machines with users that you do not trust";
  fix.then = base::format("make a group {} first (sudo groupadd --system {}) to give the right to its members only",
                          kGroup, kGroup);
  fix.actions = {{.file = os::Path(kRuleFile), .content = udev_rule("RUN+=\"/bin/chmod a+r %S%p/energy_uj\"")},
                 on_closed({"chmod", "a+r"})};
  return fix;
}

Fix join_group(const FixFacts& facts) {
  return {.goal = std::string(kCpuEnergy),
          .what = base::format("make {} a member of the group {}", facts.user_name, kGroup),
          .why = "that group may read the CPU's energy counters in powercap, and this user is not in it",
          .then = "takes effect with the next login",
          .actions = {{.command = {"usermod", "-aG", std::string(kGroup), facts.user_name}}}};
}

Fix load_drivers() {
  return {.goal = std::string(kCpuEnergy),
          .what = "load the kernel's drivers for the CPU's energy counters, now and at every boot",
          .why = "neither perf nor powercap shows a counter, and this is no virtual machine",
          .then = "the counters are then readable by root only: run ffwatt doctor --fix again",
          .actions = {{.command = {"modprobe", "-a", "rapl", "intel_rapl_msr"}},
                      {.file = os::Path(kModulesFile), .content = "rapl\nintel_rapl_msr\n"}}};
}

}  // namespace

std::string typed(const Action& action) {
  if (!action.command.empty()) return base::shell_join(action.command);
  return base::format("write {}:\n{}", action.file.string(), action.content);
}

std::string typed_with_sudo(const Action& action) {
  if (!action.command.empty()) return "sudo " + base::shell_join(action.command);
  return base::format("printf %s {} | sudo tee {}", base::shell_quote(action.content),
                      base::shell_quote(action.file.string()));
}

std::vector<Fix> plan_fixes(const FixFacts& facts, const std::vector<Rung>& ladder) {
  const auto [perf_works, powercap_works, reached] = reach(facts, ladder);
  if (reached) return {};
  std::vector<Fix> plan;
  if (facts.pmu == There::no && facts.zones.empty()) {
    const bool asked_for = mendable(ladder, "perf") || mendable(ladder, "powercap");
    if (facts.machine == FixFacts::Machine::real && asked_for) plan.push_back(load_drivers());
    return plan;
  }
  // With the right held and perf still refused, a seccomp filter forbids it, which no command in here can lift.
  if (perf_works && facts.pmu == There::yes && !facts.program.empty() && facts.perfmon != FixFacts::Right::held)
    plan.push_back(give_perfmon(facts));
  if (powercap_works && !facts.closed.empty()) plan.push_back(open_powercap_files(facts));
  if (powercap_works && facts.closed.empty() && !facts.zones.empty() && facts.group == There::yes &&
      facts.user == User::other && !facts.user_name.empty())
    plan.push_back(join_group(facts));
  return plan;
}

}  // namespace cli::doctor
