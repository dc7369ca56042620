// The parts of the URLs that a relay serves. Pure; the URL's form was checked by media::input_fault() or
// rtmp_url_fault(), and what does not fit here is refused again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relay {

struct Url {
  enum class Scheme { http, https, rtmp } scheme = Scheme::http;
  std::string host;  // without brackets
  std::uint16_t port = 0;
  std::string rest;  // "/path?query", at least "/"
};
base::Result<Url> parse_url(std::string_view text);
// Scheme, host and port: what may be told to anybody (a query or a key may be a secret).
std::string shown(const Url& url);
// Where a redirect of `from` leads; invalid where that is no URL that jobs may read.
base::Result<std::string> redirected(const Url& from, std::string_view location);

}  // namespace relay
