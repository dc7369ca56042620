#include "jobs/access_token.h"

#include "base/base64.h"
#include "base/format.h"

namespace jobs {
namespace {

constexpr std::string_view prefix = "ffw_";
constexpr std::string_view id_letters = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base 32
constexpr std::string_view secret_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

TokenText make_token(Scope scope, std::string_view random) {
  std::string id;
  for (std::size_t i = 0; i < token_id_size; ++i) id += id_letters[static_cast<unsigned char>(random[i]) % 32];
  auto secret = base::base64(random.substr(token_id_size, 32));
  secret.resize(token_secret_size);  // without its padding
  for (char& c : secret) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return {scope, id, base::format("{}{}_{}_{}", prefix, name(scope), id, secret)};
}

bool looks_like_token(std::string_view text) { return text.starts_with(prefix); }

base::Result<TokenText> parse_token(std::string_view text) {
  const auto none = base::Error::invalid("this is no token: one is ffw_SCOPE_ID_SECRET, copied whole");
  if (!text.starts_with(prefix)) return none;
  const auto rest = text.substr(prefix.size());
  const auto scope_end = rest.find('_');
  if (scope_end == std::string_view::npos) return none;
  const auto scope = parse_scope(rest.substr(0, scope_end));
  const auto of_id = rest.substr(scope_end + 1);
  if (!scope || of_id.size() != token_id_size + 1 + token_secret_size || of_id[token_id_size] != '_') return none;
  const auto id = of_id.substr(0, token_id_size), secret = of_id.substr(token_id_size + 1);
  if (id.find_first_not_of(id_letters) != std::string_view::npos ||
      secret.find_first_not_of(secret_letters) != std::string_view::npos)
    return none;
  return TokenText{*scope, std::string(id), std::string(text)};
}

}  // namespace jobs
