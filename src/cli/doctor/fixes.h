// What `ffwatt doctor --fix` would change on this machine, and why: facts about rights and drivers in, steps out.
// The plan is pure; facts_for_fixes() looks and changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "power_sources/sources.h"

namespace cli::doctor {

inline constexpr std::string_view kRuleFile = "/etc/udev/rules.d/60-ffwatt-energy.rules";
inline constexpr std::string_view kModulesFile = "/etc/modules-load.d/ffwatt-energy.conf";
inline constexpr std::string_view kGroup = "ffwatt";

struct FixFacts {
  enum class User { root, other } user = User::other;  // root reads everything, so its ladder hides what others lack
  enum class Machine { real, virtual_machine } machine = Machine::real;
  enum class There { no, yes };
  There pmu = There::no;    // the kernel's perf PMU "power"
  There group = There::no;  // the group kGroup
  std::string user_name;    // as the environment tells; empty where it does not
  // Of perf_event_paranoid; up to 0 anybody may read the PMU.
  std::optional<int> paranoid;
  os::Path program;  // this program's file, every link resolved; empty where unknown
  enum class Right { missing, held, unknown } perfmon = Right::unknown;  // CAP_PERFMON on that file
  std::vector<std::string> zones;                                        // powercap's energy_uj files
  std::vector<std::string> closed;  // those of them that neither everybody nor the group may read
};
FixFacts facts_for_fixes(Context& context);

// One thing that is done: a command (never through a shell), or a file that is written whole.
struct Action {
  std::vector<std::string> command{};  // empty where a file is written
  os::Path file{};
  std::string content{};
  bool operator==(const Action&) const = default;
};
// As one types it, or with sudo before it.
std::string typed(const Action& action);
std::string typed_with_sudo(const Action& action);

struct Fix {
  std::string goal;  // "CPU energy": fixes of one goal are alternatives, the narrower right first
  std::string what;
  std::string why;
  std::string then;  // what it leaves to do, or when it takes effect; may be empty
  std::vector<Action> actions;
};
std::vector<Fix> plan_fixes(const FixFacts& facts, const std::vector<power_sources::Rung>& ladder);

}  // namespace cli::doctor
