#include "cli/frame.h"

#include <algorithm>
#include <ostream>

#include "base/format.h"
#include "base/text.h"
#include "cli/completion.h"
#include "cli/config_keys.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

using Type = options::Option::Type;
using Words = std::vector<std::string>;

os::TerminalFacts with_color(os::TerminalFacts facts, const options::Values& values) {
  const auto& choice = values.text("color");
  if (choice != "auto") facts.color = choice == "always";
  return facts;
}

bool is_help(const std::string& word) { return word == "help" || word == "--help" || word == "-h"; }

// Flags may stand before the command's name; they are moved behind it.
Words command_first(const Words& words) {
  std::size_t first = 0;
  while (first < words.size() && words[first].starts_with("-") && !is_help(words[first])) {
    const auto is_word = [&](const auto& option) { return words[first] == "--" + option.flag; };
    const auto common = common_options();
    first += std::any_of(common.begin(), common.end(), is_word) ? 2 : 1;  // both take a value
  }
  first = std::min(first, words.size());
  const auto flags_end = words.begin() + static_cast<std::ptrdiff_t>(first);
  const auto found = find_command({flags_end, words.end()});
  const auto name_end = flags_end + static_cast<std::ptrdiff_t>(found.words);
  Words out(flags_end, name_end);
  if (found.command) out.insert(out.end(), words.begin(), flags_end);
  out.insert(out.end(), name_end, words.end());
  return out;
}

int show_help(Context& context, const Words& about) {
  if (about.empty()) {
    context.out << overview(context.out_terminal.columns);
    return ok;
  }
  if (const auto found = find_command(about); found.command) {
    context.out << options::help(full_shape(*found.command), context.out_terminal.columns);
    return ok;
  }
  const auto group = about.size() == 1 ? group_overview(about[0], context.out_terminal.columns) : "";
  if (group.empty()) {
    context.err << "ffwatt: " << unknown_command(about) << "\n";
    return usage;
  }
  context.out << group;
  return ok;
}

// No command in the words: a group's name alone or with --help, or nothing that we know.
int no_command(Context& context, const Words& words) {
  const auto group = group_overview(words[0], context.err_terminal.columns);
  if (!group.empty() && words.size() == 1) {
    context.err << group;
    return usage;
  }
  if (!group.empty() && is_help(words[1])) return show_help(context, {words[0]});
  context.err << "ffwatt: " << unknown_command(words) << "\n";
  return usage;
}

std::string unknown_flag(std::string_view flag) {
  return base::format("ffwatt: '{}' needs a command after it. 'ffwatt help' lists them all.\n", flag);
}

int run_command(Context& context, const Found& found, Words words) {
  const auto command = found.command->make();
  const auto shape = full_shape(*found.command);
  auto inputs = usual_inputs(context.environment);
  inputs.words = std::move(words);
  inputs.columns = context.out_terminal.columns;
  const auto parsed = options::parse(shape, inputs, context.host.files);
  if (!parsed) {
    const auto& text = parsed.error().text();
    context.err << (text.starts_with(shape.program) ? "" : shape.program + ": ") << text << "\n";
    return options::check_files(shape, inputs, context.host.files) ? usage : config_invalid;
  }
  if (const auto& help = parsed->help) {
    context.out << *help;
    return ok;
  }
  if (command->signals() == Command::Signals::end_us) context.signals.let_through();
  Context colored = context;
  colored.out_terminal = with_color(context.out_terminal, parsed->values);
  colored.err_terminal = with_color(context.err_terminal, parsed->values);
  return command->run(colored, parsed->values);
}

}  // namespace

std::vector<options::Option> common_options() {
  return {
      {.flag = "config",
       .variable = "FFWATT_CONFIG",
       .type = Type::path,
       .section = "Common options",
       .help = "Read this TOML file instead of the usual ones"},
      {.flag = "color",
       .key = "defaults.color",
       .variable = "FFWATT_COLOR",
       .value_name = "WHEN",
       .section = "Common options",
       .help = "When to use color",
       .standard = "auto",
       .choices = {"auto", "always", "never"}},
  };
}

options::Shape full_shape(const Registered& registered) {
  auto shape = registered.make()->shape();
  shape.program = base::format("ffwatt {}", registered.words);
  if (shape.description.empty()) shape.description = registered.help;
  for (auto& option : common_options()) shape.options.push_back(std::move(option));
  return shape;
}

int run_program(Context& context, const std::vector<std::string>& all_words) {
  if (all_words.empty()) {
    context.err << overview(context.err_terminal.columns);
    return usage;
  }
  if (all_words[0] == "--version" || all_words[0] == "version") {
    context.out << "ffwatt " << FFWATT_VERSION << "\n";
    return ok;
  }
  // Asked by shells, never by people: in no list of commands.
  if (all_words[0] == "__complete") {
    const bool dashes = all_words.size() > 1 && all_words[1] == "--";
    return print_candidates(context, {all_words.begin() + (dashes ? 2 : 1), all_words.end()});
  }
  if (is_help(all_words[0])) return show_help(context, {all_words.begin() + 1, all_words.end()});
  const auto words = command_first(all_words);
  if (words.empty()) {
    context.err << unknown_flag(all_words[0]);
    return usage;
  }
  if (is_help(words[0])) return show_help(context, {words.begin() + 1, words.end()});
  const auto found = find_command(words);
  if (!found.command) return no_command(context, words);
  return run_command(context, found, {words.begin() + static_cast<std::ptrdiff_t>(found.words), words.end()});
}

}  // namespace cli
