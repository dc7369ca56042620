#include "master/service.h"

#include <algorithm>
#include <chrono>

#include "base/format.h"
#include "base/mutants.h"
#include "json/json.h"
#include "master/answers.h"
#include "net/event_stream.h"
#include "net/router.h"
#include "wire/encode.h"

namespace master {
namespace {

net::Response stopping(const std::string& why = "Try again in a moment.") {
  net::Response response = net::problem({503, "stopping", "The master is stopping", why, {}});
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

net::Response no_room(const base::Error& error) {
  net::Response response = net::problem(
      {507,
       "no_room",
       "The master's disk is full",
       base::format("{}. Nothing was changed. Reads go on, and so will this once there is room: send it again then.",
                    error.text()),
       {}});
  response.headers.emplace_back("Retry-After", "10");
  return response;
}

// Without a request for so long the master is at rest, and has time for what would be in the way of one.
constexpr units::Seconds moment{0.2};

}  // namespace

Service::Service(Core& core, store::Store& store, os::Clock& clock, base::Log& log)
    : core_(core), store_(store), clock_(clock), log_(log) {}

Service::~Service() { stop(); }

void Service::start() {
  store_.when_changed([this] {
    {
      const std::lock_guard lock(mutex_);
      look_ = true;
    }
    wake_.notify_one();
  });
  if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
}

void Service::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    wake_.notify_all();
    thread_.join();
    store_.when_changed({});
  }
  close();
}

void Service::close() {
  for (auto& [ticket, responder] : parked_) responder.send(answer_json(200, wire::encode(wire::ClaimAnswer{})));
  parked_.clear();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto& [follower, sink] : follows_) desk_.ask(std::move(follower), std::move(sink));
  follows_.clear();
  desk_.close();
  for (auto& item : waiting_) item.responder.send(stopping());
  waiting_.clear();
}

void Service::run(Work work, net::Responder responder, std::optional<base::Id> job) {
  enqueue({std::move(work), {}, std::move(responder), job});
}

void Service::claim(wire::ClaimRequest request, net::Responder responder) {
  enqueue({{}, std::move(request), std::move(responder), std::nullopt});
}

void Service::follow(std::shared_ptr<EventDesk::Follower> follower, net::PartSink sink) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return sink.last(net::event_text("stopping", "", "{}"));
    follows_.emplace_back(std::move(follower), std::move(sink));
  }
  wake_.notify_one();
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
    bool undisturbed = false;
    {
      std::unique_lock lock(mutex_);
      const auto something = [this] { return !waiting_.empty() || !gone_.empty() || !follows_.empty() || look_; };
      if (failed_) {
        wake_.wait(lock, stop, something);  // no deadline is met any more
      } else {
        const units::Instant now = clock_.now();
        const double wait = std::max(0.0, (next_turn(now) - now.boot).value());
        undisturbed = !wake_.wait_for(lock, stop, std::chrono::duration<double>(wait), something);
      }
    }
    if (undisturbed) rest();
    turn();
  }
}

units::BootTime Service::next_turn(units::Instant now) const {
  auto next = core_.next_deadline(now);
  if (const auto due = desk_.next_turn(core_, now)) next = std::min(next, *due);
  if (begun_ == Begun::no) next = std::max(next, now.boot + units::Seconds(0.1));
  return tired_ ? std::min(next, now.boot + moment) : next;
}

void Service::turn() {
  std::deque<Item> items;
  {
    const std::lock_guard lock(mutex_);
    items.swap(waiting_);
    if (std::exchange(look_, false)) core_.look();
    for (const auto ticket : gone_) {
      core_.forget(ticket);
      parked_.erase(ticket);
    }
    gone_.clear();
    for (auto& [follower, sink] : follows_) desk_.ask(std::move(follower), std::move(sink));
    follows_.clear();
  }
  round(std::move(items), clock_.now());
  if (!failed()) desk_.turn(core_, clock_.now());
}

