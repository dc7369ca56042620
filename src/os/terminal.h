// What the other end of a descriptor is: a terminal and how wide, or a pipe.
#pragma once

#include "os/processes.h"

namespace os {

struct TerminalFacts {
  bool is_terminal = false;
  int columns = 80;    // ioctl, else COLUMNS, else 80
  bool dumb = false;   // TERM is dumb or unset
  bool utf8 = true;    // by LC_ALL, LC_CTYPE, LANG
  bool color = false;  // is_terminal, not dumb, and neither NO_COLOR nor CLICOLOR=0; CLICOLOR_FORCE turns it on
};
TerminalFacts terminal_facts(int descriptor, const Environment& environment);

}  // namespace os
