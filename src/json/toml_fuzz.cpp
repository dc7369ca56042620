// TOML from anybody: what is read has positions inside the text, and can be written as JSON.
#include <algorithm>

#include "json/json.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {
namespace {

void check_positions(const json::Value& value, int lines) {
  promise(value.position().line >= 0 && value.position().line <= lines, "a position outside of the text");
  if (value.is_array())
    for (const auto& item : value.items()) check_positions(item, lines);
  if (value.is_object())
    for (const auto& member : value.members()) check_positions(member.value, lines);
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {"[a.b]\nc = 1_000 # x\nd = [1.5, \"\\u00e9\", '''x\n''']\n[[e]]\nf = { g = true, h = -0x0 }\n",
          "a = 1979-05-27T07:32:00Z\n", "a = inf\nb = nan\nc = 9223372036854775807\n",
          "a.b.c = \"\"\"\n\\\n  x\"\"\"\n", "a = 1\na = 2\n"};
}

void fuzz_one(std::string_view text) {
  const auto value = json::parse_toml(text, "fuzz.toml");
  if (!value) return promise(value.error().text().starts_with("fuzz.toml"), "an error that does not name the file");
  check_positions(*value, 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n')));
  promise(json::parse(json::write(*value)).ok(), "it cannot be written as JSON");
}

}  // namespace os_testing
