#include "cli/make.h"

namespace cli {

const std::vector<Registered>& commands() {
  static const std::vector<Registered> all = {
#define COMMAND(words, symbol, help) {words, help, &make::symbol},
#include "cli/commands.def"
#undef COMMAND
  };
  return all;
}

}  // namespace cli
