#include "cli/result_words.h"

#include "base/format.h"

namespace cli {
namespace {

using Type = options::Option::Type;

// Flags that are words as they stand.
constexpr const char* plain[] = {"scenario", "codec", "node", "since", "sort", "order"};

}  // namespace

std::vector<options::Option> with_result_options(std::vector<options::Option> own) {
  std::vector<options::Option> all{
      {.flag = "scenario", .value_name = "NAME", .help = "Only runs of this scenario"},
      {.flag = "codec", .value_name = "NAME", .help = "Only runs that made this codec, such as h264"},
      {.flag = "node", .value_name = "NAME", .help = "Only runs of this machine"},
      {.flag = "since", .value_name = "TIME", .help = "Only runs started then or later, such as 2026-01-31 (UTC)"},
      {.flag = "where",
       .type = Type::list,
       .value_name = "FACT=VALUE",
       .help = "Only runs with this value, such as state=completed or height=1080; may be repeated",
       .items = options::Option::Items::lines},
      {.flag = "sort",
       .value_name = "FACT",
       .help = "Put them in the order of this, such as energy_joules; runs without it come last"},
      {.flag = "order",
       .value_name = "ORDER",
       .help = "The least or the greatest first [default desc for times, else asc]",
       .choices = {"asc", "desc"}}};
  for (auto& option : own) all.push_back(std::move(option));
  return all;
}

base::Result<Words> result_words(const options::Values& values) {
  Words words;
  for (const auto* flag : plain)
    if (values.has(flag)) words.emplace_back(flag, values.text(flag));
  if (values.has("where"))
    for (const auto& text : values.list("where")) {
      const auto at = text.find('=');
      if (at == std::string::npos || at == 0)
        return base::Error::invalid(base::format("--where: '{}' is not FACT=VALUE, such as state=completed", text));
      words.emplace_back(text.substr(0, at), text.substr(at + 1));
    }
  return words;
}

}  // namespace cli
