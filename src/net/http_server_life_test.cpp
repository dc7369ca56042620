#include "net/http_server.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "net/ports.h"
#include "net/raw_peer.h"
#include "net/server_test_support.h"

namespace net {
namespace {

using namespace units::literals;

TEST(HttpServerLife, AConnectionBeyondTheLimitIsTold503AndRoomIsMadeByClosing) {
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

TEST(HttpServerLife, StopLetsARequestInHandFinishAndThenRefusesConnections) {
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

TEST(HttpServerLife, StopCutsWhatIsParkedAfterTheGraceAndSaysSo) {
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

TEST(HttpServerLife, APortInUseIsExplainedWithItsOwnerAndTheWayOut) {
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

TEST(HttpServerLife, AddressesAreLiteralsOrLocalhostAndNothingElse) {
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
