// A client of several masters of one farm: which one is asked, and what is never sent twice.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "client/master_client.h"
#include "json/json.h"
#include "net/http_server.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace client {
namespace {

using base::ErrorKind;

// Counts what it is asked and answers as it is told.
class Master {
 public:
  Master() {
    auto started = net::HttpServer::start(
        {.address = "127.0.0.1"},
        [this](net::Request request, net::Responder responder) {
          ++calls;
          if (status == 0) {
            const std::lock_guard lock(mutex_);
            held_.emplace(responder);
            return held.set_value();
          }
          const bool submits = request.method == net::Method::post;
          const auto body = submits ? wire::encode(wire::Accepted{jobs::Job{}, ""}) : wire::encode_health();
          responder.send(net::Response::json(status, json::write(body)));
        },
        *log_);
    if (started) server = *std::move(started);
    EXPECT_TRUE(server);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }

  std::atomic<int> calls = 0, status = 200;  // 0: holds the request without an answer
  std::promise<void> held;

 private:
  std::unique_ptr<base::Log> log_ = base::silent_log();
  std::mutex mutex_;
  std::optional<net::Responder> held_;

 public:
  std::unique_ptr<net::HttpServer> server;  // ends before what its handler uses
};

TEST(SeveralMasters, TheNextIsAskedWhereOneIsAwayAndTheFirstAfterTheLast) {
  Master first, second;
  auto farm = MasterClient::at(first.url() + ", " + second.url() + "/");
  ASSERT_TRUE(farm) << farm.error().text();
  ASSERT_TRUE(farm->health());
  EXPECT_EQ(second.calls, 0) << "the first, while it answers";
  EXPECT_EQ(farm->url(), first.url());
  first.status = 503;
  EXPECT_EQ(farm->health().error().kind(), ErrorKind::retry) << "it stops: that is its answer";
  ASSERT_TRUE(farm->health());
  EXPECT_EQ(second.calls, 1);
  first.status = 200, second.status = 503;
  EXPECT_FALSE(farm->health());
  ASSERT_TRUE(farm->health());
  EXPECT_EQ(second.calls, 2) << "it came back to the first";
  EXPECT_EQ(farm->url(), first.url());
}

TEST(SeveralMasters, ACallOfWhichNothingWasSentGoesOnToTheNextByItself) {
  const auto nobody = Master().url();  // its port is free again
  Master other;
  auto farm = MasterClient::at(nobody + "," + other.url());
  ASSERT_TRUE(farm);
  ASSERT_TRUE(farm->health());
  EXPECT_EQ(farm->url(), other.url());
  auto dead = MasterClient::at(nobody + "," + nobody);
  EXPECT_EQ(dead->health().error().kind(), ErrorKind::retry);
}

TEST(SeveralMasters, ACallThatMayHaveArrivedIsNotSentTwice) {
  Master holds, other;
  holds.status = 0;
  other.status = 201;
  auto farm = MasterClient::at(holds.url() + "," + other.url());
  ASSERT_TRUE(farm);
  std::thread dies([&] {
    holds.held.get_future().wait();
    holds.server->stop(units::Seconds(0));  // with the request in hand
  });
  const auto submitted = farm->submit(json::Value::object());
  dies.join();
  ASSERT_FALSE(submitted);
  EXPECT_EQ(submitted.error().kind(), ErrorKind::retry);
  EXPECT_EQ(other.calls, 0);
  EXPECT_TRUE(farm->submit(json::Value::object())) << "the next one goes elsewhere";
}

TEST(SeveralMasters, AnAddressAmongThemThatIsNoneIsShown) {
  const auto refused = MasterClient::at("http://a:8080,b:8080");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("'b:8080'"), std::string::npos) << refused.error().text();
  EXPECT_FALSE(MasterClient::at("http://a:8080,"));
}

}  // namespace
}  // namespace client
