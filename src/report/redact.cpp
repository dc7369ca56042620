#include "report/redact.h"

#include <algorithm>

namespace report {
namespace {

constexpr std::string_view hidden = "***";

bool is_scheme_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

bool is_this_machine(std::string_view authority) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  return authority == "localhost" || authority.starts_with("localhost:") || authority.starts_with("127.") ||
         authority.starts_with("[::1]");
}

std::string redacted_authority(std::string_view authority) {
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(authority);
  const auto colon = authority.substr(0, at).find(':');
  if (colon == std::string_view::npos) return std::string(authority);
  return std::string(authority.substr(0, colon + 1)) + std::string(hidden) + std::string(authority.substr(at));
}

enum class StreamKey { no, yes };

std::string redacted_path(std::string_view path, StreamKey key) {
  std::string query;
  if (const auto mark = path.find('?'); mark != std::string_view::npos && mark + 1 < path.size()) {
    query = "?" + std::string(hidden);
    path = path.substr(0, mark);
  }
  if (key == StreamKey::no || path.empty()) return std::string(path) + query;
  const auto application_end = path.find('/', 1);
  if (application_end == std::string_view::npos || application_end + 1 == path.size()) return std::string(path) + query;
  return std::string(path.substr(0, application_end + 1)) + std::string(hidden) + query;
}

}  // namespace

std::string redact(std::string_view text) {
  std::string out;
  while (true) {
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return out + std::string(text);
    auto scheme_start = colon;
    while (scheme_start > 0 && is_scheme_character(text[scheme_start - 1])) --scheme_start;
    const std::string scheme = lower_case(text.substr(scheme_start, colon - scheme_start));
    const auto start = colon + 3;
    // ffmpeg's tee and log lines put '|', ']', quotes or a comma's blank behind a URL.
    const auto end = std::min(text.find_first_of(" \t\r\n\"'|<>", start), text.size());
    const auto url = text.substr(start, end - start);
    const auto slash = std::min(url.find_first_of("/?"), url.size());
    const auto authority = url.substr(0, slash);
    const auto key = scheme.starts_with("rtmp") && !is_this_machine(authority) ? StreamKey::yes : StreamKey::no;
    out += std::string(text.substr(0, start)) + redacted_authority(authority) + redacted_path(url.substr(slash), key);
    text.remove_prefix(end);
  }
}

}  // namespace report
