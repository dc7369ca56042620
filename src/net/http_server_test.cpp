#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "json/json.h"
#include "net/raw_peer.h"
#include "net/router.h"
#include "net/server_test_support.h"

namespace net {
namespace {

using namespace units::literals;

class StoppedClock : public os::Clock {
 public:
  units::WallTime wall() const override { return units::WallTime::from_nanoseconds(784'111'777'900'000'000); }
  units::BootTime boot() const override { return {}; }
  Woken sleep_until(units::BootTime, std::stop_token) const override { return Woken::deadline; }
};

TEST(HttpServer, AServerWithoutAClockSaysNoDate) {
  Server server(echo);
  RawPeer peer(server.port());
  peer.send(get("/a"));
  EXPECT_EQ(find(peer.response().headers, "Date"), nullptr);
}

TEST(HttpServer, AnswersCarryLengthDateConnectionAndNosniff) {
  const StoppedClock clock;
  Server server(echo, {.clock = &clock});
  RawPeer peer(server.port());
  peer.send(get("/a"));
  const auto answer = peer.response();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /a ");
  EXPECT_EQ(*find(answer.headers, "content-length"), "7");
  EXPECT_EQ(*find(answer.headers, "Connection"), "keep-alive");
  EXPECT_EQ(*find(answer.headers, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(*find(answer.headers, "Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpServer, OneConnectionServesManyRequestsUntilOneAsksToClose) {
  Server server(echo);
  RawPeer peer(server.port());
  for (int i = 0; i < 50; ++i) {
    peer.send(get("/" + std::to_string(i)));
    EXPECT_EQ(peer.response().body, "GET /" + std::to_string(i) + " ");
  }
  peer.send(get("/last", "Connection: close\r\n"));
  EXPECT_EQ(*find(peer.response().headers, "Connection"), "close");
  EXPECT_TRUE(peer.closed());
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrderAndOneAtATime) {
  Parked parked;
  Server server(into(parked));
  RawPeer peer(server.port());
  std::string burst;
  for (int i = 0; i < 100; ++i) burst += get("/" + std::to_string(i));
  peer.send(burst);
  for (int i = 0; i < 100; ++i) {
    const auto one = parked.next();
    EXPECT_EQ(one.request.path, "/" + std::to_string(i));
    EXPECT_EQ(one.request.peer, "127.0.0.1");
    one.responder.send(Response::text(200, one.request.path));
    EXPECT_EQ(peer.response().body, "/" + std::to_string(i));
  }
}

TEST(HttpServer, BodiesOfKnownLengthAndInChunksArriveWhole) {
  Server server(echo);
  RawPeer peer(server.port());
  const std::string body(300'000, 'x');
  peer.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + body);
  EXPECT_EQ(peer.response().body, "POST /a " + body);
  peer.send("PUT /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n" + body +
            "\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(peer.response().body, "PUT /b " + body + "abc");
}

TEST(HttpServer, HeadIsAnsweredWithTheHeaderOfGetAlone) {
  Server server(echo);
  RawPeer peer(server.port());
  peer.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b"));
  EXPECT_EQ(*find(peer.response(Method::head).headers, "Content-Length"), "8");
  EXPECT_EQ(peer.response().body, "GET /b ");
}

TEST(HttpServer, APeerThatWaitsForContinueGetsItUnlessItsBodyIsTooLarge) {
  Server server(echo, {.most_body = 10});
  RawPeer peer(server.port());
  peer.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(peer.response().status, 100);
  peer.send("hi");
  EXPECT_EQ(peer.response().body, "POST /a hi");
  peer.send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(peer.response().status, 413);
  EXPECT_TRUE(peer.closed());
}

TEST(HttpServer, WhatIsRefusedGetsAProblemDocumentAndTheConnectionCloses) {
  Server server(echo, {.most_body = 10, .most_header = 200});
  const struct {
    std::string bytes;
    int status;
    const char* type;
  } cases[] = {
      {get("/a", "X: " + std::string(300, 'x') + "\r\n"), 431, "header_too_large"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world", 413, "body_too_large"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n", 413,
       "body_too_large"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400, "malformed_request"},
      {"GET / HTTP/1.1\nHost: h\n\n", 400, "malformed_request"},
      {"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "method_not_implemented"},
      {get("/../etc/passwd"), 400, "malformed_request"},
  };
  for (const auto& c : cases) {
    RawPeer peer(server.port());
    peer.send(c.bytes + get("/never"));
    const auto answer = peer.response();
    EXPECT_EQ(answer.status, c.status) << c.bytes;
    EXPECT_EQ(*find(answer.headers, "Content-Type"), "application/problem+json");
    EXPECT_EQ(*find(answer.headers, "Connection"), "close");
    EXPECT_NE(answer.body.find(c.type), std::string::npos) << answer.body;
    peer.finish_sending();
    EXPECT_TRUE(peer.closed()) << "a request behind a refused one was served";
  }
}

TEST(HttpServer, EachRequestHasANameWhichItsAnswerAndItsProblemBear) {
  Server server(
      [](Request request, Responder responder) {
        if (request.path == "/ok") return responder.send(Response::text(200, request.id));
        responder.send(problem({.status = 409, .code = "conflict", .title = "No", .detail = "not so"}));
      },
      {.life = "life"});
  RawPeer peer(server.port());
  peer.send(get("/ok"));
  const auto first = peer.response();
  EXPECT_EQ(first.body, "life-1");
  EXPECT_EQ(*find(first.headers, "X-Request-Id"), "life-1");
  peer.send(get("/no", "X-Request-Id: caller.7_a-B\r\n"));
  const auto refused = peer.response();
  EXPECT_EQ(*find(refused.headers, "X-Request-Id"), "caller.7_a-B");
  const auto body = json::parse(refused.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->at("request_id").as_string(), "caller.7_a-B");
  EXPECT_EQ(body->at("instance").as_string(), "/no");
  EXPECT_EQ(body->at("detail").as_string(), "not so");
  for (const auto& forged : {std::string("a b"), std::string("<script>"), std::string(65, 'a'), std::string()}) {
    peer.send(get("/no", "X-Request-Id: " + forged + "\r\n"));
    EXPECT_THAT(*find(peer.response().headers, "X-Request-Id"), testing::StartsWith("life-"));
  }
  peer.send("GET / HTTP/1.1\nHost: h\n\n");
  const auto malformed = peer.response();
  EXPECT_EQ(malformed.status, 400);
  EXPECT_THAT(malformed.body, testing::HasSubstr(R"("request_id":"life-)"));
}

TEST(HttpServer, ARefusalReachesAPeerThatGoesOnSendingALargeBody) {
  Server server(echo, {.most_body = 10});
  RawPeer peer(server.port());
  peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  peer.send(std::string(3'000'000, 'x'));
  EXPECT_EQ(peer.response().status, 413);
}

TEST(HttpServer, AHeaderOrBodyThatDoesNotComeInTimeIs408) {
  Server server(echo, {.header_timeout = 30_ms, .body_timeout = 30_ms});
  RawPeer slow_header(server.port());
  slow_header.send("GET / HTTP/1.1\r\nHo");
  EXPECT_EQ(slow_header.response().status, 408);
  slow_header.finish_sending();
  EXPECT_TRUE(slow_header.closed());
  RawPeer slow_body(server.port());
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhell");
  EXPECT_EQ(slow_body.response().status, 408);
}

TEST(HttpServer, IdleConnectionsCloseWithoutAWord) {
  Server server(echo, {.idle_timeout = 30_ms});
  RawPeer silent(server.port());
  EXPECT_TRUE(silent.closed());
  RawPeer once(server.port());
  once.send(get("/"));
  once.to_end();  // returns since the server closes; whether it had answered by then is a matter of speed
}

TEST(HttpServer, AnAnswerWithALineBreakInAFieldIsNotSent) {
  Server server([](Request, Responder responder) {
    auto response = Response::text(200, "x");
    response.headers.emplace_back("Location", "/a\r\nSet-Cookie: b");
    responder.send(std::move(response));
  });
  RawPeer peer(server.port());
  peer.send(get("/"));
  const auto answer = peer.response();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(find(answer.headers, "Set-Cookie"), nullptr);
}

TEST(HttpServer, AnAnswerLargerThanTheSocketBuffersArrivesWholeAndANewRequestFollows) {
  const std::string page(20u << 20, 'p');
  Server server([&page](Request, Responder responder) { responder.send(Response::text(200, page)); });
  RawPeer peer(server.port());
  peer.send(get("/") + get("/"));
  EXPECT_EQ(peer.response().body, page);
  EXPECT_EQ(peer.response().body, page);
}

TEST(HttpServer, TwoHundredParallelConnectionsOnThreeThreadsAllGetTheirOwnAnswers) {
  Server server(echo, {.threads = 3});
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < 200; ++i) peers.push_back(std::make_unique<RawPeer>(server.port()));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) peers[i]->send(get("/" + std::to_string(i)));
    for (int i = 0; i < 200; ++i) EXPECT_EQ(peers[i]->response().body, "GET /" + std::to_string(i) + " ");
  }
}

}  // namespace
}  // namespace net
