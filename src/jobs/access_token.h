// AccessToken: what a master keeps of a token that somebody presents: never the token itself. And the token's text,
// "ffw_<scope>_<id>_<secret>": whoever finds one in a log knows what it opens, and whoever reads the store cannot
// present one. Values; thread-compatible.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "jobs/scope.h"
#include "units/time.h"

namespace jobs {

struct AccessToken {
  std::string id;  // not secret: what lists and logs show
  Scope scope = Scope::read;
  std::string name;  // what it is for
  std::string hash;  // SHA-256 of its whole text, 64 hex digits
  units::WallTime created;
  std::optional<units::WallTime> expires{};
  std::optional<base::Id> node{};  // of a worker: the only one that it speaks for
  bool operator==(const AccessToken&) const = default;
};

// The parts of a token's text. The secret is 43 characters of base 64 for URLs, 256 bits.
struct TokenText {
  Scope scope = Scope::read;
  std::string id;
  std::string text;  // the whole of it
};
constexpr std::size_t token_id_size = 8;
constexpr std::size_t token_secret_size = 43;
// `random`: 40 bytes, of which 32 become the secret.
TokenText make_token(Scope scope, std::string_view random);
// invalid: no token's text; the error does not repeat it.
base::Result<TokenText> parse_token(std::string_view text);
// Whether it is written like one: whatever else a caller presents is a key.
bool looks_like_token(std::string_view text);

}  // namespace jobs
