// The one option table: every option is declared once with its name, help, type and default; its value comes from a
// flag, else the environment, else a TOML file, else the default, and can say which. Read this header first.
// Built and read in one thread at start. Errors are invalid with file, line, column and the nearest known key.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/processes.h"
#include "units/parse.h"

namespace options {

enum class Origin { standard, file, environment, flag };
std::string_view name(Origin origin);

// One option. `key` is its TOML key with its table, "master.port"; `flag` without dashes, "port"; `variable` such as
// "FFWATT_MASTER", empty where it has none. Booleans are flags without a value ("--json", "--no-json").
struct Option {
  std::string flag;
  char short_flag = 0;
  std::string key;       // empty: not in files (one-shot options such as --name)
  std::string variable;  // empty: not in the environment
  enum class Type { text, integer, duration, bitrate, bytes, ratio, picture_size, path, toggle, list } type = Type::text;
  std::string value_name;  // in help: "SECONDS"
  std::string help;        // one sentence
  std::string standard;    // default as text; empty: none
  std::vector<std::string> choices;  // text: one of these; empty: any
};

// What a command line looks like: options, then named or repeated arguments; `rest_after_dashes` for `run -- CMD…`.
struct Shape {
  std::string program;      // "ffwatt run"
  std::string description;  // one sentence
  std::vector<std::string> examples;  // complete command lines, shown first in help
  std::vector<Option> options;
  struct Argument {
    std::string name, help;
    enum class Count { one, optional, many } count = Count::one;
  };
  std::vector<Argument> arguments;
  enum class Rest { none, command } rest = Rest::none;  // command: everything after the first non-option or "--"
};

class Values {
 public:
  bool has(std::string_view flag) const;  // set anywhere, default included
  Origin origin(std::string_view flag) const;
  const std::string& text(std::string_view flag) const;  // precondition: has(flag), for this and the typed ones
  std::int64_t integer(std::string_view flag) const;
  units::Seconds duration(std::string_view flag) const;
  units::BitsPerSecond bitrate(std::string_view flag) const;
  units::PictureSize picture_size(std::string_view flag) const;
  units::Ratio ratio(std::string_view flag) const;
  bool toggle(std::string_view flag) const;  // false where not set
  std::vector<std::string> list(std::string_view flag) const;
  std::vector<std::string> arguments;  // positional
  std::vector<std::string> command;    // Rest::command

 private:
  friend class Parser;
  struct Entry {
    std::string text;
    std::vector<std::string> items;
    Origin origin = Origin::standard;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

struct Inputs {
  std::vector<std::string> words;       // after the program's name (and the command's)
  os::Environment environment;
  std::vector<os::Path> files;          // TOML, weakest first; absent ones are skipped
  std::optional<os::Path> named_file;   // --config: must exist
};

// Help asked for is an answer, not an error.
struct Parsed {
  std::optional<std::string> help;  // print it and exit 0
  Values values;
};
base::Result<Parsed> parse(const Shape& shape, const Inputs& inputs, const os::Files& files);
std::string help(const Shape& shape, int columns);

}  // namespace options
