#include "net/http_server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "net/ports.h"
#include "net/raw_peer_test.h"

namespace net {
namespace {

using namespace units::literals;

// Requests that a handler keeps to be answered by the test, in order of arrival.
class Parked {
 public:
  struct One {
    Request request;
    Responder responder;
  };
  void operator()(Request request, Responder responder) {
    const std::lock_guard lock(mutex_);
    list_.push_back({std::move(request), std::move(responder)});
    arrived_.notify_all();
  }
  One next() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !list_.empty(); });
    One one = std::move(list_.front());
    list_.pop_front();
    return one;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<One> list_;
};

Handler into(Parked& parked) {
  return [&parked](Request request, Responder responder) { parked(std::move(request), std::move(responder)); };
}

void echo(Request request, Responder responder) {
  responder.send(Response::text(200, std::string(name(request.method)) + " " + request.path + " " + request.body));
}

class Server {
 public:
  explicit Server(Handler handler, ServerSettings settings = {}) : log_(base::silent_log()) {
    settings.address = "127.0.0.1";
    auto started = HttpServer::start(settings, std::move(handler), *log_);
    EXPECT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
  }
  std::uint16_t port() const { return server_->port(); }
  void stop(units::Seconds grace) { server_->stop(grace); }

 private:
  std::unique_ptr<base::Log> log_;
  std::unique_ptr<HttpServer> server_;
};

