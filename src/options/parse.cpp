// Where the four origins of a value meet: flags over environment over files over defaults.
#include "base/format.h"
#include "base/text.h"
#include "options/check.h"
#include "options/options.h"
#include "options/toml_values.h"
#include "options/words.h"

namespace options {
namespace {

using base::Error;
using base::format;

const std::string* variable(const Inputs& inputs, const Option& option) {
  if (option.variable.empty()) return nullptr;
  const auto* value = os::find(inputs.environment, option.variable);
  return value && !value->empty() ? value : nullptr;
}

std::optional<os::Path> named_file(const Shape& shape, const Inputs& inputs, const Words& words) {
  for (const auto& option : shape.options) {
    if (option.flag != "config") continue;
    if (const auto given = words.flags.find("config"); given != words.flags.end()) return given->second.back();
    if (const auto* value = variable(inputs, option)) return *value;
  }
  return inputs.named_file;
}

base::Result<std::map<std::string, FileValue>> from_files(const Shape& shape, const Inputs& inputs, const Words& words,
                                                          const os::Files& files) {
  return read_toml_values(shape, inputs.files, named_file(shape, inputs, words), inputs.known_keys, files);
}

base::Result<void> count_arguments(const Shape& shape, const std::vector<std::string>& given) {
  using Count = Shape::Argument::Count;
  std::size_t least = 0, most = shape.arguments.size();
  for (const auto& argument : shape.arguments) {
    if (argument.count == Count::many) most = given.size();
    if (argument.count != Count::one) continue;
    ++least;
    if (given.size() < least) {
      return Error::invalid(
          format("{} needs {}: {}. See '{} --help'.", shape.program, argument.name, argument.help, shape.program));
    }
  }
  if (given.size() <= most) return {};
  return Error::invalid(format("{} does not take '{}'{}. See '{} --help'.", shape.program, given[most],
                               most == 0 ? ": it has no arguments" : "", shape.program));
}

}  // namespace

// Friend of Values: fills it in.
class Parser {
 public:
  Parser(const Inputs& inputs, const Words& words, const std::map<std::string, FileValue>& in_files)
      : inputs_(inputs), words_(words), in_files_(in_files) {}

  base::Result<void> take(const Option& option, Values& values) const {
    if (const auto given = words_.flags.find(option.flag); given != words_.flags.end()) {
      std::vector<std::string> items;
      for (const auto& text : given->second)
        for (auto& item : split_items(option, text)) items.push_back(std::move(item));
      return put(option, std::move(items), Origin::flag, "--" + option.flag, values);
    }
    if (const auto* text = variable(inputs_, option)) {
      return put(option, split_items(option, *text), Origin::environment, option.variable, values);
    }
    if (const auto found = in_files_.find(option.flag); found != in_files_.end()) {
      return put(option, found->second.items, Origin::file, found->second.where, values);
    }
    if (option.standard.empty()) return {};
    return put(option, split_items(option, option.standard), Origin::standard, "default", values);
  }

 private:
  base::Result<void> put(const Option& option, std::vector<std::string> items, Origin origin, std::string where,
                         Values& values) const {
    auto good = checked(option, std::move(items));
    if (!good) return good.error().in(where);
    auto& entry = values.entries_[option.flag];
    entry.items = *std::move(good);
    // A flag that was repeated: the last one counts, for a list all of them.
    entry.text = option.type == Option::Type::list ? base::join(entry.items, ",") : entry.items.back();
    entry.origin = origin;
    entry.where = std::move(where);
    return {};
  }

  const Inputs& inputs_;
  const Words& words_;
  const std::map<std::string, FileValue>& in_files_;
};

base::Result<Parsed> parse(const Shape& shape, const Inputs& inputs, const os::Files& files) {
  FFWATT_TRY(Words words, take_apart(shape, inputs.words));
  Parsed parsed;
  if (words.help == Words::Help::asked) {
    parsed.help = help(shape, inputs.columns);
    return parsed;
  }
  FFWATT_TRY(const auto in_files, from_files(shape, inputs, words, files));
  const Parser parser(inputs, words, in_files);
  for (const auto& option : shape.options) FFWATT_CHECK(parser.take(option, parsed.values));
  if (shape.rest == Shape::Rest::command) {
    parsed.values.command = std::move(words.rest);
  } else {
    FFWATT_CHECK(count_arguments(shape, words.rest));
    parsed.values.arguments = std::move(words.rest);
  }
  return parsed;
}

base::Result<void> check_files(const Shape& shape, const Inputs& inputs, const os::Files& files) {
  const auto words = take_apart(shape, inputs.words);
  if (!words) return {};  // the command line is at fault, and which files it means is not known
  FFWATT_TRY(const auto found, from_files(shape, inputs, *words, files));
  return {};
}

}  // namespace options
