#include "queue/http.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace bench {
namespace {

// Of the header's text; 0 where it has none.
std::size_t content_length(std::string_view header) {
  constexpr std::string_view name = "\r\ncontent-length:";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const auto found = std::search(header.begin(), header.end(), name.begin(), name.end(), same);
  if (found == header.end()) return 0;
  auto digits = header.substr(static_cast<std::size_t>(found - header.begin()) + name.size());
  while (!digits.empty() && digits.front() == ' ') digits.remove_prefix(1);
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return length;
}

}  // namespace

HttpConnection::HttpConnection(Loop& loop, std::uint16_t port)
    : connection_(loop, port), host_("127.0.0.1:" + std::to_string(port)) {}

Task<Answer> HttpConnection::exchange(std::string request) {
  co_await connection_.write(request);
  std::size_t end = std::string_view::npos;
  while ((end = connection_.unread().find("\r\n\r\n")) == std::string_view::npos) co_await connection_.fill();
  const auto header = connection_.unread().substr(0, end + 2);
  Answer answer;
  if (header.size() < 12 || !header.starts_with("HTTP/1.1 "))
    throw Trouble("the server does not speak HTTP/1.1: " + std::string(header.substr(0, 80)));
  std::from_chars(header.data() + 9, header.data() + 12, answer.status);
  const auto length = content_length(header);
  connection_.consume(end + 4);
  while (connection_.unread().size() < length) co_await connection_.fill();
  answer.body = connection_.unread().substr(0, length);
  connection_.consume(length);
  co_return answer;
}

Task<Answer> HttpConnection::get(std::string_view target) {
  std::string request("GET ");
  request.append(target).append(" HTTP/1.1\r\nHost: ").append(host_).append("\r\n\r\n");
  return exchange(std::move(request));
}

Task<Answer> HttpConnection::post(std::string_view target, std::string_view body) {
  std::string request("POST ");
  request.append(target).append(" HTTP/1.1\r\nHost: ").append(host_);
  request.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
  request.append("\r\n\r\n").append(body);
  return exchange(std::move(request));
}

void expect(const Answer& answer, int status, std::string_view asked) {
  if (answer.status == status) return;
  throw Trouble(std::string(asked) + " was answered " + std::to_string(answer.status) + ": " +
                answer.body.substr(0, 400));
}

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const auto rest = text.substr(begin + before.size());
  return rest.substr(0, std::min(rest.find(after), rest.size()));
}

}  // namespace bench
