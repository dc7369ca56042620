#include "master/service.h"

#include <algorithm>
#include <chrono>

#include "json/json.h"
#include "master/answers.h"
#include "net/router.h"
#include "wire/encode.h"

namespace master {
namespace {

net::Response stopping() {
  net::Response response = net::problem({503, "stopping", "The master is stopping", "Try again in a moment.", {}});
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

Service::Service(Core& core, store::Store& store, os::Clock& clock, base::Log& log)
    : core_(core), store_(store), clock_(clock), log_(log) {}

Service::~Service() { stop(); }

void Service::start() {
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
}

void Service::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  wake_.notify_all();
  thread_.join();
}

void Service::run(Work work, net::Responder responder) {
  enqueue({std::move(work), {}, std::move(responder)});
}

void Service::claim(wire::ClaimRequest request, net::Responder responder) {
  enqueue({{}, std::move(request), std::move(responder)});
}

void Service::enqueue(Item item) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return item.responder.send(stopping());
    waiting_.push_back(std::move(item));
  }
  wake_.notify_one();
}

bool Service::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

void Service::when_failed(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  when_failed_ = std::move(callback);
}

void Service::fail(const base::Error& error) {
  log_.error("the store failed; stopping, a restart reads what is really on the disk", {{"error", error.text()}});
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(failed_, true)) callback = when_failed_;
  }
  if (callback) callback();
}

void Service::loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::deque<Item> items;
    {
      std::unique_lock lock(mutex_);
      const units::Instant now = clock_.now();
      const double wait = std::max(0.0, (core_.next_deadline(now) - now.boot).value());
      wake_.wait_for(lock, stop, std::chrono::duration<double>(wait), [this] { return !waiting_.empty() || !gone_.empty(); });
      items.swap(waiting_);
      for (const auto ticket : gone_) {
        core_.forget(ticket);
        parked_.erase(ticket);
      }
      gone_.clear();
    }
    round(std::move(items), clock_.now());
  }
  for (auto& [ticket, responder] : parked_) responder.send(answer_json(200, wire::encode(wire::ClaimAnswer{})));
  parked_.clear();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto& item : waiting_) item.responder.send(stopping());
  waiting_.clear();
}

void Service::round(std::deque<Item> items, units::Instant now) {
  std::vector<std::pair<net::Responder, net::Response>> answers;
  const auto give_up = [&](const base::Error& error) {
    store_.rollback();
    fail(error);
    for (auto& item : items) item.responder.send(stopping());
  };
  if (failed()) {
    for (auto& item : items) item.responder.send(stopping());
    return;
  }
  if (const auto begun = store_.begin(); !begun) return give_up(begun.error());
  for (auto& item : items) {
    if (item.work) {
      answers.emplace_back(item.responder, item.work(core_, now));
      continue;
    }
    if (item.responder.peer_gone()) continue;
    const Core::Ticket ticket = next_ticket_++;
    parked_.emplace(ticket, item.responder);
    item.responder.when_gone([this, ticket] {
      {
        const std::lock_guard lock(mutex_);
        gone_.push_back(ticket);
      }
      wake_.notify_one();
    });
    core_.claim(item.claim, ticket, now);
  }
  if (const auto ticked = core_.tick(now); !ticked) return give_up(ticked.error());
  if (const auto committed = store_.commit(); !committed) return give_up(committed.error());

  for (auto& [responder, response] : answers) responder.send(std::move(response));
  for (auto& reply : core_.take_replies()) {
    const auto parked = parked_.find(reply.ticket);
    if (parked == parked_.end()) continue;
    parked->second.send(reply.answer ? answer_json(200, wire::encode(*reply.answer)) : problem_for(reply.answer.error()));
    parked_.erase(parked);
  }
}

}  // namespace master
