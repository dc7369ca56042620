// The only file that includes CLI11. It splits words into flags and their texts; types, environment, files and defaults
// are ours, since they need positions and one order for all. Its exceptions and exit codes end here.
#include "options/words.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace options {
namespace {

using Type = Option::Type;

// CLI11 takes the next word as the value of "--name=", and drops the word "++". Words that it would get wrong are
// marked at their end before it sees them and unmarked afterwards, so that words of the command come through byte for
// byte.
class Marker {
 public:
  explicit Marker(const std::vector<std::string>& words) {
    const auto holds = [this](const std::string& word) { return word.find(mark_) != std::string::npos; };
    while (std::any_of(words.begin(), words.end(), holds)) mark_ += '\x01';
  }
  std::vector<std::string> marked(std::vector<std::string> words) const {
    for (auto& word : words)
      if (word == "++" || (word.starts_with("--") && word.find('=') == word.size() - 1)) word += mark_;
    return words;
  }
  std::vector<std::string> unmarked(std::vector<std::string> words) const {
    for (auto& word : words)
      if (word.ends_with(mark_)) word.resize(word.size() - mark_.size());
    return words;
  }

 private:
  std::string mark_{'\x01'};
};

std::vector<std::string> all_flags(const Shape& shape) {
  std::vector<std::string> flags{"--help"};
  for (const auto& option : shape.options) {
    flags.push_back("--" + option.flag);
    if (option.type == Type::toggle) flags.push_back("--no-" + option.flag);
  }
  return flags;
}

base::Error unknown_flag(const Shape& shape, std::string_view word) {
  const auto name = word.substr(0, word.find('='));
  auto text = base::format("{} has no option '{}'.{}", shape.program, name, base::did_you_mean(name, all_flags(shape)));
  if (shape.rest == Shape::Rest::command) text += " Flags of the command itself come after '--'.";
  return base::Error::invalid(base::format("{} '{} --help' lists them all.", text, shape.program));
}

base::Error lacks_value(const Shape& shape, const std::string& word) {
  for (const auto& option : shape.options) {
    if (word == "--" + option.flag || (option.short_flag && word == std::string{'-', option.short_flag})) {
      return base::Error::invalid(base::format("--{} needs a value: --{} {}", option.flag, option.flag,
                                               option.value_name.empty() ? "VALUE" : option.value_name));
    }
  }
  return base::Error::invalid(base::format("'{}' needs a value", word));
}

bool looks_like_flag(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

base::Result<std::vector<std::string>> left_over(const Shape& shape, std::vector<std::string> words) {
  if (shape.rest == Shape::Rest::command) {
    if (words.empty()) return words;
    if (words[0] == "--") return std::vector<std::string>(words.begin() + 1, words.end());
    if (looks_like_flag(words[0])) return unknown_flag(shape, words[0]);
    return words;
  }
  std::vector<std::string> arguments;
  bool flags_possible = true;
  for (auto& word : words) {
    if (flags_possible && word == "--") {
      flags_possible = false;
    } else if (flags_possible && looks_like_flag(word)) {
      return unknown_flag(shape, word);
    } else {
      arguments.push_back(std::move(word));
    }
  }
  return arguments;
}

}  // namespace

base::Result<Words> take_apart(const Shape& shape, const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  if (shape.rest == Shape::Rest::command) app.prefix_command();
  CLI::Option* help = app.add_flag("-h,--help");
  std::vector<std::pair<const Option*, CLI::Option*>> known;
  for (const auto& option : shape.options) {
    std::string names =
        option.short_flag ? base::format("-{},--{}", option.short_flag, option.flag) : "--" + option.flag;
    CLI::Option* made = nullptr;
    if (option.type == Type::toggle) {
      made = app.add_flag(names + base::format(",!--no-{}", option.flag));
      made->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    } else {
      made = app.add_option(names);
      made->type_size(1)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
    known.emplace_back(&option, made);
  }
  const Marker marker(words);
  auto reversed = marker.marked(words);  // as CLI11 wants them
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch&) {
    return lacks_value(shape, words.back());  // only the last word can run out of words
  } catch (const CLI::Error& error) {
    return base::Error::invalid(base::format("{}: {}", shape.program, error.what()));
  }
  Words out;
  if (help->count() > 0) {
    out.help = Words::Help::asked;
    return out;
  }
  for (const auto& [option, made] : known) {
    if (made->count() > 0) out.flags[option->flag] = marker.unmarked(made->results());
  }
  FFWATT_TRY(out.rest, left_over(shape, marker.unmarked(app.remaining())));
  return out;
}

}  // namespace options
