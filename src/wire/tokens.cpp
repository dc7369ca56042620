#include "wire/tokens.h"

#include "wire/fields.h"

namespace wire {
namespace {

constexpr std::size_t most_listed = 10'000;

TokenView read_token(json::Reader& reader) {
  TokenView token{.id = reader.required_string("id", longest_name),
                  .scope = read_named(reader, "scope", jobs::parse_scope),
                  .name = read_text(reader, "name"),
                  .created = read_time(reader, "created_at"),
                  .expires = read_optional_time(reader, "expires_at"),
                  .node = read_optional_id(reader, "node_id")};
  token.text = read_text(reader, "token");
  return token;
}

WaitingNode read_waiting(json::Reader& reader) {
  return {reader.required_string("code", longest_name), read_text(reader, "name"), read_text(reader, "peer"),
          read_quantity<units::Seconds>(reader, "age_seconds")};
}

}  // namespace

json::Value encode(const TokenWish& wish) {
  auto value = json::Value::object({{"scope", jobs::name(wish.scope)}});
  set_text(value, "name", wish.name);
  set_quantity(value, "expires_in_seconds", wish.lifetime);
  return value;
}

base::Result<TokenWish> decode_token_wish(const json::Value& value) {
  return whole(value, From::caller, [](json::Reader& reader) {
    TokenWish wish{.scope = read_named(reader, "scope", jobs::parse_scope), .name = read_text(reader, "name")};
    constexpr double ten_years = 10 * 366 * 86400.0;
    if (const auto seconds = reader.number("expires_in_seconds", 1, ten_years))
      wish.lifetime = units::Seconds(*seconds);
    if (has_control_character(wish.name)) reader.fault("name", "has control characters");
    return wish;
  });
}

TokenView view_of(const jobs::AccessToken& token, const std::string& text) {
  return {token.id, token.scope, token.name, token.created, token.expires, token.node, text};
}

json::Value encode(const TokenView& token) {
  auto value = json::Value::object({{"id", token.id}, {"scope", jobs::name(token.scope)}});
  set_text(value, "name", token.name);
  set_time(value, "created_at", token.created);
  set_time(value, "expires_at", token.expires);
  if (token.node) value.set("node_id", token.node->text());
  set_text(value, "token", token.text);
  return value;
}

base::Result<TokenView> decode_token(const json::Value& value) { return whole(value, From::ourselves, read_token); }

json::Value encode_tokens(const std::vector<TokenView>& tokens) {
  return json::Value::object({{"tokens", array_of(tokens, [](const TokenView& one) { return encode(one); })},
                              {"count", static_cast<std::int64_t>(tokens.size())}});
}

base::Result<std::vector<TokenView>> decode_tokens(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    require(reader, "tokens", "an array of tokens");
    read_count(reader, "count");
    return read_members(reader, "tokens", most_listed, read_token);
  });
}

json::Value encode(const WaitingNode& node) {
  auto value = json::Value::object({{"code", node.code}});
  set_text(value, "name", node.name);
  set_text(value, "peer", node.peer);
  value.set("age_seconds", node.age.value());
  return value;
}

base::Result<WaitingNode> decode_waiting_node(const json::Value& value) {
  return whole(value, From::ourselves, read_waiting);
}

json::Value encode_waiting(const std::vector<WaitingNode>& nodes) {
  return json::Value::object({{"nodes", array_of(nodes, [](const WaitingNode& one) { return encode(one); })},
                              {"count", static_cast<std::int64_t>(nodes.size())}});
}

base::Result<std::vector<WaitingNode>> decode_waiting(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    require(reader, "nodes", "an array of nodes");
    read_count(reader, "count");
    return read_members(reader, "nodes", most_listed, read_waiting);
  });
}

json::Value encode_approval(const std::string& code) { return json::Value::object({{"code", code}}); }

base::Result<std::string> decode_approval(const json::Value& value) {
  return whole(value, From::caller, [](json::Reader& reader) { return reader.required_string("code", longest_name); });
}

}  // namespace wire
