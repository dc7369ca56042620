#include "client/answer.h"

#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"

namespace client {
namespace {

base::ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
    case 413:
    case 414:
    case 415:
    case 422:
    case 431:
      return base::ErrorKind::invalid;
    case 401:
    case 403:
      return base::ErrorKind::denied;
    case 404:
    case 410:
      return base::ErrorKind::absent;
    case 408:
    case 429:
      return base::ErrorKind::retry;
    default:
      return status >= 500 ? base::ErrorKind::retry : base::ErrorKind::failed;
  }
}

std::string text_of(const json::Value& value) { return value.is_string() ? value.as_string() : std::string(); }

// The words of a problem document (RFC 9457), or nothing where this is none.
std::optional<std::string> problem_text(const net::Response& response) {
  const auto* type = net::find(response.headers, "Content-Type");
  if (!type || !base::lower(*type).starts_with("application/problem+json")) return std::nullopt;
  const auto document = json::parse(response.body);
  if (!document || !document->is_object()) return std::nullopt;
  std::string text = text_of(document->at("detail"));
  if (text.empty()) text = text_of(document->at("title"));
  if (text.empty()) text = base::format("status {}", response.status);
  const json::Value& errors = document->at("errors");
  if (!errors.is_array()) return text;
  for (const auto& error : errors.items()) {
    const std::string message = text_of(error.at("detail"));
    // The detail of our own master lists them already.
    if (message.empty() || text.find(message) != text.npos) continue;
    text += "\n" + text_of(error.at("pointer")) + ": " + message;
  }
  return text;
}

// One printable line of a page that we did not expect.
std::string excerpt(std::string_view body) {
  std::string line(base::trim(body).substr(0, 80));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = ' ';
  return line;
}

base::Error no_master(std::string_view url, const std::string& what) {
  return base::Error::retry(base::format("{} {}, which no ffwatt master would; is the URL right?", url, what));
}

}  // namespace

base::Result<void> check_status(const net::Response& response, std::string_view url) {
  const int status = response.status;
  if (status >= 200 && status < 300) return {};
  if (const auto text = problem_text(response)) return base::Error(kind_of(status), *text);
  if (const auto* location = net::find(response.headers, "Location"); location && status >= 300 && status < 400)
    return no_master(url, base::format("redirects to {}", excerpt(*location)));
  if (status >= 500 || status == 429)  // what a proxy says while the master is down
    return base::Error::retry(base::format("{} answered {}: {}", url, status, excerpt(response.body)));
  return no_master(url, base::format("answered {} without a problem document: {}", status, excerpt(response.body)));
}

base::Result<json::Value> read_json(const net::Response& response, std::string_view url) {
  if (base::trim(response.body).empty()) return json::Value();
  auto value = json::parse(response.body);
  if (!value) return no_master(url, base::format("answered something that is not JSON: {}", excerpt(response.body)));
  return value;
}

base::Error unreadable(const base::Error& error, std::string_view url) {
  return base::Error::retry(
      base::format("{} answered what this version cannot read; do both run the same version?\n{}", url, error.text()));
}

}  // namespace client
