#include "net/http.h"

#include <algorithm>
#include <cassert>

namespace net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

constexpr std::pair<Method, std::string_view> methods[] = {
    {Method::get, "GET"},     {Method::head, "HEAD"},  {Method::post, "POST"},       {Method::put, "PUT"},
    {Method::patch, "PATCH"}, {Method::del, "DELETE"}, {Method::options, "OPTIONS"},
};

}  // namespace

std::string_view name(Method method) {
  for (const auto& [value, text] : methods)
    if (value == method) return text;
  return "?";
}

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [value, known] : methods)
    if (known == text) return value;
  return std::nullopt;
}

const std::string* find(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return &value;
  return nullptr;
}

const std::string* Request::query_value(std::string_view key) const {
  for (const auto& [name, value] : query)
    if (name == key) return &value;
  return nullptr;
}

const std::string& Request::parameter(std::string_view key) const {
  for (const auto& [name, value] : parameters)
    if (name == key) return value;
  assert(!"the route's pattern has no such {name}");
  static const std::string none;
  return none;
}

Response Response::json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, std::move(body)};
}

Response Response::text(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

}  // namespace net
