#include "net/target.h"

#include <optional>

#include "net/http_client.h"  // percent_encode

namespace net {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// `plus` is what '+' stands for: itself in a path, a blank in a query (HTML forms write it so).
std::optional<std::string> decode(std::string_view text, char plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+') c = plus;
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    out += c;
  }
  return out;
}

bool has_control(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  return false;
}

bool has_encoded_slash(std::string_view raw) {
  for (std::size_t at = raw.find('%'); at != raw.npos; at = raw.find('%', at + 1))
    if (const auto code = raw.substr(at + 1, 2); code == "2f" || code == "2F") return true;
  return false;
}

// Precondition: begins with '/'. A trailing slash makes no segment of its own.
bool has_odd_segment(std::string_view path) {
  for (std::size_t start = 1; start < path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const auto segment = path.substr(start, end - start);
    if (segment.empty() || segment == "." || segment == "..") return true;
    start = end + 1;
  }
  return false;
}

}  // namespace

base::Result<Target> parse_target(std::string_view text) {
  const auto refuse = [](const char* why) { return base::Error::invalid(why); };
  if (text.empty() || text.front() != '/') return refuse("the request target must be a path that begins with '/'");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '#')
      return refuse("the request target holds a character that must be percent-encoded");

  const std::size_t mark = std::min(text.find('?'), text.size());
  const auto raw_path = text.substr(0, mark);
  if (has_encoded_slash(raw_path)) return refuse("the path holds an encoded slash (%2F)");
  auto path = decode(raw_path, '+');
  if (!path) return refuse("the path holds a '%' without two hexadecimal digits");
  if (has_control(*path)) return refuse("the path holds an encoded control character");
  if (has_odd_segment(*path)) return refuse("the path holds an empty, '.' or '..' segment");
  if (path->size() > 1 && path->back() == '/') path->pop_back();

  Target target{*std::move(path), {}};
  for (auto rest = text.substr(std::min(mark + 1, text.size())); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto key = decode(pair.substr(0, equals), ' ');
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())), ' ');
    if (!key || !value) return refuse("the query holds a '%' without two hexadecimal digits");
    if (has_control(*key) || has_control(*value)) return refuse("the query holds an encoded control character");
    target.query.emplace_back(*std::move(key), *std::move(value));
  }
  return target;
}

// Everything but RFC 3986's unreserved characters, so that the answer fits a segment as well as a query.
std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      ((out += '%') += digits[byte >> 4]) += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace net
