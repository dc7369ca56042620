#include "master/access.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"

namespace master {
namespace {

// Exactly four numbers: "127.example.org" is a name, which its owner can let mean any address.
bool is_loopback(std::string_view address) {
  if (address.starts_with("::ffff:")) address.remove_prefix(7);
  if (address == "::1") return true;
  int numbers = 0;
  for (std::string_view rest = address; numbers < 4; ++numbers) {
    const auto end = std::min(rest.find('.'), rest.size());
    const auto value = base::to_unsigned(rest.substr(0, end));
    if (!value || *value > 255 || (numbers == 0 && *value != 127)) return false;
    if (end == rest.size()) return numbers == 3;
    rest.remove_prefix(end + 1);
  }
  return false;
}

// "localhost:8080", "127.0.0.1", "[::1]:8080": a name that only this machine means. A page of a foreign site that
// rebinds its name to 127.0.0.1 still sends its own name here.
bool is_local_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos || !is_loopback(host.substr(1, end - 1))) return false;
    return end + 1 == host.size() || host[end + 1] == ':';
  }
  const auto name = host.substr(0, host.find(':'));
  return base::lower(name) == "localhost" || is_loopback(name);
}

std::string_view without_scheme(std::string_view origin) {
  const auto at = origin.find("://");
  return at == std::string_view::npos ? origin : origin.substr(at + 3);
}

// Equal time for any two texts of one length: how far they agree does not show.
bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

// What says nothing of the work that is done here, and whoever has no key yet may need.
bool is_open(std::string_view path) {
  constexpr std::string_view version = "/api/v1";
  if (path.starts_with(version)) path.remove_prefix(version.size());
  return path == "/health" || path == "/version" || path == "/openapi.json";
}

}  // namespace

base::Result<void> Access::check(const net::Request& request) const {
  if (mode_ == Mode::insecure || is_open(request.path)) return {};
  if (const auto* given = net::find(request.headers, "Authorization")) {
    std::string_view token = *given;
    constexpr std::string_view scheme = "bearer ";  // without case: RFC 9110 11.1
    if (base::lower(token.substr(0, scheme.size())) == scheme) token = base::trim(token.substr(scheme.size()));
    if (!key_.empty() && same_secret(token, key_)) return {};
    return base::Error::denied(
        base::format("this key is not the master's; copy it again from {} on the master's machine", key_file_));
  }
  static constexpr std::array proxy_headers{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                            "X-Real-IP",       "Forwarded",        "Via"};
  bool direct = is_loopback(request.peer);
  for (const auto* header : proxy_headers)
    if (net::find(request.headers, header)) direct = false;
  const auto* host = net::find(request.headers, "Host");
  const auto* origin = net::find(request.headers, "Origin");
  if (direct && host && is_local_host(*host) && (!origin || is_local_host(without_scheme(*origin)))) return {};
  return base::Error::denied(
      base::format("send the key as 'Authorization: Bearer KEY'; it is in {} on the master's machine (ffwatt and "
                   "agents: --key-file)",
                   key_file_));
}

}  // namespace master
