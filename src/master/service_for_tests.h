// ServiceTest: a service on the model store, and peers that keep what they were sent.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "json/json.h"
#include "master/answers.h"
#include "master/core_for_tests.h"
#include "master/service.h"
#include "os/host.h"
#include "wire/decode.h"

namespace master {

// A peer that keeps what it was sent. Leaving calls the callback, as a server would.
class Peer : public net::Responder::Channel {
 public:
  void send(net::Response response) override {
    {
      const std::lock_guard lock(mutex_);
      if (answer_) return;
      answer_ = std::move(response);
    }
    changed_.notify_all();
  }
  bool peer_gone() const override {
    const std::lock_guard lock(mutex_);
    return gone_;
  }
  void when_gone(std::function<void()> callback) override {
    std::function<void()> now;
    {
      const std::lock_guard lock(mutex_);
      callback_ = std::move(callback);
      parked_ = true;
      if (gone_) now = std::exchange(callback_, nullptr);
    }
    changed_.notify_all();
    if (now) now();
  }
  void leave(bool tell = true) {
    std::function<void()> callback;
    {
      const std::lock_guard lock(mutex_);
      gone_ = true;
      if (tell) callback.swap(callback_);
    }
    if (callback) callback();
  }
  net::Response answer() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answer_.has_value(); });
    return *answer_;
  }
  bool answered() const {
    const std::lock_guard lock(mutex_);
    return answer_.has_value();
  }
  void await_parked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return parked_; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<net::Response> answer_;
  std::function<void()> callback_;
  bool gone_ = false, parked_ = false;
};

class ServiceTest : public Farm {
 protected:
  ServiceTest() {
    now = real.host().clock.now();
    restart();
    service.emplace(*core, model, real.host().clock, *log);
  }
  using Who = std::shared_ptr<Peer>;
  Who run(Service::Work work) {
    auto peer = std::make_shared<Peer>();
    service->run(std::move(work), net::Responder(peer));
    return peer;
  }
  Who submitting() {
    return run([](Core& c, units::Instant t) {
      return answer(c.submit({a_submission()}, std::nullopt, t),
                    [](const auto&) { return net::Response::text(201, "made"); });
    });
  }
  Who polling(base::Id id, units::Seconds wait = 60_s) {
    auto peer = std::make_shared<Peer>();
    service->claim({id, 1, wait, id.text()}, net::Responder(peer));
    peer->await_parked();
    return peer;
  }
  static std::size_t offers(const Who& peer) {
    const auto response = peer->answer();
    EXPECT_EQ(response.status, 200) << response.body;
    const auto value = json::parse(response.body);
    return value ? wire::decode_claim_answer(*value)->offers.size() : 99;
  }

  os::RealHost real;
  std::optional<Service> service;  // last: its thread ends before what it uses
};

}  // namespace master
