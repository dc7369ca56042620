#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "cli/doctor/checks.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

struct Mark {
  std::string_view unicode, ascii, color;  // 16-color codes only, and never color alone
};
Mark mark(State state) {
  switch (state) {
    case State::ok:
      return {"✓", "ok", "32"};
    case State::warning:
      return {"!", "! ", "33"};
    case State::to_fix:
      return {"✗", "X ", "31"};
    case State::not_here:
      break;
  }
  return {"–", "- ", ""};
}

std::string painted(State state, const os::TerminalFacts& terminal) {
  const auto [unicode, ascii, color] = mark(state);
  const auto text = terminal.utf8 ? unicode : ascii;
  return terminal.color && !color.empty() ? base::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
}

}  // namespace

std::string table(std::vector<wire::Check> checks, const os::TerminalFacts& terminal) {
  std::stable_partition(checks.begin(), checks.end(), [](const auto& c) { return c.state != State::not_here; });
  std::size_t left = 0;
  for (const auto& check : checks) left = std::max(left, base::columns(check.name));
  const int columns = std::clamp(terminal.columns, 40, 120);
  const int indent = static_cast<int>(left) + (terminal.utf8 ? 5 : 6);
  std::string out;
  for (const auto& check : checks) {
    out += " " + painted(check.state, terminal) + " " + check.name +
           std::string(left - base::columns(check.name) + 2, ' ') + options::wrapped(check.text, columns, indent) +
           "\n";
    // Never wrapped: a command is there to be copied.
    if (!check.fix.empty()) out += std::string(static_cast<std::size_t>(indent), ' ') + "fix: " + check.fix + "\n";
  }
  const auto count = [&](State state) {
    return std::count_if(checks.begin(), checks.end(), [&](const auto& c) { return c.state == state; });
  };
  const auto warnings = count(State::warning);
  out += base::format("\n {} ok, {} {}, {} to fix\n", count(State::ok), warnings,
                      warnings == 1 ? "warning" : "warnings", count(State::to_fix));
  return out;
}

}  // namespace cli::doctor