std::string get(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

TEST(HttpServer, AnswersCarryLengthDateConnectionAndNosniff) {
  Server server(echo);
  RawPeer peer(server.port());
  peer.send(get("/a"));
  const auto answer = peer.response();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "GET /a ");
  EXPECT_EQ(*find(answer.headers, "content-length"), "7");
  EXPECT_EQ(*find(answer.headers, "Connection"), "keep-alive");
  EXPECT_EQ(*find(answer.headers, "X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(find(answer.headers, "Date")->ends_with(" GMT"));
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

TEST(HttpServer, ALongPollIsAnsweredFromAnotherThreadHoweverLateComparedToTheTimeouts) {
  Parked parked;
  Server server(into(parked), {.header_timeout = 1_ms, .body_timeout = 1_ms});
  RawPeer peer(server.port());
  peer.send(get("/wait"));
  auto one = parked.next();
  // Another connection whose header runs out of time shows that the same clock has passed for the parked one.
  RawPeer clock(server.port());
  clock.send("G");
  EXPECT_EQ(clock.response().status, 408);
  std::thread([one = std::move(one)] { one.responder.send(Response::text(200, "a job")); }).join();
  EXPECT_EQ(peer.response().body, "a job");
}

TEST(HttpServer, AParkedRequestLearnsThatItsPeerIsGone) {
  Parked parked;
  Server server(into(parked));
  for (const bool reset : {false, true}) {
    RawPeer peer(server.port());
    peer.send(get("/wait"));
    const auto one = parked.next();
    EXPECT_FALSE(one.responder.peer_gone());
    std::promise<void> gone;
    one.responder.when_gone([&gone] { gone.set_value(); });
    reset ? peer.reset() : peer.close();
    gone.get_future().wait();
    EXPECT_TRUE(one.responder.peer_gone());
    one.responder.send(Response::text(200, "to nobody"));

    std::promise<void> too_late;
    Responder again = one.responder;
    again.when_gone([&too_late] { too_late.set_value(); });  // answered: never called
  }
}

TEST(HttpServer, WhenGoneIsCalledForAPeerThatHadLeftBefore) {
  Parked parked;
  Server server(into(parked));
  RawPeer peer(server.port());
  peer.send(get("/wait"));
  const auto one = parked.next();
  std::promise<void> first, second;
  one.responder.when_gone([&first] { first.set_value(); });
  peer.close();
  first.get_future().wait();
  one.responder.when_gone([&second] { second.set_value(); });
  second.get_future().wait();
}

TEST(HttpServer, AnAnsweredRequestIsNotCalledGoneWhenItsPeerLeavesLater) {
  std::atomic<int> calls = 0;
  {
    Server server([&calls](Request, Responder responder) {
      responder.when_gone([&calls] { ++calls; });
      responder.send(Response::text(200, "x"));
    });
    RawPeer peer(server.port());
    peer.send(get("/"));
    EXPECT_EQ(peer.response().status, 200);
    peer.close();
  }
  EXPECT_EQ(calls, 0);
}

TEST(HttpServer, APeerThatOnlyStoppedSendingStillGetsItsAnswers) {
  Server server(echo);
  RawPeer peer(server.port());
  peer.send(get("/a") + get("/b"));
  peer.finish_sending();
  EXPECT_EQ(peer.response().body, "GET /a ");
  const auto last = peer.response();
  EXPECT_EQ(last.body, "GET /b ");
  EXPECT_EQ(*find(last.headers, "Connection"), "close");
  EXPECT_TRUE(peer.closed());
}

TEST(HttpServer, ADroppedResponderIsA500AndTheConnectionGoesOn) {
  Server server([](Request request, Responder responder) {
    if (request.path == "/throw") throw std::runtime_error("a fault");
    if (request.path == "/echo") echo(std::move(request), std::move(responder));
  });
  RawPeer peer(server.port());
  peer.send(get("/drop") + get("/throw") + get("/echo"));
  EXPECT_EQ(peer.response().status, 500);
  EXPECT_EQ(peer.response().status, 500);
  EXPECT_EQ(peer.response().status, 200);
}

TEST(HttpServer, OnlyTheFirstAnswerCounts) {
  Server server([](Request, Responder responder) {
    responder.send(Response::text(200, "first"));
    responder.send(Response::text(200, "second"));
  });
  RawPeer peer(server.port());
  peer.send(get("/") + get("/"));
  EXPECT_EQ(peer.response().body, "first");
  EXPECT_EQ(peer.response().body, "first");
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

TEST(HttpServer, AConnectionBeyondTheLimitIsTold503AndRoomIsMadeByClosing) {
  Server server(echo, {.most_connections = 2});
  RawPeer first(server.port()), second(server.port());
  first.send(get("/"));
  EXPECT_EQ(first.response().status, 200);
  second.send(get("/"));
  EXPECT_EQ(second.response().status, 200);
  RawPeer third(server.port());
  const auto answer = third.response();
  EXPECT_EQ(answer.status, 503);
  EXPECT_GE(std::stoi(*find(answer.headers, "Retry-After")), 1);
  third.close();
  first.send(get("/", "Connection: close\r\n"));
  EXPECT_EQ(first.response().status, 200);
  first.close();
  // The server sees the two close in its own time.
  for (int status = 503; status == 503;) {
    RawPeer fourth(server.port());
    fourth.send(get("/"));
    status = fourth.response().status;
    EXPECT_TRUE(status == 200 || status == 503);
  }
}

TEST(HttpServer, StopLetsARequestInHandFinishAndThenRefusesConnections) {
  Parked parked;
  Server server(into(parked));
  RawPeer idle(server.port()), half(server.port()), peer(server.port());
  half.send("GET /half");
  peer.send(get("/wait"));
  const auto one = parked.next();
  auto stopped = std::async(std::launch::async, [&] { server.stop(60_s); });
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(half.closed());
  one.responder.send(Response::text(200, "done"));
  const auto answer = peer.response();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(*find(answer.headers, "Connection"), "close");
  peer.close();
  stopped.wait();
  EXPECT_FALSE(listening(server.port()));
  server.stop(60_s);  // idempotent
}

TEST(HttpServer, StopCutsWhatIsParkedAfterTheGraceAndSaysSo) {
  Parked parked;
  Server server(into(parked));
  RawPeer peer(server.port());
  peer.send(get("/wait"));
  const auto one = parked.next();
  std::promise<void> gone;
  one.responder.when_gone([&gone] { gone.set_value(); });
  server.stop(1_ms);
  gone.get_future().wait();
  EXPECT_TRUE(one.responder.peer_gone());
  EXPECT_TRUE(peer.closed());
  one.responder.send(Response::text(200, "too late"));
}

TEST(HttpServer, AResponderMayOutliveItsServer) {
  Parked parked;
  std::optional<Parked::One> one;
  {
    Server server(into(parked));
    RawPeer peer(server.port());
    peer.send(get("/wait"));
    one = parked.next();
  }
  one->responder.send(Response::text(200, "late"));
  one->responder.when_gone([] {});
  one.reset();
}

TEST(HttpServer, APortInUseIsExplainedWithItsOwnerAndTheWayOut) {
  Server first(echo);
  const auto log = base::silent_log();
  const auto try_again = [&](const char* owner) {
    return HttpServer::start({.address = "127.0.0.1", .port = first.port()}, echo, *log,
                             [owner](int) { return std::string(owner); });
  };
  const std::string port = std::to_string(first.port());
  const auto named = try_again("nginx (pid 812)");
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().kind(), base::ErrorKind::failed);
  EXPECT_EQ(named.error().text(),
            "port " + port + " is in use by nginx (pid 812); stop it or choose another with --port");
  EXPECT_EQ(try_again("").error().text(), "port " + port + " is in use; choose another with --port");
}

TEST(HttpServer, AddressesAreLiteralsOrLocalhostAndNothingElse) {
  const auto log = base::silent_log();
  const auto start = [&](const char* address) { return HttpServer::start({.address = address}, echo, *log); };
  for (const char* address : {"", "nonsense", "127.0.0.1:80", "300.1.1.1", "example.org"}) {
    const auto result = start(address);
    ASSERT_FALSE(result) << address;
    EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
    EXPECT_NE(result.error().text().find("localhost"), std::string::npos);
  }
  EXPECT_EQ(start("192.0.2.1").error().kind(), base::ErrorKind::invalid);  // no address of this machine
  for (const char* address : {"::", "0.0.0.0", "localhost", "127.0.0.1"}) {
    auto server = start(address);
    ASSERT_TRUE(server) << address << ": " << server.error().text();
    RawPeer peer((*server)->port());  // over IPv4 in each case
    peer.send(get("/"));
    EXPECT_EQ(peer.response().status, 200) << address;
  }
}

TEST(Ports, AFreePortIsListenedOnOnceAServerHasIt) {
  const auto port = free_port();
  ASSERT_TRUE(port);
  EXPECT_FALSE(listening(*port));
  Server server(echo);
  EXPECT_TRUE(listening(server.port()));
}

}  // namespace
}  // namespace net
