#include "os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace os {
namespace {

// Empty counts as unset, as no-color.org and POSIX locales have it.
std::string_view value_of(const Environment& environment, std::string_view name) {
  const std::string* value = find(environment, name);
  return value ? std::string_view(*value) : std::string_view();
}

int columns(int descriptor, const Environment& environment) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto told = base::to_int(value_of(environment, "COLUMNS"));
  // Bounds against nonsense: a table needs some room, and a line of a megabyte is no help.
  return told && *told >= 20 && *told <= 10'000 ? static_cast<int>(*told) : 80;
}

bool speaks_utf8(const Environment& environment) {
  for (const auto name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto locale = base::lower(value_of(environment, name));
    if (locale.empty()) continue;
    return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return true;  // containers set no locale at all, and every terminal of today takes UTF-8
}

}  // namespace

TerminalFacts terminal_facts(int descriptor, const Environment& environment) {
  TerminalFacts facts;
  facts.is_terminal = ::isatty(descriptor) == 1;
  facts.columns = columns(descriptor, environment);
  const auto term = value_of(environment, "TERM");
  facts.dumb = term.empty() || term == "dumb";
  facts.utf8 = speaks_utf8(environment);
  const auto forced = value_of(environment, "CLICOLOR_FORCE");
  const bool wanted = (facts.is_terminal && !facts.dumb && value_of(environment, "CLICOLOR") != "0") ||
                      (!forced.empty() && forced != "0");
  facts.color = wanted && value_of(environment, "NO_COLOR").empty();
  return facts;
}

}  // namespace os
