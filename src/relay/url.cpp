#include "relay/url.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"

namespace relay {
namespace {

struct Known {
  std::string_view prefix;
  Url::Scheme scheme;
  std::uint16_t port;
};
constexpr std::array kSchemes{Known{"http://", Url::Scheme::http, 80}, Known{"https://", Url::Scheme::https, 443},
                              Known{"rtmp://", Url::Scheme::rtmp, 1935}};

std::string_view name(Url::Scheme scheme) {
  for (const auto& known : kSchemes)
    if (known.scheme == scheme) return known.prefix.substr(0, known.prefix.size() - 3);
  return "http";
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  const auto refuse = [](std::string_view why) {
    return base::Error::invalid(base::format("the address {}; write http://, https:// or rtmp:// and a host", why));
  };
  if (text.size() > 4096) return refuse("is longer than 4096 bytes");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return refuse("holds a blank, a control character or one that is not ASCII");
  Url out;
  const auto known = std::find_if(kSchemes.begin(), kSchemes.end(),
                                  [&](const auto& scheme) { return text.starts_with(scheme.prefix); });
  if (known == kSchemes.end()) return refuse("is of another kind");
  out.scheme = known->scheme, out.port = known->port;
  auto rest = text.substr(known->prefix.size());
  const auto end = std::min(rest.find_first_of("/?#\\"), rest.size());
  auto host = rest.substr(0, end);
  rest = rest.substr(end);
  if (rest.starts_with('\\')) return refuse("has a backslash behind its host");
  rest = rest.substr(0, rest.find('#'));
  out.rest = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  if (host.find('@') != host.npos) return refuse("names a user");
  if (const auto colon = host.rfind(':'); colon != host.npos && !host.ends_with(']')) {
    const auto port = base::to_int(host.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return refuse("has no port from 1 to 65535");
    out.port = static_cast<std::uint16_t>(*port);
    host = host.substr(0, colon);
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const bool plain = !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:").find(c) != std::string_view::npos;
  });
  if (!plain) return refuse("has no valid host");
  out.host = host;
  return out;
}

std::string shown(const Url& url) {
  const bool brackets = url.host.find(':') != url.host.npos;
  return base::format("{}://{}{}{}:{}", name(url.scheme), brackets ? "[" : "", url.host, brackets ? "]" : "", url.port);
}

base::Result<std::string> redirected(const Url& from, std::string_view location) {
  std::string target;
  if (location.starts_with("//"))
    target = base::format("{}:{}", name(from.scheme), location);
  else if (location.starts_with('/'))
    target = shown(from) + std::string(location);
  else if (location.find("://") != location.npos)
    target = std::string(location);
  else
    target = shown(from) + from.rest.substr(0, from.rest.substr(0, from.rest.find('?')).rfind('/') + 1) +
             std::string(location);
  FFWATT_TRY(const auto url, parse_url(target));
  if (url.scheme == Url::Scheme::rtmp) return base::Error::invalid("a redirect leads to another protocol");
  if (from.scheme == Url::Scheme::https && url.scheme == Url::Scheme::http)
    return base::Error::invalid("a redirect leads from https to http");
  return target;
}

}  // namespace relay
