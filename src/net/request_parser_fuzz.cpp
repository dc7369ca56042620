// Bytes from anybody who connects: the same requests come out however the bytes were cut, and what is served is sound.
#include <optional>

#include "net/request_parser.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {
namespace {

using State = net::RequestParser::State;

struct Verdict {
  std::vector<std::string> requests;
  State end = State::idle;
  int status = 0;
  bool operator==(const Verdict&) const = default;
};

Verdict parse(std::string_view bytes, std::size_t piece) {
  constexpr net::RequestParser::Limits limits{.header = 600, .body = 64};
  Verdict verdict;
  std::optional<net::RequestParser> parser(std::in_place, limits);
  while (!bytes.empty() && parser->state() != State::refused) {
    const auto used = parser->feed(bytes.substr(0, piece));
    promise(used <= std::min(piece, bytes.size()), "more bytes used than given");
    promise(used > 0 || parser->state() == State::complete || parser->state() == State::refused, "no way on");
    bytes.remove_prefix(used);
    if (parser->state() != State::complete) continue;
    const auto request = parser->take();
    promise(request.path.starts_with('/') && request.path.find("/../") == request.path.npos, "a path that leads out");
    promise(request.body.size() <= limits.body, "a body over the limit");
    std::string line = std::string(net::name(request.method)) + " " + request.path + " " + request.body;
    for (const auto& [key, value] : request.query) line += "?" + key + "=" + value;
    for (const auto& [key, value] : request.headers) {
      promise(value.find_first_of("\r\n") == value.npos, "a header with a line break");
      line += "\n" + key + ":" + value;
    }
    verdict.requests.push_back(line);
    parser.emplace(limits);
  }
  verdict.end = parser->state();
  if (verdict.end == State::refused) {
    verdict.status = parser->refusal().status;
    promise(verdict.status >= 400 && verdict.status < 600 && !parser->refusal().reason.empty(),
            "a refusal without why");
  }
  return verdict;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {"GET /a?k=v&x HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n",
          "POST /a HTTP/1.1\r\nHost: h:1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
          "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "GET /a/../b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "PUT /%41%2f HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"};
}

void fuzz_one(std::string_view text) {
  const auto whole = parse(text, text.size());
  promise(parse(text, 1) == whole && parse(text, 7) == whole, "a verdict that depends on how the bytes were cut");
}

}  // namespace os_testing
