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

// Rows that say the same of several things are one row.
std::vector<wire::Check> folded(const std::vector<wire::Check>& checks) {
  std::vector<wire::Check> out;
  for (const auto& check : checks) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const wire::Check& other) {
      return other.state == check.state && other.text == check.text && other.fix == check.fix;
    });
    if (same == out.end()) {
      out.push_back(check);
    } else {
      same->name += ", " + check.name;
    }
  }
  return out;
}

class Rows {
 public:
  Rows(const std::vector<wire::Check>& checks, const os::TerminalFacts& terminal)
      : terminal_(terminal), columns_(std::clamp(terminal.columns, 40, 120)), mark_width_(terminal.utf8 ? 3 : 4) {
    for (const auto& check : checks)
      if (check.state != State::not_here) left_ = std::max(left_, base::columns(check.name));
  }

  // What counts has its text in a column of its own; what is merely absent is a sentence.
  void add(const wire::Check& check) {
    const bool absent = check.state == State::not_here;
    const int indent = mark_width_ + (absent ? 0 : static_cast<int>(left_) + 2);
    out_ += " " + painted(check.state, terminal_) + " ";
    if (absent) {
      out_ += options::wrapped(check.name + ": " + check.text, columns_, indent);
    } else {
      out_ += check.name + std::string(left_ - base::columns(check.name) + 2, ' ') +
              options::wrapped(check.text, columns_, indent);
    }
    out_ += "\n";
    // Never wrapped: a command is there to be copied.
    if (!check.fix.empty()) out_ += std::string(static_cast<std::size_t>(indent), ' ') + "fix: " + check.fix + "\n";
  }
  std::string take() && { return std::move(out_); }

 private:
  const os::TerminalFacts& terminal_;
  int columns_, mark_width_;
  std::size_t left_ = 0;
  std::string out_;
};

}  // namespace

std::string table(std::vector<wire::Check> checks, const os::TerminalFacts& terminal) {
  const auto count = [all = checks](State state) {
    return std::count_if(all.begin(), all.end(), [&](const auto& c) { return c.state == state; });
  };
  checks = folded(checks);
  std::stable_partition(checks.begin(), checks.end(), [](const auto& c) { return c.state != State::not_here; });
  Rows rows(checks, terminal);
  for (const auto& check : checks) rows.add(check);
  const auto warnings = count(State::warning);
  return std::move(rows).take() + base::format("\n {} ok, {} {}, {} to fix\n", count(State::ok), warnings,
                                               warnings == 1 ? "warning" : "warnings", count(State::to_fix));
}

}  // namespace cli::doctor
