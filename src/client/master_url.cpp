#include "client/master_url.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace client {
namespace {

bool is_host(std::string_view host) {
  const bool literal = host.starts_with('[');
  if (literal && (!host.ends_with(']') || host.size() < 4)) return false;
  if (literal) host = host.substr(1, host.size() - 2);
  return !host.empty() && std::all_of(host.begin(), host.end(), [literal](char c) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (literal) return hex || c == ':' || c == '.';
    return hex || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '-' || c == '.' || c == '_';
  });
}

bool is_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '?' && c != '#';
  });
}

// host[:port]
bool is_authority(std::string_view text) {
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == text.npos ? 0 : bracket);
  if (!is_host(text.substr(0, colon))) return false;
  if (colon == text.npos) return true;
  const auto port = base::to_unsigned(text.substr(colon + 1));
  return port && *port >= 1 && *port <= 65535;
}

}  // namespace

base::Result<std::string> parse_master_url(std::string_view text) {
  text = base::trim(text);
  const auto refuse = [text](std::string_view why, std::string_view example) {
    return base::Error::invalid(base::format("'{}' is no URL of a master: {}; write it like {}", text, why, example));
  };
  constexpr std::string_view example = "http://master.example:8080";
  if (text.empty()) return refuse("it is empty", example);

  const auto mark = text.find("://");
  if (mark == text.npos) {
    const auto authority = text.substr(0, text.find('/'));
    return refuse("it has no http:// in front",
                  is_authority(authority) ? base::format("http://{}", text) : std::string(example));
  }
  const std::string scheme = base::lower(text.substr(0, mark));
  if (scheme != "http" && scheme != "https") return refuse("only http:// and https:// are spoken", example);
  const auto rest = text.substr(mark + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const auto authority = rest.substr(0, slash);
  // The text of an error ends in logs: a password must not be shown there.
  if (authority.find('@') != authority.npos)
    return base::Error::invalid(base::format(
        "the URL of a master must not hold a user name or password; give the key by itself and write it like {}",
        example));
  if (!is_authority(authority)) return refuse("the host or the port is malformed", example);
  auto path = rest.substr(slash);
  if (!is_path(path)) return refuse("it must end with the path, without '?', '#' and blanks", example);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with("/api/v1")) path.remove_suffix(7);
  return scheme + "://" + std::string(authority) + std::string(path);
}

}  // namespace client
