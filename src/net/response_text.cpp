#include "net/response_text.h"

#include <algorithm>
#include <ctime>

#include "base/format.h"
#include "base/text.h"
#include "net/router.h"

namespace net {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t'; });
}

bool is_ours(std::string_view name) {
  const auto small = base::lower(name);
  return small == "content-length" || small == "connection" || small == "date" || small == "transfer-encoding";
}

}  // namespace

bool is_sendable(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(),
                     [](const auto& h) { return is_token(h.first) && is_field_value(h.second); });
}

bool has_body(int status) { return status != 204 && status != 304; }

std::string chunk(std::string_view bytes) {
  if (bytes.empty()) return {};
  std::string out = base::format("{:x}\r\n", bytes.size());
  out.reserve(out.size() + bytes.size() + 2);
  return out.append(bytes).append("\r\n");
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return status < 300 ? "Success" : status < 400 ? "Redirection" : status < 500 ? "Client Error" : "Server Error";
  }
}

std::string response_text(const Response& response, const Asked& asked, KeepAlive keep_alive, std::string_view date,
                          BodyEnd body_end) {
  if (!is_sendable(response))
    return response_text(
        problem({.status = 500,
                 .code = "unsendable_answer",
                 .title = reason_phrase(500).data(),
                 .detail = "The answer could not be sent as it was made; this is a fault of the server."}),
        asked, keep_alive, date);
  const std::string about = response.problem ? problem_body(*response.problem, asked) : std::string();
  const std::string& body = response.problem ? about : response.body;
  std::string out;
  out.reserve(256 + body.size());
  out += base::format("HTTP/1.1 {} {}\r\nConnection: {}\r\nX-Content-Type-Options: nosniff\r\n", response.status,
                      reason_phrase(response.status), keep_alive == KeepAlive::yes ? "keep-alive" : "close");
  if (!date.empty()) out += base::format("Date: {}\r\n", date);
  // RFC 9110 8.6: no Content-Length in a 204; in a 304 it would be the length of a body that we do not have at hand.
  const bool bodiless = !has_body(response.status);
  if (!bodiless && body_end == BodyEnd::chunks) out += "Transfer-Encoding: chunked\r\n";
  if (!bodiless && body_end == BodyEnd::length) out += base::format("Content-Length: {}\r\n", body.size());
  if (!asked.id.empty()) out += base::format("X-Request-Id: {}\r\n", asked.id);
  for (const auto& [name, value] : response.headers)
    if (!is_ours(name)) ((out += name) += ": ").append(value) += "\r\n";
  out += "\r\n";
  if (!bodiless && asked.method != Method::head) out += body_end == BodyEnd::chunks ? chunk(body) : body;
  return out;
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_seconds;
  std::tm utc{};
  ::gmtime_r(&time, &utc);  // not strftime: its names follow the locale
  return base::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
                      utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace net
