// What the tests of devices over HTTP share: a real server whose pages a test writes, and a host with a clock that it
// moves. Test targets only.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "base/format.h"
#include "net/server_test_support.h"
#include "os/host.h"
#include "os_testing/manual_clock.h"
#include "os_testing/temporary_folder.h"
#include "power_sources/open_source.h"

namespace power_sources {

// The device. Pages by path and query; anything else is 404. The server takes a slash off a path's end. Any thread.
class WebDeviceForTests {
 public:
  WebDeviceForTests()
      : server_(std::make_unique<net::Server>(
            [this](net::Request request, net::Responder responder) { answer(request, responder); })),
        port_(server_->port()) {}
  ~WebDeviceForTests() { vanish(); }

  std::string url() const { return base::format("http://127.0.0.1:{}", port_); }
  void page(const std::string& path, std::string body) {
    const std::lock_guard lock(mutex_);
    pages_[path] = std::move(body);
  }
  // Every page answers with this status; 200 is as it should be.
  void fail(int status) {
    const std::lock_guard lock(mutex_);
    status_ = status;
  }
  // Keeps the next requests without an answer, until it answers again or vanishes.
  void hang() {
    const std::lock_guard lock(mutex_);
    hangs_ = true;
  }
  void ask_for(std::string authorization) {
    const std::lock_guard lock(mutex_);
    authorization_ = std::move(authorization);
  }
  int requests() const { return requests_; }
  void await_requests(int count) {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [&] { return requests_ >= count; });
  }
  void vanish() {
    if (!server_) return;
    server_->stop(units::Seconds(0));
    server_.reset();
  }

 private:
  void answer(const net::Request& request, const net::Responder& responder) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    asked_.notify_all();
    auto path = request.path;
    for (const auto& [key, value] : request.query)
      path += base::format("{}{}={}", path == request.path ? "?" : "&", key, value);
    const auto* authorization = net::find(request.headers, "Authorization");
    const auto found = pages_.find(path);
    if (hangs_)
      kept_.push_back(responder);
    else if (!authorization_.empty() && (!authorization || *authorization != authorization_))
      responder.send({401, {{"WWW-Authenticate", "Basic realm=\"device\""}}, "{}"});
    else if (status_ != 200)
      responder.send(net::Response::text(status_, "out of order"));
    else if (found == pages_.end())
      responder.send(net::Response::text(404, "no such page"));
    else
      responder.send(net::Response::json(200, found->second));
  }

  std::mutex mutex_;
  std::condition_variable asked_;
  std::map<std::string, std::string> pages_;
  int status_ = 200;
  bool hangs_ = false;
  std::string authorization_;
  std::vector<net::Responder> kept_;
  std::atomic<int> requests_ = 0;
  std::unique_ptr<net::Server> server_;  // last to be made, first to go
  std::uint16_t port_;
};

class WebStage : public testing::Test {
 protected:
  WebStage()
      : host{clock,
             real_.host().random,
             real_.host().root,
             real_.host().files,
             real_.host().processes,
             real_.host().cgroups} {}

  // One period later, when the answer is there.
  void pass() {
    const auto due = clock.advance_to_next_sleeper();
    clock.await_sleep_until(due + units::Seconds(0.1));
  }
  // What the source's one zone says: its counter or its power, or the fault.
  static std::string read(const Attempt& attempt, const os::Clock& clock) {
    if (!attempt.source) return "not opened: " + attempt.detail;
    power::Readings readings;
    attempt.source->read(clock, readings);
    if (readings.good.size() + readings.faults.size() != 1) return "not one answer for one zone";
    if (!readings.faults.empty()) return readings.faults[0].error.text();
    const auto& reading = readings.good[0];
    return attempt.source->zones()[0].kind == power::Zone::Kind::counter ? base::format("{}", reading.raw)
                                                                         : base::format("{} W", reading.power.value());
  }
  std::string read(const Attempt& attempt) { return read(attempt, clock); }

  WebDeviceForTests device;
  os_testing::TemporaryFolder folder;
  os_testing::ManualClock clock;

 private:
  os::RealHost real_;

 protected:
  os::Host host;
};

}  // namespace power_sources
