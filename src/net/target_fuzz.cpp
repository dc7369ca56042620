// The target of a request line, and what is percent-encoded: decoded once, without a way out of the tree.
#include <algorithm>

#include "net/http_client.h"
#include "net/target.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {"/",
          "/api/v1/jobs?state=queued&limit=5",
          "/a%20b/%c3%a9?k=%00",
          "/a//b",
          "/..",
          "/a/%2e%2e/b",
          "/ui/",
          "*",
          "http://h/a",
          "/a?x=1&x=2&=&&y",
          "/a#b"};
}

void fuzz_one(std::string_view text) {
  const auto target = net::parse_target(text);
  if (target) {
    const auto& path = target->path;
    promise(path.starts_with('/') && path.find("//") == path.npos, "a path with an empty segment");
    promise(("/" + path + "/").find("/../") == path.npos, "a path that leads out");
    promise(std::none_of(path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
            "a control character in a path");
  }
  // Whatever it is, encoded it is one segment, and read back as what it was where a path may hold it at all.
  const auto segment = net::percent_encode(text);
  const auto again = net::parse_target("/x" + segment);
  if (again) promise(again->path == "/x" + std::string(text), "a segment that is read as another one");
}

}  // namespace os_testing
