// Tokens and nodes that wait to be let in, as JSON. A token's text is in the answer that made it, and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/access_token.h"
#include "json/value.h"
#include "units/quantity.h"

namespace wire {

// POST /tokens.
struct TokenWish {
  jobs::Scope scope = jobs::Scope::read;
  std::string name{};
  std::optional<units::Seconds> lifetime{};  // absent: as long as is usual for its scope
  bool operator==(const TokenWish&) const = default;
};
json::Value encode(const TokenWish& wish);
base::Result<TokenWish> decode_token_wish(const json::Value& value);

// What a list shows: no digest. `text`: only once.
struct TokenView {
  std::string id;
  jobs::Scope scope = jobs::Scope::read;
  std::string name{};
  units::WallTime created{};
  std::optional<units::WallTime> expires{};
  std::optional<base::Id> node{};
  std::string text{};
  bool operator==(const TokenView&) const = default;
};
TokenView view_of(const jobs::AccessToken& token, const std::string& text = {});
json::Value encode(const TokenView& token);
base::Result<TokenView> decode_token(const json::Value& value);
json::Value encode_tokens(const std::vector<TokenView>& tokens);  // {tokens, count}
base::Result<std::vector<TokenView>> decode_tokens(const json::Value& value);

// A node that nobody has let in.
struct WaitingNode {
  std::string code, name, peer;
  units::Seconds age{};
  bool operator==(const WaitingNode&) const = default;
};
json::Value encode(const WaitingNode& node);
base::Result<WaitingNode> decode_waiting_node(const json::Value& value);
json::Value encode_waiting(const std::vector<WaitingNode>& nodes);  // {nodes, count}
base::Result<std::vector<WaitingNode>> decode_waiting(const json::Value& value);
json::Value encode_approval(const std::string& code);  // {code}
base::Result<std::string> decode_approval(const json::Value& value);

}  // namespace wire
