#include "cli/completion.h"

#include <algorithm>
#include <ostream>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "cli/config_keys.h"
#include "cli/farm.h"
#include "cli/frame.h"
#include "cli/local_runs.h"
#include "json/json.h"
#include "media/scenario.h"

namespace cli {
namespace {

using options::Option;
using Words = std::vector<std::string>;
using Shell = Candidates::Shell;

constexpr units::Seconds kPatience{0.2};  // of somebody who has pressed Tab
constexpr std::size_t kMostNames = 50;

// ---- Names of things that are kept

Words run_ids(Context& context) {
  Words ids{"last"};
  if (const auto runs = matching_runs(context, {}, kMostNames))
    for (const auto& run : *runs) ids.push_back(run.id);
  return ids;
}

base::Result<json::Value> ask_master(Context& context, const std::string& path) {
  const options::Shape shape{.program = "ffwatt", .options = master_options()};
  FFWATT_TRY(const auto parsed, options::parse(shape, usual_inputs(context.environment), context.host.files));
  FFWATT_TRY(auto master, open_master(context, parsed.values));
  FFWATT_TRY(const auto answer, master.send({.url = path, .timeout = kPatience, .connect_timeout = kPatience}));
  if (answer.status != 200) return base::Error::failed("the master did not answer with a list");
  return json::parse(answer.body);
}

// The member `name` of each object in the list.
Words names_of_master(Context& context, const std::string& path, std::string_view list, std::string_view name) {
  Words names;
  const auto answer = ask_master(context, path);
  const auto* items = answer ? answer->find(list) : nullptr;
  if (!items || !items->is_array()) return names;
  for (const auto& item : items->items()) {
    const auto* value = item.find(name);
    if (value && value->is_string()) names.push_back(value->as_string());
    if (value && value->is_integer()) names.push_back(base::format("{}", value->as_integer()));
  }
  return names;
}

Words scenario_names() {
  Words names;
  const auto scenarios = media::Scenarios::built_in();
  for (const auto& scenario : scenarios.all()) names.push_back(scenario.name);
  return names;
}

// By what the help calls it.
Candidates named(Context& context, std::string_view what) {
  if (what == "RUN") return {run_ids(context)};
  if (what == "JOB") return {names_of_master(context, base::format("/jobs?limit={}", kMostNames), "jobs", "number")};
  if (what == "NODE") return {names_of_master(context, "/nodes", "nodes", "name")};
  if (what == "SHELL") return {{"bash", "zsh", "fish"}};
  if (what == "SCENARIO" || what == "NAME") return {scenario_names()};
  return {{}, Shell::files};
}

// ---- The command line

// `typed` may name a command, or the group of one.
Words next_words_of_commands(const Words& typed) {
  std::set<std::string> next;
  for (const auto& command : commands()) {
    const auto parts = base::words(command.words);
    if (parts.size() <= typed.size()) continue;
    if (std::equal(typed.begin(), typed.end(), parts.begin())) next.emplace(parts[typed.size()]);
  }
  if (typed.empty()) next.insert({"help", "version"});
  return {next.begin(), next.end()};
}

const Option* find_option(const options::Shape& shape, std::string_view word) {
  const auto found = std::ranges::find_if(shape.options, [&](const Option& option) {
    return word == "--" + option.flag || (option.short_flag && word == std::string{'-', option.short_flag});
  });
  return found == shape.options.end() ? nullptr : &*found;
}

bool takes_value(const Option& option) { return option.type != Option::Type::toggle; }

Words flags_of(const options::Shape& shape) {
  Words flags{"--help"};
  for (const auto& option : shape.options) {
    const bool on_by_default = option.type == Option::Type::toggle && option.standard == "true";
    flags.push_back((on_by_default ? "--no-" : "--") + option.flag);
  }
  return flags;
}

Candidates values_of(Context& context, const Option& option) {
  if (!option.choices.empty()) return {option.choices};
  if (option.type == Option::Type::path) return {{}, Shell::files};
  if (option.flag == "scenario") return named(context, "SCENARIO");
  if (option.flag == "node") return named(context, "NODE");
  return {};
}

Candidates with_prefix(Candidates all, const std::string& prefix) {
  for (auto& word : all.words) word = prefix + word;
  return all;
}

// Behind the command's own words: `typed` without the one to complete.
Candidates of_command(Context& context, const options::Shape& shape, const Words& typed, const std::string& last,
                      std::size_t first) {
  std::size_t arguments = 0;
  bool ended = false;  // by "--"
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const auto& word = typed[i];
    if (!ended && word == "--") {
      if (shape.rest == options::Shape::Rest::command) return {{}, Shell::command, first + i + 1};
      ended = true;
    } else if (!ended && word.size() > 1 && word.starts_with("-")) {
      const auto* option = find_option(shape, word);
      if (!option || !takes_value(*option)) continue;
      if (i + 1 == typed.size()) return values_of(context, *option);
      ++i;  // its value
    } else if (shape.rest == options::Shape::Rest::command) {
      return {{}, Shell::command, first + i};
    } else {
      ++arguments;
    }
  }
  if (const auto equals = last.find('='); !ended && last.starts_with("--") && equals != std::string::npos) {
    const auto* option = find_option(shape, last.substr(0, equals));
    return option ? with_prefix(values_of(context, *option), last.substr(0, equals + 1)) : Candidates{};
  }
  if (!ended && last.starts_with("-")) return {flags_of(shape)};
  if (shape.rest == options::Shape::Rest::command) return {{}, Shell::command, first + typed.size()};
  if (shape.arguments.empty()) return {};
  const auto& argument = shape.arguments[std::min(arguments, shape.arguments.size() - 1)];
  const bool full = arguments >= shape.arguments.size() && argument.count != options::Shape::Argument::Count::many;
  return full ? Candidates{} : named(context, argument.name);
}

}  // namespace

Candidates candidates(Context& context, const Words& words) {
  if (words.size() < 2) return {};
  const Words typed(words.begin() + 1, words.end() - 1);
  const auto& last = words.back();
  Candidates all;
  const auto found = find_command(typed);
  if (!found.command) {
    all.words = next_words_of_commands(typed);
  } else {
    const Words own(typed.begin() + static_cast<std::ptrdiff_t>(found.words), typed.end());
    all = of_command(context, full_shape(*found.command), own, last, 1 + found.words);
    // `ffwatt scenarios` is a command and the beginning of another.
    if (own.empty())
      for (auto& word : next_words_of_commands(typed)) all.words.push_back(std::move(word));
  }
  std::erase_if(all.words, [&](const auto& word) { return !word.starts_with(last); });
  return all;
}

int print_candidates(Context& context, const Words& words) {
  const auto all = candidates(context, words);
  for (const auto& word : all.words) context.out << word << "\n";
  if (all.shell == Shell::files) context.out << ":files\n";
  if (all.shell == Shell::command) context.out << ":command " << all.command_from << "\n";
  return 0;
}

}  // namespace cli
