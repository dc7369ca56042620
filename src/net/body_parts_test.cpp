#include "net/body_parts.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <stdexcept>

#include "net/http_client.h"
#include "net/raw_peer.h"
#include "net/server_test_support.h"

namespace net {
namespace {

using namespace units::literals;

// A maker of parts whose asks wait for the test. Its end is seen when the server lets go of it.
class Maker {
 public:
  BodyParts parts() {
    auto held = std::shared_ptr<void>(nullptr, [this](void*) { let_go_.set_value(); });
    return [this, held](PartSink sink) {
      const std::lock_guard lock(mutex_);
      asks_.push_back(std::move(sink));
      ++asked_;
      arrived_.notify_all();
    };
  }
  PartSink next() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !asks_.empty(); });
    PartSink sink = std::move(asks_.front());
    asks_.pop_front();
    return sink;
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  void await_let_go() { let_go_.get_future().wait(); }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<PartSink> asks_;
  int asked_ = 0;
  std::promise<void> let_go_;
};

Response in_parts(Maker& maker, std::string first = "first,") { return {200, {}, std::move(first), maker.parts()}; }

Handler answering(Maker& maker) {
  return [&maker](const Request& request, const Responder& responder) {
    responder.send(request.path == "/parts" ? in_parts(maker) : Response::text(200, "else"));
  };
}

// More than the kernel takes for a peer that reads nothing (tcp_wmem and tcp_rmem end at some MB).
std::string much() { return std::string(64u << 20, 'x'); }

// The loop of the server has done all that it was given before.
void pass_through(Server& server) {
  RawPeer other(server.port());
  other.send(get("/else"));
  EXPECT_EQ(other.response().body, "else");
}

TEST(BodyParts, ComeInTheirOrderAsChunksAndTheConnectionGoesOn) {
  Maker maker;
  Server server(answering(maker));
  RawPeer peer(server.port());
  peer.send(get("/parts") + get("/else", "Connection: close\r\n"));
  maker.next().part("second,");
  maker.next().part("");  // nothing yet: asked again
  maker.next().last("third");
  const auto all = peer.to_end();
  const auto body = all.find("\r\n\r\n");
  ASSERT_NE(body, all.npos);
  EXPECT_NE(all.find("Transfer-Encoding: chunked\r\n"), all.npos);
  EXPECT_EQ(all.substr(0, body).find("Content-Length"), all.npos);
  EXPECT_TRUE(
      all.substr(body + 4).starts_with("6\r\nfirst,\r\n7\r\nsecond,\r\n5\r\nthird\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"))
      << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\nelse"));
  maker.await_let_go();
}

