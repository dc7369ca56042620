#include "net/request_parser.h"

#include <gtest/gtest.h>

namespace net {
namespace {

using State = RequestParser::State;

constexpr RequestParser::Limits limits{.header = 600, .body = 32};

// All that a parser makes of a stream: the requests in it, and how it ends.
struct Verdict {
  std::vector<std::string> requests;  // "POST /a?k=v body"
  State end = State::idle;
  int status = 0;
  bool operator==(const Verdict&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  for (const auto& request : verdict.requests) out << '[' << request << ']';
  return out << " end " << static_cast<int>(verdict.end) << " status " << verdict.status;
}

Verdict parse(const std::vector<std::string_view>& pieces) {
  Verdict verdict;
  std::optional<RequestParser> parser(std::in_place, limits);
  for (auto piece : pieces) {
    while (!piece.empty() && parser->state() != State::refused) {
      piece.remove_prefix(parser->feed(piece));
      if (parser->state() != State::complete) continue;
      const Request request = parser->take();
      std::string line = std::string(name(request.method)) + " " + request.path;
      for (const auto& [key, value] : request.query) line += " " + key + "=" + value;
      if (!request.body.empty()) line += " <" + request.body + ">";
      verdict.requests.push_back(line);
      parser.emplace(limits);
    }
  }
  verdict.end = parser->state();
  if (verdict.end == State::refused) verdict.status = parser->refusal().status;
  return verdict;
}

// The same verdict for the bytes in one piece, cut in two at every place, and one by one.
void check(std::string_view bytes, const Verdict& expected) {
  EXPECT_EQ(parse({bytes}), expected) << bytes;
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    EXPECT_EQ(parse({bytes.substr(0, cut), bytes.substr(cut)}), expected) << bytes << "\ncut at " << cut;
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) single.push_back(bytes.substr(i, 1));
  EXPECT_EQ(parse(single), expected) << bytes << "\nbyte by byte";
}
void refused(std::string_view bytes, int status) { check(bytes, {{}, State::refused, status}); }
void accepted(std::string_view bytes, const std::string& request) { check(bytes, {{request}, State::idle, 0}); }

std::string post(const std::string& fields, const std::string& body, const std::string& version = "1.1") {
  return "POST /a HTTP/" + version + "\r\nHost: h\r\n" + fields + "\r\n" + body;
}
std::string get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

TEST(RequestParser, WellFormedRequestsAreReadTheSameHoweverTheyAreCut) {
  accepted(get("/"), "GET /");
  accepted(get("/jobs?state=queued&limit=5"), "GET /jobs state=queued limit=5");
  accepted("HEAD /x HTTP/1.0\r\n\r\n", "HEAD /x");
  accepted("DELETE /x HTTP/1.1\r\nhOST:h\r\nA:\r\nB: \t c \t\r\n\r\n", "DELETE /x");
  accepted(post("Content-Length: 5\r\n", "hello"), "POST /a <hello>");
  accepted(post("Content-Length: 0\r\n", ""), "POST /a");
  accepted(post("Content-Length: 32\r\n", std::string(32, 'x')), "POST /a <" + std::string(32, 'x') + ">");
  accepted(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n00a\r\n0123456789\r\n0\r\n\r\n"),
           "POST /a <abc0123456789>");
  accepted(post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), "POST /a");
}

TEST(RequestParser, PipelinedRequestsAreCutApartExactlyWhereEachEnds) {
  check(post("Content-Length: 2\r\n", "hi") + get("/b") +
            post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n") + get("/c") + "GE",
        {{"POST /a <hi>", "GET /b", "POST /a <x>", "GET /c"}, State::header, 0});
}

TEST(RequestParser, UnfinishedRequestsAreNoRequests) {
  check("GET / HTTP/1.1\r\nHost: h\r\n", {{}, State::header, 0});
  check(post("Content-Length: 5\r\n", "hell"), {{}, State::body, 0});
  check(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n"), {{}, State::body, 0});
}

TEST(RequestParser, OddFramingIsRefusedBeforeTheBody) {
  for (const char* fields : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -5\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 5 5\r\n",
           "Content-Length:\r\n",
           "Content-Length : 5\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, chunked\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding:\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Transfer-Encoding: \x0b"
           "chunked\r\n",
           " Transfer-Encoding: chunked\r\n",
           "X: a\r\n b\r\n",
           "X: a\r\n\tb\r\n",
           "X: a\n",
           "X: a\nContent-Length: 5\r\n",
           "X: a\rContent-Length: 5\r\n",
           "X: a\x7f\r\n",
           "Host: other\r\n",
           "No colon\r\n",
           ": no name\r\n",
           "Name\x80: x\r\n",
       })
    refused(post(fields, "5\r\nhello\r\n0\r\n\r\n"), 400);
  refused(post(std::string("X: a\0b\r\n", 8), ""), 400);
  refused(post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "1.0"), 400);
  refused("GET / HTTP/1.1\r\n\r\n", 400);  // no Host
  refused("GET / HTTP/1.1\nHost: h\n\n", 400);
  refused("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
  refused(" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
}

TEST(RequestParser, OddChunksAreRefused) {
  for (const char* chunks : {
           "\r\n",
           "g\r\n",
           "-1\r\n",
           "0x1\r\na\r\n",
           " 1\r\na\r\n",
           "1 \r\na\r\n",
           "1\na\r\n",
           "1\ra\r\n",
           "1;ext\r\na\r\n",
           "1;a=\"\n\"\r\na\r\n",
           "1\r\nab\r\n",
           "1\r\na\n",
           "1\r\na\r\r",
           "000000001\r\na\r\n",
           "ffffffffffffffff1\r\n",
           "0\r\nTrailer: x\r\n\r\n",
           "0\r\nContent-Length: 5\r\n\r\n",
           "0\r\n\n",
           "0;x\r\n\r\n",
       })
    refused(post("Transfer-Encoding: chunked\r\n", chunks), 400);
}

TEST(RequestParser, RequestLinesThatAreNotOursAreRefusedWithTheirOwnStatus) {
  refused("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400);
  refused("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
  refused("get / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
  refused("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 501);
  refused("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505);
  refused("GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505);
  refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
  for (const char* line :
       {"GET /", "GET / HTTP/1", "GET / http/1.1", "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "GET /\tHTTP/1.1",
        "GET http://h/ HTTP/1.1", "GET * HTTP/1.1", "GET h:80 HTTP/1.1", "GET", "\x16\x03\x01", "G@T / HTTP/1.1"})
    refused(std::string(line) + "\r\nHost: h\r\n\r\n", 400);
  refused("POST /a HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n", 417);
}

TEST(RequestParser, TargetsThatAProxyMightReadDifferentlyAreRefused) {
  for (const char* target :
       {"//",     "/a//b",  "/a/../b", "/..",  "/./a",  "/a/.", "/%2e%2e/b", "/a/%2E",   "/a%00b", "/a%0db",
        "/a%2fb", "/a%2Fb", "/a%",     "/a%4", "/a%zz", "/a#b", "/\xc3\xa9", "/a?b=%00", "/a?b=%", "/a?%zz"})
    refused(get(target), 400);
  accepted(get("/a%20b/%C3%A9"), "GET /a b/\xc3\xa9");
  accepted(get("/jobs/%2342"), "GET /jobs/#42");
  accepted(get("/ui/"), "GET /ui");
  accepted(get("/a+b?c+d=e+f&g=%2B&h&&=i&j=k=l"), "GET /a+b c d=e f g=+ h= =i j=k=l");
  accepted(get("/a?"), "GET /a");
  accepted(get("/...?a=../b"), "GET /... a=../b");
}

TEST(RequestParser, LimitsHoldAtTheByte) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  const std::string full = start + std::string(limits.header - start.size() - 4, 'x') + "\r\n\r\n";
  ASSERT_EQ(full.size(), limits.header);
  EXPECT_EQ(parse({full}).requests.size(), 1u);
  refused(start + std::string(limits.header - start.size() - 3, 'x') + "\r\n\r\n", 431);
  refused(post("Content-Length: 33\r\n", ""), 413);
  refused(post("Content-Length: 18446744073709551615\r\n", ""), 413);
  refused(post("Transfer-Encoding: chunked\r\n", "20\r\n" + std::string(32, 'x') + "\r\n1\r\n"), 413);
  refused(post("Transfer-Encoding: chunked\r\n", "ffffffff\r\n"), 413);

  RequestParser parser({.header = 64u << 10, .body = 0});
  const std::string line = "GET /" + std::string(HeaderScanner::most_request_line, 'x');
  parser.feed(line);
  EXPECT_EQ(parser.refusal().status, 414);
  const auto with_fields = [](std::size_t count) {
    std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (std::size_t i = 1; i < count; ++i) text += "X: y\r\n";
    RequestParser many({.header = 64u << 10, .body = 0});
    many.feed(text + "\r\n");
    return many.state();
  };
  EXPECT_EQ(with_fields(HeaderScanner::most_fields), State::complete);
  EXPECT_EQ(with_fields(HeaderScanner::most_fields + 1), State::refused);
}

TEST(RequestParser, OnlyAPeerThatHasSentNoBodyYetWaitsForContinue) {
  const std::string head = "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  RequestParser waiting(limits);
  waiting.feed(head);
  EXPECT_TRUE(waiting.waits_for_continue());
  RequestParser sending(limits);
  sending.feed(head + "h");
  EXPECT_FALSE(sending.waits_for_continue());
  RequestParser empty(limits);
  empty.feed("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_FALSE(empty.waits_for_continue());
  RequestParser old(limits);
  old.feed("POST /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_FALSE(old.waits_for_continue());
}

TEST(RequestParser, ConnectionsStayOpenByTheVersionUnlessTheRequestSaysOtherwise) {
  const auto keep = [](const std::string& request) {
    RequestParser parser(limits);
    parser.feed(request);
    return parser.keep_alive();
  };
  EXPECT_EQ(keep("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), KeepAlive::yes);
  EXPECT_EQ(keep("GET / HTTP/1.1\r\nHost: h\r\nConnection: foo, Close\r\n\r\n"), KeepAlive::no);
  EXPECT_EQ(keep("GET / HTTP/1.0\r\n\r\n"), KeepAlive::no);
  EXPECT_EQ(keep("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), KeepAlive::yes);
  EXPECT_EQ(keep("GET / HTTP/1.1\n"), KeepAlive::no);
}

}  // namespace
}  // namespace net
