// The one option table: every option is declared once with its name, help, type and default; its value comes from a
// flag, else the environment, else a TOML file, else the default, and can say which. Read this header first.
// Built and read in one thread at start. Errors are invalid with file, line, column and the nearest known key.
//
// An option with the flag "config" names a file that is read instead of Inputs::files. A toggle takes --FLAG and
// --no-FLAG; in files true or false; in the environment also 1, 0, yes, no, on, off. An empty variable counts as not
// set.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
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
// (Members are written with {}: else g++ 12 warns of each one that a designated initializer leaves out.)
struct Option {
  std::string flag{};
  char short_flag = 0;
  std::string key{};       // empty: not in files (one-shot options such as --name)
  std::string variable{};  // empty: not in the environment
  enum class Type {
    text,
    integer,
    number,
    duration,
    bitrate,
    bytes,
    ratio,
    picture_size,
    path,
    toggle,
    list
  } type = Type::text;
  std::string value_name{};                                       // in help: "SECONDS"
  std::string section{};                                          // of the help; empty: "Options"
  std::string help{};                                             // one sentence
  std::string standard{};                                         // default as text; empty: none
  std::vector<std::string> choices{};                             // text and items of a list: one of these; empty: any
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  // of an integer
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  // list: how one text becomes several items. A flag may come more than once either way. `lines` is for items that may
  // hold commas themselves, such as --tag note=a,b.
  enum class Items { commas, lines } items = Items::commas;
};

// What a command line looks like: options, then named or repeated arguments; `rest_after_dashes` for `run -- CMD…`.
struct Shape {
  std::string program{};                // "ffwatt run"
  std::string description{};            // one sentence
  std::vector<std::string> examples{};  // complete command lines, shown first in help
  std::vector<Option> options{};
  struct Argument {
    std::string name{}, help{};
    enum class Count { one, optional, many } count = Count::one;
  };
  std::vector<Argument> arguments{};
  enum class Rest { none, command } rest = Rest::none;  // command: everything after the first non-option or "--"
};

class Values {
 public:
  bool has(std::string_view flag) const;  // set anywhere, default included
  Origin origin(std::string_view flag) const;
  // "--port", "FFWATT_PORT", "/etc/ffwatt/config.toml:3:8" or "default": for errors that a command finds itself.
  std::string where(std::string_view flag) const;
  const std::string& text(std::string_view flag) const;  // precondition: has(flag), for this and the typed ones
  std::int64_t integer(std::string_view flag) const;
  double number(std::string_view flag) const;
  units::Seconds duration(std::string_view flag) const;
  units::BitsPerSecond bitrate(std::string_view flag) const;
  units::Bytes bytes(std::string_view flag) const;
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
    std::string where = "default";
  };
  const Entry& entry(std::string_view flag) const;
  std::map<std::string, Entry, std::less<>> entries_;
};

struct Inputs {
  std::vector<std::string> words{};  // after the program's name (and the command's)
  os::Environment environment{};
  std::vector<os::Path> files{};         // TOML, weakest first; absent ones are skipped
  std::optional<os::Path> named_file{};  // must exist; read instead of `files`
  // Keys that other commands and programs read from the same files: known, but not looked at here.
  std::vector<std::string> known_keys{};
  int columns = 80;  // width of the help
};

// Help asked for is an answer, not an error.
struct Parsed {
  std::optional<std::string> help;  // print it and exit 0
  Values values;
};
base::Result<Parsed> parse(const Shape& shape, const Inputs& inputs, const os::Files& files);
// Only what is wrong in the files, so that a caller can tell a bad configuration from a bad command line.
base::Result<void> check_files(const Shape& shape, const Inputs& inputs, const os::Files& files);
// The words that say again what flags have said of these options, for a process that we start: what comes from the
// environment or a file it reads itself.
std::vector<std::string> flags_given(const Values& values, const std::vector<Option>& of);
std::string help(const Shape& shape, int columns);
// Words filled into lines of at most `columns`, every line but the first indented. The first one begins at `indent`
// too.
std::string wrapped(std::string_view text, int columns, int indent);

}  // namespace options
