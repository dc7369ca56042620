// GET /events from outside: streams that stay open, end, and go on.
#include <future>
#include <thread>

#include "master/rest_for_tests.h"
#include "master/service_for_tests.h"
#include "net/event_stream.h"
#include "wire/events.h"

namespace master {
namespace {

// What a stream of events brings, until `enough` says so.
class Stream {
 public:
  Stream(std::uint16_t port, std::string query, std::string last_id, int enough) {
    call_.url = base::format("http://127.0.0.1:{}/api/v1/events{}", port, query);
    if (!last_id.empty()) call_.headers = {{"Last-Event-ID", last_id}};
    call_.stream.emplace();
    call_.stream->stall = 60_s;
    call_.stream->on_head = [this](const net::Response& head) {
      head_ = head;
      return true;
    };
    call_.stream->on_bytes = [this, enough](std::string_view bytes) {
      return reader_.feed(bytes, [this, enough](const net::EventReader::Event& event) {
        events.push_back(event);
        if (event.name == "ready" || event.name == "reset") begun_.set_value();
        return static_cast<int>(events.size()) < enough;
      });
    };
    thread_ = std::jthread([this] { (void)net::HttpClient().send(call_).ok(); });
  }
  void await_begin() { begun_.get_future().wait(); }
  void await_end() { thread_.join(); }
  net::Response head_;
  std::vector<net::EventReader::Event> events;

 private:
  net::Call call_;
  net::EventReader reader_;
  std::promise<void> begun_;
  std::jthread thread_;
};

TEST_F(Rest, EventsTellWhatHappensAndGoOnWhereTheyEnded) {
  Stream stream(server->port(), "", "", 3);
  stream.await_begin();
  post("/jobs", documented);
  post("/jobs/1/cancel");
  stream.await_end();
  EXPECT_EQ(*net::find(stream.head_.headers, "Content-Type"), "text/event-stream");
  ASSERT_EQ(stream.events.size(), 3u);
  EXPECT_EQ(stream.events[1].name, "job");
  EXPECT_EQ(json::parse(stream.events[1].data)->at("state").as_string(), "queued");
  const auto canceled = wire::decode_job_event(*json::parse(stream.events[2].data));
  ASSERT_TRUE(canceled);
  EXPECT_EQ(canceled->state, JobState::canceled);
  EXPECT_EQ(canceled->actor, "127.0.0.1");
  Stream again(server->port(), "?topics=job", stream.events[1].id, 2);
  again.await_end();
  ASSERT_EQ(again.events.size(), 2u);
  EXPECT_EQ(again.events[1].data, stream.events[2].data);
  Stream forged(server->port(), "?job=1", std::string(10'000, '9'), 1);
  forged.await_end();
  EXPECT_EQ(forged.events.at(0).name, "reset");
}

TEST_F(Rest, EventsEndWithTheMaster) {
  Stream stream(server->port(), "?topics=live,node", "", 100);
  stream.await_begin();
  service->stop();
  stream.await_end();
  EXPECT_EQ(stream.events.back().name, "stopping");
  Stream late(server->port(), "", "", 100);
  late.await_end();
  EXPECT_EQ(late.events.back().name, "stopping");
}

TEST_F(Rest, WhatEventsCannotBeAskedForIsRefused) {
  expect_problem(get("/events?topics=jobs"), 400, "invalid", "Did you mean 'job'?");
  expect_problem(get("/events?topics="), 400, "invalid", "unknown topic ''");
  expect_problem(get("/events?topic=job"), 400, "invalid", "Did you mean 'topics'?");
  expect_problem(get("/events?job=7"), 404, "not_found", "there is no job #7");
  expect_problem(get("/events?job=x"), 400, "invalid", "'x' is no job");
  EXPECT_EQ(call(net::Method::head, "/events").status(), 200);
}

TEST_F(Rest, EventsThatNobodyReadsAreALimitedNumber) {
  const auto ask = [this] {
    net::Request request;
    request.path = "/events";
    request.peer = "127.0.0.1";
    request.headers = {{"Host", "localhost"}};
    const auto peer = std::make_shared<Peer>();
    api->router(std::move(request), net::Responder(peer));
    return peer->answer();
  };
  std::vector<net::Response> open;
  for (int i = 0; i < 1000; ++i) {
    open.push_back(ask());
    ASSERT_EQ(open.back().status, 200) << i;
  }
  const auto one_more = ask();
  EXPECT_EQ(one_more.status, 503);
  EXPECT_EQ(*net::find(one_more.headers, "Retry-After"), "5");
  EXPECT_THAT(one_more.body, testing::HasSubstr("too_many_followers"));
  open.pop_back();
  EXPECT_EQ(ask().status, 200);
}

}  // namespace
}  // namespace master