void Service::rest() {
  if (!std::exchange(tired_, false)) return;
  const units::Instant now = clock_.now();
  if (begun_ == Begun::no || disk_ == Disk::full) return;
  const auto begun = store_.begin();
  if (!begun) return;  // the next round finds out why
  const auto retired = core_.retire(now);
  auto done = retired && !core_.store_failure()
                  ? store_.commit()
                  : base::Result<void>(core_.store_failure().value_or(base::Error::failed("the store failed")));
  if (done) {
    core_.committed();
    tired_ = *retired == Core::Rested::no;
    done = store_.rest();
  }
  if (done) return;
  if (store_.room() == store::Store::Room::enough && done.error().kind() == base::ErrorKind::failed)
    return give_up(done.error(), {});
  if (const auto back = take_back({}, now); !back) give_up(back.error(), {});
}

void Service::park(Item& item, units::Instant now) {
  if (item.responder.peer_gone()) return;
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

std::vector<Core::Reply> Service::deliverable_replies(units::Instant now) {
  [[maybe_unused]] const auto served = core_.serve(now);  // where the store failed, the caller asks
  auto replies = core_.take_replies();
  const auto undeliverable = [&](const Core::Reply& reply) {
    const auto parked = parked_.find(reply.ticket);
    if (parked != parked_.end() && !parked->second.peer_gone()) return false;
    // What the store cannot take back it lets end by itself.
    if (reply.answer) [[maybe_unused]]
      const auto withdrawn = core_.withdraw(*reply.answer);
    if (parked != parked_.end()) parked_.erase(parked);
    return true;
  };
  // What the one cannot get the next one may have; each turn ends at least one poll.
  while (std::erase_if(replies, undeliverable) != 0) {
    if (!core_.tick(now)) break;  // the store failed, and the caller asks
    for (auto& more : core_.take_replies()) replies.push_back(std::move(more));
  }
  return replies;
}

void Service::send(std::vector<Core::Reply> replies) {
  for (auto& reply : replies) {
    const auto parked = parked_.find(reply.ticket);
    if (parked == parked_.end()) continue;
    parked->second.send(reply.answer ? answer_text(200, wire::write(*reply.answer))
                                     : problem_for(reply.answer.error()));
    parked_.erase(parked);
  }
}

void Service::give_up(const base::Error& error, const std::deque<Item>& items) {
  store_.rollback();
  fail(error);
  const auto why = "The store failed, nothing was changed: " + error.text();
  for (const auto& item : items) item.responder.send(stopping(why));
  for (auto& [ticket, responder] : parked_) responder.send(stopping(why));
  parked_.clear();
}

void Service::committed() {
  if (core_.committed() == WatchedStore::Wrote::no || disk_ == Disk::has_room) return;
  disk_ = Disk::has_room;
  log_.info("there is room on the disk again: writes are taken as before");
}

base::Result<void> Service::take_back(std::vector<Core::Reply> replies, units::Instant now) {
  store_.rollback();
  FFWATT_CHECK(core_.reload(now));
  for (auto& reply : core_.take_replies()) replies.push_back(std::move(reply));
  // Offers are void. An answer without any is asked again at once; only that a node is unknown is worth telling.
  for (auto& reply : replies)
    if (reply.answer || reply.answer.error().kind() != base::ErrorKind::absent) reply.answer = wire::ClaimAnswer{};
  send(std::move(replies));
  return {};
}

bool Service::run_alone(Item& item, units::Instant now) {
  auto error = store_.begin();
  if (!error && error.error().kind() == base::ErrorKind::retry) {
    item.responder.send(problem_for(error.error()));
    return true;
  }
  net::Response response;
  if (error) {
    response = item.work(core_, now);
    if (const auto& failure = core_.store_failure())
      error = *failure;
    else
      error = store_.commit();
  }
  if (error) {
    committed();
    item.responder.send(std::move(response));
    return true;
  }
  const auto room = store_.room();  // what is asked from here on says nothing of it
  const auto taken_back = take_back({}, now);
  if (!taken_back || room == store::Store::Room::enough) {
    give_up(taken_back ? error.error() : taken_back.error(), {item});
    return false;
  }
  item.responder.send(no_room(error.error()));
  return true;
}

void Service::without_room(const base::Error& error, std::deque<Item> items, std::size_t parked,
                           std::vector<Core::Reply> replies, units::Instant now) {
  if (disk_ == Disk::has_room)
    log_.error("the disk is full; what has to be written is refused until there is room, reads go on",
               {{"error", error.text()}});
  disk_ = Disk::full;
  if (const auto taken_back = take_back(std::move(replies), now); !taken_back)
    return give_up(taken_back.error(), items);
  for (std::size_t i = 0; !items.empty(); ++i, items.pop_front()) {
    if (!items.front().work) {
      if (i >= parked) park(items.front(), now);
    } else if (!run_alone(items.front(), now)) {
      items.pop_front();
      for (const auto& item : items) item.responder.send(stopping());
      return;
    }
  }
  send(deliverable_replies(now));
}

void Service::try_later(const base::Error& error, const std::deque<Item>& items, std::vector<Core::Reply> replies,
                        units::Instant now) {
  log_.warning("the database did not take this round; whoever asked is told to ask again", {{"why", error.text()}});
  begun_ = Begun::no;  // the next look comes a little later
  for (const auto& item : items)
    if (item.work) item.responder.send(problem_for(error));
  const auto taken_back = take_back(std::move(replies), now);
  if (!taken_back && taken_back.error().kind() != base::ErrorKind::retry) give_up(taken_back.error(), {});
}

void Service::round(std::deque<Item> items, units::Instant now) {
  if (failed()) {
    for (const auto& item : items) item.responder.send(stopping("The store failed; the master's log says why."));
    return;
  }
  std::vector<std::pair<net::Responder, net::Response>> answers;
  std::size_t run = 0;
  const auto stop_at = [&](const base::Error& error, std::vector<Core::Reply> replies = {}) {
    if (error.kind() == base::ErrorKind::retry && store_.sharing() == store::Store::Sharing::shared)
      return try_later(error, items, std::move(replies), now);
    if (store_.room() == store::Store::Room::enough) return give_up(error, items);
    without_room(error, std::move(items), run, std::move(replies), now);
  };
  const auto begun = store_.begin();
  begun_ = begun ? Begun::yes : Begun::no;
  if (!begun) {
    if (begun.error().kind() != base::ErrorKind::retry) return stop_at(begun.error());
    log_.warning("the store is busy; asking again", {{"why", begun.error().text()}});  // nothing has happened yet
    for (auto& item : items) item.responder.send(problem_for(begun.error()));
    return;
  }
  std::vector<base::Id> touched;
  for (const auto& item : items)
    if (item.job) touched.push_back(*item.job);
  if (!touched.empty())
    if (const auto ready = core_.prefetch(touched); !ready) return stop_at(ready.error());
  for (auto& item : items) {
    ++run;
    if (item.work)
      answers.emplace_back(item.responder, item.work(core_, now));
    else
      park(item, now);
    if (const auto& failure = core_.store_failure()) return stop_at(*failure);
  }
  if (!items.empty()) tired_ = true;
  if (const auto ticked = core_.tick(now); !ticked) return stop_at(ticked.error());
  auto replies = deliverable_replies(now);
  if (const auto& failure = core_.store_failure()) return stop_at(*failure, std::move(replies));
  if (FFWATT_MUTANT(answered_before_commit))
    for (auto& [responder, response] : answers) responder.send(response);
  if (const auto done = store_.commit(); !done) return stop_at(done.error(), std::move(replies));
  committed();
  for (auto& [responder, response] : answers) responder.send(std::move(response));
  send(std::move(replies));
}

}  // namespace master
