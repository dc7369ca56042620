// The makers of all commands, declared from commands.def; each is defined in its command's own file.
#pragma once

#include <memory>

#include "cli/command.h"

namespace cli::make {

#define COMMAND(words, symbol, help) std::unique_ptr<Command> symbol();
#include "cli/commands.def"
#undef COMMAND

}  // namespace cli::make
