// The frame around every command: the options that all have, the overview, and finding a command by its words.
// run_program() itself is in command.h.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace cli {

// --config and --color.
std::vector<options::Option> common_options();

// The command's shape as it is parsed: with its program name and the common options.
options::Shape full_shape(const Registered& registered);

// `ffwatt help`: examples first, then one line a command.
std::string overview(int columns);
// The commands whose first word is `group`; empty where there are none.
std::string group_overview(std::string_view group, int columns);

// The command with the most leading words, and how many words that are.
struct Found {
  const Registered* command = nullptr;
  std::size_t words = 0;
};
Found find_command(const std::vector<std::string>& words);
// For words that name no command: "unknown command 'rnu'. Did you mean 'run'?"
std::string unknown_command(const std::vector<std::string>& words);

}  // namespace cli
