// What opens the farm: made, revoked and shown to Access; and nodes that come with a token of their own.
#include <algorithm>

#include "base/format.h"
#include "master/core.h"
#include "net/sha256.h"

namespace master {

void Core::when_tokens(std::function<void(const std::vector<jobs::AccessToken>&)> tell) {
  tell_tokens_ = std::move(tell);
}

base::Result<void> Core::read_tokens(units::Instant now) {
  if (!tell_tokens_) return {};
  FFWATT_TRY(const auto tokens, store_.tokens());
  tokens_ = Tokens::known;
  tokens_read_ = now.boot;
  tell_tokens_(tokens);
  return {};
}

base::Result<std::vector<jobs::AccessToken>> Core::tokens() { return store_.tokens(); }

base::Result<Core::NewToken> Core::create_token(jobs::Scope scope, const std::string& name,
                                                const std::optional<units::Seconds>& lifetime, units::Instant now) {
  std::string random;
  while (random.size() < 40) {
    const auto bits = random_.next();
    random.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  }
  const auto made = jobs::make_token(scope, random);
  jobs::AccessToken token{
      .id = made.id, .scope = scope, .name = name, .hash = net::sha256_hex(made.text), .created = now.wall};
  if (lifetime) token.expires = now.wall + *lifetime;
  FFWATT_CHECK(store_.put_token(token));
  tokens_changed();
  return NewToken{token, made.text};
}

base::Result<void> Core::revoke_token(const std::string& id, units::Instant now) {
  FFWATT_TRY(const auto tokens, store_.tokens());
  const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const auto& one) { return one.id == id; });
  const auto* known = found == tokens.end() ? nullptr : &*found;
  const bool is_spent = known && known->node && known->expires && *known->expires <= now.wall;
  if (is_spent) return base::Error::absent(base::format("the token {} is revoked already", id));
  FFWATT_CHECK(store_.remove_token(id));
  // A node goes on showing its own: it is remembered, so that nothing lets it in again.
  if (found != tokens.end() && found->node) {
    auto spent = *found;
    spent.expires = now.wall;
    FFWATT_CHECK(store_.put_token(spent));
  }
  tokens_changed();
  return {};
}

base::Result<wire::RegisterAnswer> Core::admit(const wire::RegisterRequest& request, const jobs::TokenText& own,
                                               const std::string& used, units::Instant now) {
  if (!used.empty())
    if (const auto gone = store_.remove_token(used); !gone)
      return base::Error::denied(
          base::format("the enrol token {} was used already: each lets in one node. `ffwatt token create --scope "
                       "enrol` makes another",
                       used));
  // To let in a node is not to give it the name of one that is here with another token.
  auto as_new = request;
  FFWATT_TRY(const auto tokens, store_.tokens());
  for (const auto& token : tokens)
    if (token.id == own.id)
      return base::Error::denied(
          "this node's token was revoked; remove the file `token` in its agent's state folder, and it can join again "
          "as "
          "another node");
  for (const auto& token : tokens)
    if (token.node && token.node == request.node_id) as_new.node_id.reset();
  FFWATT_TRY(auto answer, enrol(as_new, now));
  FFWATT_CHECK(store_.put_token({.id = own.id,
                                 .scope = jobs::Scope::worker,
                                 .name = request.facts.name,
                                 .hash = net::sha256_hex(own.text),
                                 .created = now.wall,
                                 .node = answer.node_id}));
  tokens_changed();
  return answer;
}

void Core::tokens_changed() {
  // Before anybody hears that it was done. What cannot be read now the next tick reads.
  after_commit_.push_back([this] {
    tokens_ = Tokens::changed_here;
    if (const auto tokens =
            tell_tokens_ ? store_.tokens() : base::Result<std::vector<jobs::AccessToken>>(base::Error::retry(""));
        tokens) {
      tokens_ = Tokens::known;
      tell_tokens_(*tokens);
    }
  });
}

}  // namespace master
