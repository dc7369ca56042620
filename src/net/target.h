// Target: the request line's target, decoded. Only the origin form ("/path?query") is served; whatever a proxy in front
// might read differently from us is refused instead of being normalised: empty, "." and ".." segments, an encoded
// slash, control characters, a fragment. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace net {

struct Target {
  std::string path;  // begins with '/'; one trailing slash is dropped, so "/ui/" is "/ui"
  std::vector<std::pair<std::string, std::string>> query;
};

// invalid: the text says which rule was broken. It does not repeat the target, which may hold anything.
base::Result<Target> parse_target(std::string_view text);

}  // namespace net
