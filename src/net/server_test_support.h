// What the tests of the server share. Test targets only.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "net/http_server.h"

namespace net {

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

inline Handler into(Parked& parked) {
  return [&parked](Request request, Responder responder) { parked(std::move(request), std::move(responder)); };
}

inline void echo(Request request, Responder responder) {
  responder.send(Response::text(200, std::string(name(request.method)) + " " + request.path + " " + request.body));
}

// A server on a free port of 127.0.0.1.
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

inline std::string get(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

}  // namespace net
