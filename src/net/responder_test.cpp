#include "net/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

#include "net/raw_peer.h"
#include "net/server_test_support.h"

namespace net {
namespace {

using namespace units::literals;

TEST(Responder, ALongPollIsAnsweredFromAnotherThreadHoweverLateComparedToTheTimeouts) {
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

TEST(Responder, AParkedRequestLearnsThatItsPeerIsGone) {
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

TEST(Responder, WhenGoneIsCalledForAPeerThatHadLeftBefore) {
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

TEST(Responder, AnAnsweredRequestIsNotCalledGoneWhenItsPeerLeavesLater) {
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

TEST(Responder, APeerThatOnlyStoppedSendingStillGetsItsAnswers) {
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

TEST(Responder, ADroppedResponderIsA500AndTheConnectionGoesOn) {
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

TEST(Responder, OnlyTheFirstAnswerCounts) {
  Server server([](Request, Responder responder) {
    responder.send(Response::text(200, "first"));
    responder.send(Response::text(200, "second"));
  });
  RawPeer peer(server.port());
  peer.send(get("/") + get("/"));
  EXPECT_EQ(peer.response().body, "first");
  EXPECT_EQ(peer.response().body, "first");
}

TEST(Responder, AResponderMayOutliveItsServer) {
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

}  // namespace
}  // namespace net
