// JSON from anybody: what is read can be written, and read again as the same.
#include "json/json.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {R"({"a":[1,-2.5e3,true,null,"\u00e9\ud83d\ude00\n"],"b":{}})", "[9223372036854775807,1e308,-0.0]", "\"x\"",
          std::string(40, '['), R"({"a":1,"a":2})"};
}

void fuzz_one(std::string_view text) {
  // Small limits, so that they are met.
  const json::Limits limits{.bytes = 4096, .depth = 8, .nodes = 200};
  const auto value = json::parse(text, limits);
  if (!value) return promise(!value.error().text().empty(), "an error without words");
  for (const auto layout : {json::Layout::compact, json::Layout::indented}) {
    const auto written = json::write(*value, layout);
    const auto again = json::parse(written);
    promise(again.ok(), "what was written cannot be read");
    // Not of the values: 2.0 is written as 2, which is read as an integer.
    promise(json::write(*again, layout) == written, "what was written is read as something else");
  }
}

}  // namespace os_testing
