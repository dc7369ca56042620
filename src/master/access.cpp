#include "master/access.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "net/sha256.h"

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

std::set<jobs::Scope> opened_by(jobs::Scope scope) {
  using enum jobs::Scope;
  std::set<jobs::Scope> scopes;
  for (const auto one : {read, submit, enrol, worker, admin})
    if (jobs::covers(scope, one)) scopes.insert(one);
  return scopes;
}

// Nobody and nothing stands between, as far as a caller can tell us.
bool is_neighbour(const net::Request& request) {
  static constexpr std::array proxy_headers{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                            "X-Real-IP",       "Forwarded",        "Via"};
  for (const auto* header : proxy_headers)
    if (net::find(request.headers, header)) return false;
  const auto* host = net::find(request.headers, "Host");
  const auto* origin = net::find(request.headers, "Origin");
  return is_loopback(request.peer) && host && is_local_host(*host) &&
         (!origin || is_local_host(without_scheme(*origin)));
}

std::optional<std::string_view> presented(const net::Request& request) {
  const auto* given = net::find(request.headers, "Authorization");
  if (!given) return std::nullopt;
  std::string_view text = *given;
  constexpr std::string_view scheme = "bearer ";  // without case: RFC 9110 11.1
  if (base::lower(text.substr(0, scheme.size())) == scheme) text = base::trim(text.substr(scheme.size()));
  return text;
}

}  // namespace

// What says nothing of the work that is done here, and whoever has no key yet may need.
bool Access::is_open(std::string_view path) {
  constexpr std::string_view version = "/api/v1";
  if (path.starts_with(version)) path.remove_prefix(version.size());
  return path == "/health" || path == "/version" || path == "/openapi.json" || path == "/ca.pem";
}

std::optional<jobs::TokenText> Access::own_token(const net::Request& request) {
  const auto text = presented(request);
  if (!text) return std::nullopt;
  const auto token = jobs::parse_token(*text);
  if (!token || token->scope != jobs::Scope::worker) return std::nullopt;
  return *token;
}

void Access::know(const std::vector<jobs::AccessToken>& tokens) {
  std::map<std::string, jobs::AccessToken, std::less<>> known;
  for (const auto& one : tokens) known.emplace(one.id, one);
  const std::lock_guard lock(mutex_);
  tokens_ = std::move(known);
}

std::optional<jobs::AccessToken> Access::token(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(id);
  return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

base::Result<Caller> Access::bearer(std::string_view text, const std::string& peer, units::WallTime now) const {
  if (!jobs::looks_like_token(text)) {
    if (!key_.empty() && net::same_secret(text, key_))
      return Caller{"key at " + peer, opened_by(jobs::Scope::admin), std::nullopt};
    return base::Error::denied(
        base::format("this key is not the master's; copy it again from {} on the master's machine", key_file_));
  }
  const auto given = jobs::parse_token(text);
  if (!given) return base::Error::denied(given.error().text());
  const auto known = token(given->id);
  if (!known || known->scope != given->scope || !net::same_secret(net::sha256_hex(given->text), known->hash))
    return base::Error::denied(base::format(
        "the {} token {} is not known here: it was revoked, or is of another farm. `ffwatt token create` on the "
        "master's machine makes a new one",
        jobs::name(given->scope), given->id));
  if (known->expires && now >= *known->expires)
    return base::Error::denied(base::format("the {} token {} expired at {}; `ffwatt token create` makes a new one",
                                            jobs::name(known->scope), known->id, units::rfc3339(*known->expires)));
  return Caller{base::format("{} at {}", known->name.empty() ? known->id : known->name, peer), opened_by(known->scope),
                known->node};
}

base::Result<Caller> Access::caller(const net::Request& request, units::WallTime now) const {
  using enum jobs::Scope;
  if (mode_ == Mode::insecure) return Caller{request.peer, opened_by(admin), std::nullopt};
  if (const auto text = presented(request)) return bearer(*text, request.peer, now);
  if (neighbours_ == Neighbours::trusted && is_neighbour(request))
    return Caller{request.peer, {read, submit, enrol, worker}, std::nullopt};
  return base::Error::denied(base::format(
      "send a token or the key as 'Authorization: Bearer …'; the key is in {} on the master's machine, and "
      "`ffwatt token create` makes tokens there (ffwatt and agents: --key-file)",
      key_file_));
}

std::string Access::refusal(const Caller& caller, jobs::Scope needed) const {
  return base::format(
      "{} may not do this: it needs the scope {}. Send the key, which is in {} on the master's machine{} (ffwatt: "
      "--key-file)",
      caller.name, jobs::name(needed), key_file_,
      needed == jobs::Scope::admin ? "" : ", or a token of that scope, which `ffwatt token create` makes");
}

}  // namespace master
