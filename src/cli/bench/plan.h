// What a sweep is to run: every combination of its variables' values, put into one command line. Pure but for the names
// of files that a pattern stands for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/files.h"

namespace cli::bench {

struct Variable {
  std::string name;
  std::vector<std::string> values;  // at least one, each once
};
// "preset=veryfast,medium", as --list has it; "in=clips/*.mp4" stands for the files of that pattern, sorted.
base::Result<Variable> parse_list(const os::Files& files, std::string_view text);
// "crf=18:28:5", as --scan has it: from the first to the last in steps, of 1 where there is none.
base::Result<Variable> parse_scan(std::string_view text);

struct Setting {
  std::string name;  // "preset=medium crf=23"
  std::map<std::string, std::string> variables;
  std::vector<std::string> command;
};
constexpr std::size_t most_settings = 1000;
// Every combination, the first variable changing slowest; one setting without a variable. invalid: a name that comes
// twice, a variable whose {name} stands nowhere in the command, more than most_settings.
base::Result<std::vector<Setting>> settings_of(const std::vector<Variable>& variables,
                                               const std::vector<std::string>& command);

// The order of one block of `count` settings: shuffled, the same for the same seed and block.
std::vector<std::size_t> shuffled(std::size_t count, std::uint32_t seed, int block);

// The same for the same settings, by which a sweep is known again.
std::string fingerprint(const std::vector<Setting>& settings);

}  // namespace cli::bench
