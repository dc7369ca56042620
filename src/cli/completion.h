// What may come next on a command line that is being typed: for the shells' completion (commands/completion.cpp prints
// the scripts that ask). Walks the same commands and options as the help; looks up runs, jobs and nodes by their names
// for a fifth of a second at most; whatever goes wrong gives fewer candidates and no word.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace cli {

struct Candidates {
  std::vector<std::string> words;  // each fits what was typed so far
  // What the shell itself knows best: names of files, or another command with words of its own from `rest_from` on.
  enum class Shell { nothing, files, command } shell = Shell::nothing;
  std::size_t command_from = 0;  // index of that command in the words that were asked about
};

// `words` begin with "ffwatt"; the last is the one to complete, and may be empty.
Candidates candidates(Context& context, const std::vector<std::string>& words);

// One candidate a line; last ":files" or ":command N" for the shell. Exit code 0 always.
int print_candidates(Context& context, const std::vector<std::string>& words);

}  // namespace cli
