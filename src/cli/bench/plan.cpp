#include "cli/bench/plan.h"

#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "base/text.h"
#include "units/format.h"

namespace cli::bench {
namespace {

using base::Error;
using base::format;

base::Result<std::pair<std::string, std::string>> name_and_rest(std::string_view flag, std::string_view example,
                                                                std::string_view text) {
  const auto at = text.find('=');
  const auto name = text.substr(0, at == std::string_view::npos ? 0 : at);
  const bool word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!word) return Error::invalid(format("--{}: '{}' is not NAME=VALUES, such as {}", flag, text, example));
  return std::pair(std::string(name), std::string(text.substr(at + 1)));
}

// A file's own name, not its folders, may be a pattern.
base::Result<std::vector<std::string>> files_of(const os::Files& files, const std::string& pattern) {
  const os::Path path(pattern);
  const auto folder = path.has_parent_path() ? path.parent_path() : os::Path(".");
  FFWATT_TRY(const auto names, files.list(folder).in("--list"));
  std::vector<std::string> out;
  for (const auto& name : names)
    if (::fnmatch(path.filename().c_str(), name.c_str(), FNM_PERIOD) == 0)
      out.push_back(path.has_parent_path() ? (folder / name).string() : name);
  if (out.empty()) return Error::absent(format("--list: no file matches {}", pattern));
  return out;
}

std::string placeholder(const std::string& name) { return "{" + name + "}"; }

bool holds(const std::vector<std::string>& command, const std::string& text) {
  return std::any_of(command.begin(), command.end(),
                     [&](const auto& word) { return word.find(text) != std::string::npos; });
}

// One pass from left to right: a value that holds braces itself stays as it is.
std::string filled(const std::string& word, const std::map<std::string, std::string>& variables) {
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    const auto end = word[at] == '{' ? word.find('}', at) : std::string::npos;
    const auto found = end == std::string::npos ? variables.end() : variables.find(word.substr(at + 1, end - at - 1));
    if (found == variables.end()) {
      out += word[at++];
    } else {
      out += found->second;
      at = end + 1;
    }
  }
  return out;
}

// What stands in braces, for saying which one was meant.
std::vector<std::string> named_in(const std::vector<std::string>& command) {
  std::vector<std::string> out;
  for (const auto& word : command)
    for (auto open = word.find('{'); open != std::string::npos; open = word.find('{', open + 1))
      if (const auto close = word.find('}', open); close != std::string::npos)
        out.push_back(word.substr(open + 1, close - open - 1));
  return out;
}

std::uint64_t mixed(std::uint64_t& state) {
  // SplitMix64 (Steele, Lea, Flood 2014): the same on every machine, which std::shuffle is not.
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

base::Result<Variable> parse_list(const os::Files& files, std::string_view text) {
  FFWATT_TRY(auto pair, name_and_rest("list", "preset=veryfast,medium", text));
  Variable out{.name = std::move(pair.first), .values = {}};
  for (const auto part : base::split(pair.second, ',')) {
    std::vector<std::string> values{std::string(part)};
    if (part.find_first_of("*?") != std::string_view::npos) {
      FFWATT_TRY(values, files_of(files, std::string(part)));
    }
    for (auto& value : values) {
      if (value.empty()) return Error::invalid(format("--list: {} has an empty value in '{}'", out.name, text));
      if (std::find(out.values.begin(), out.values.end(), value) != out.values.end())
        return Error::invalid(format("--list: {} has the value {} twice", out.name, value));
      out.values.push_back(std::move(value));
    }
  }
  return out;
}

base::Result<Variable> parse_scan(std::string_view text) {
  constexpr std::string_view example = "crf=18:28:5";
  FFWATT_TRY(auto pair, name_and_rest("scan", example, text));
  const auto parts = base::split(pair.second, ':');
  const auto bad = [&] {
    return Error::invalid(format("--scan: '{}' is not NAME=MIN:MAX[:STEP], such as {}", text, example));
  };
  if (parts.size() < 2 || parts.size() > 3) return bad();
  const auto least = base::to_double(parts[0]), most = base::to_double(parts[1]);
  const auto step = parts.size() == 3 ? base::to_double(parts[2]) : std::optional(1.0);
  if (!least || !most || !step) return bad();
  if (*step <= 0 || *most < *least)
    return Error::invalid(format("--scan: '{}' goes nowhere: MAX must not be below MIN, nor STEP 0 or less", text));
  // A last step that rounding puts a hair beyond the end is still the last one.
  const double steps = std::floor((*most - *least) / *step + 1e-9);
  if (steps >= static_cast<double>(most_settings))
    return Error::invalid(format("--scan: '{}' has more than {} values", text, most_settings));
  Variable out{.name = std::move(pair.first), .values = {}};
  for (int i = 0; i <= static_cast<int>(steps); ++i) {
    // Ten digits: more than anybody steps by, and none of the noise of binary fractions.
    out.values.push_back(format("{:.10g}", *least + i * *step));
  }
  return out;
}

base::Result<std::vector<Setting>> settings_of(const std::vector<Variable>& variables,
                                               const std::vector<std::string>& command) {
  std::vector<Setting> out{{}};
  for (const auto& variable : variables) {
    if (out.front().variables.count(variable.name))
      return Error::invalid(
          format("the variable {} is given twice; name all of its values in one --list", variable.name));
    if (!holds(command, placeholder(variable.name)))
      return Error::invalid(format("{{{}}} stands nowhere in the command, so that every run would be the same.{}",
                                   variable.name, base::did_you_mean(variable.name, named_in(command))));
    if (out.size() * variable.values.size() > most_settings)
      return Error::invalid(format("that makes more than {} settings; sweep over fewer values", most_settings));
    std::vector<Setting> more;
    for (const auto& setting : out)
      for (const auto& value : variable.values) {
        auto one = setting;
        one.name += format("{}{}={}", one.name.empty() ? "" : " ", variable.name, value);
        one.variables[variable.name] = value;
        more.push_back(std::move(one));
      }
    out = std::move(more);
  }
  for (auto& setting : out) {
    if (setting.name.empty()) setting.name = os::Path(command.front()).filename().string();
    for (const auto& word : command) setting.command.push_back(filled(word, setting.variables));
  }
  return out;
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint32_t seed, int block) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::uint64_t state = (std::uint64_t{seed} << 32) + static_cast<std::uint64_t>(block);
  // Fisher and Yates; the remainder favours small places by less than one in 10^16.
  for (std::size_t left = count; left > 1; --left) std::swap(order[left - 1], order[mixed(state) % left]);
  return order;
}

std::string fingerprint(const std::vector<Setting>& settings) {
  // FNV-1a, 64 bits: against mistakes, not against anybody.
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ 0xff) * 0x100000001b3u;  // ends it: no byte of UTF-8
  };
  for (const auto& setting : settings) {
    add(setting.name);
    for (const auto& word : setting.command) add(word);
  }
  return format("{:016x}", hash);
}

}  // namespace cli::bench