TEST(BodyParts, AreOneBodyToAClient) {
  Maker maker;
  Server server(answering(maker));
  auto answer = std::async(std::launch::async, [&] {
    return HttpClient().send({.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/parts"});
  });
  maker.next().part("second,");
  maker.next().last("");
  const auto got = answer.get();
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->body, "first,second,");
}

TEST(BodyParts, MayBeginWithNothingAndBeAnsweredByTheThreadThatAsks) {
  int left = 1000;
  Server server([&left](const Request&, const Responder& responder) {
    responder.send({200, {}, {}, [&left](PartSink sink) { --left > 0 ? sink.part("ab") : sink.last("c"); }});
  });
  const auto got = HttpClient().send({.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/"});
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->body.size(), 2u * 999 + 1);
}

TEST(BodyParts, TheNextIsAskedForWhenTheLastIsWritten) {
  Maker maker;
  Server server(answering(maker));
  RawPeer peer(server.port());
  peer.send(get("/parts", "Connection: close\r\n"));
  maker.next().part(much());
  pass_through(server);
  EXPECT_EQ(maker.asked(), 1) << "the peer has read nothing: its part is still here";
  auto read = std::async(std::launch::async, [&] { return peer.to_end(); });
  maker.next().last("end");
  EXPECT_GT(read.get().size(), much().size());
  EXPECT_TRUE(peer.ended_cleanly());
  EXPECT_EQ(maker.asked(), 2);
}

TEST(BodyParts, APeerThatGoesEndsThem) {
  for (const bool while_writing : {false, true}) {
    Maker maker;
    Server server(answering(maker));
    RawPeer peer(server.port());
    peer.send(get("/parts"));
    const auto sink = maker.next();
    if (while_writing) {
      sink.part(much());
      pass_through(server);
    }
    peer.reset();
    maker.await_let_go();
    sink.last("to nobody");
    pass_through(server);
    EXPECT_EQ(maker.asked(), 1);
  }
}

TEST(BodyParts, APeerThatTakesNothingEndsThem) {
  Maker maker;
  Server server(answering(maker), {.body_timeout = 1_ms});
  RawPeer peer(server.port());
  peer.send(get("/parts"));
  maker.next().part(much());
  maker.await_let_go();
  EXPECT_EQ(maker.asked(), 1);
  const auto got = peer.to_end();
  EXPECT_FALSE(got.ends_with("0\r\n\r\n"));
  EXPECT_FALSE(peer.ended_cleanly());
}

TEST(BodyParts, AFaultInTheMiddleIsTakenForWholeByNobody) {
  enum class Fault { cut, dropped };
  for (const auto* version : {"1.1", "1.0"})
    for (const auto fault : {Fault::cut, Fault::dropped}) {
      Maker maker;
      Server server(answering(maker));
      RawPeer peer(server.port());
      peer.send(std::string("GET /parts HTTP/") + version + "\r\nHost: h\r\n\r\n");
      maker.next().part("second,");
      if (auto sink = maker.next(); fault == Fault::cut) sink.cut();
      const auto got = peer.to_end();
      EXPECT_FALSE(got.ends_with("0\r\n\r\n")) << version;
      EXPECT_FALSE(peer.ended_cleanly()) << version;
      maker.await_let_go();
    }
  Maker maker;
  Server server(answering(maker));
  auto answer = std::async(std::launch::async, [&] {
    return HttpClient().send({.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/parts"});
  });
  maker.next().cut();
  EXPECT_FALSE(answer.get()) << "half an answer is none";
}

TEST(BodyParts, AMakerThatThrowsCostsItsOwnConnectionOnly) {
  Server server([](const Request& request, const Responder& responder) {
    if (request.path == "/else") return responder.send(Response::text(200, "else"));
    responder.send({200, {}, "first", [](const PartSink&) { throw std::runtime_error("no disk"); }});
  });
  RawPeer peer(server.port());
  peer.send(get("/parts"));
  EXPECT_FALSE(peer.to_end().ends_with("0\r\n\r\n"));
  EXPECT_FALSE(peer.ended_cleanly());
  pass_through(server);
}

TEST(BodyParts, ToAnOlderPeerEndWithTheConnection) {
  Maker maker;
  Server server(answering(maker));
  RawPeer peer(server.port());
  peer.send("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  maker.next().part("second,");
  maker.next().last("third");
  const auto all = peer.to_end();
  EXPECT_TRUE(peer.ended_cleanly());
  EXPECT_TRUE(all.ends_with("\r\n\r\nfirst,second,third")) << all;
  EXPECT_NE(all.find("Connection: close\r\n"), all.npos);
  EXPECT_EQ(all.find("Transfer-Encoding"), all.npos);
}

TEST(BodyParts, AreNotMadeForAHead) {
  Maker maker;
  Server server(answering(maker));
  RawPeer peer(server.port());
  peer.send("HEAD /parts HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto all = peer.to_end();
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
  EXPECT_NE(all.find("Transfer-Encoding: chunked\r\n"), all.npos);
  maker.await_let_go();
  EXPECT_EQ(maker.asked(), 0);
}

TEST(BodyParts, StopLetsThemComeToTheirEndWithinItsGrace) {
  Maker maker;
  Server server(answering(maker));
  RawPeer peer(server.port());
  peer.send(get("/parts"));
  const auto first = maker.next();
  auto stopped = std::async(std::launch::async, [&] { server.stop(60_s); });
  first.part("second,");
  maker.next().last("third");
  EXPECT_TRUE(peer.to_end().ends_with("third\r\n0\r\n\r\n"));
  EXPECT_TRUE(peer.ended_cleanly());
  peer.close();
  stopped.wait();
}

TEST(BodyParts, StopWithoutGraceCutsThem) {
  Maker maker;
  Server server(answering(maker));
  RawPeer peer(server.port());
  peer.send(get("/parts"));
  const auto sink = maker.next();
  server.stop(0_s);
  EXPECT_FALSE(peer.to_end().ends_with("0\r\n\r\n"));
  EXPECT_FALSE(peer.ended_cleanly());
  maker.await_let_go();
  sink.part("after the end");
}

}  // namespace
}  // namespace net
