// Service: the thread on which the core and its store live. Requests queue up from the server's threads; each round
// takes all that wait, runs them in one transaction, commits once, and only then answers: nothing is acknowledged
// before it is durable, and a hundred requests cost one sync. If a commit fails, or a call of the store in the middle
// of an operation, the service stops serving (fail-stop): what the disk lost cannot be known, and a restart reads the
// truth. But a disk that is full loses nothing: the round is taken back and its requests run one by one, so that those
// that only read are answered, and those that write with 507 until there is room.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/log.h"
#include "master/core.h"
#include "master/event_desk.h"
#include "net/http_server.h"
#include "os/clock.h"
#include "store/store.h"

namespace master {

class Service {
 public:
  Service(Core& core, store::Store& store, os::Clock& clock, base::Log& log);
  ~Service();
  void start();
  // Answers what waits, parked polls and followers too, and joins the thread. Idempotent.
  void stop();

  // What the thread does, for who has none (the farm simulator): turn() when something was asked, and at next_turn() at
  // the latest, then after a rest() where nothing was asked meanwhile.
  void turn();
  void rest();
  units::BootTime next_turn(units::Instant now) const;

  // Runs on the core's thread; its response is sent after the commit. Callable from any thread. It may run twice, the
  // first time for nothing: it must not use itself up.
  using Work = std::function<net::Response(Core&, units::Instant)>;
  // `job`: the one that it will ask for, so that a round can ask for all of them at once.
  void run(Work work, net::Responder responder, std::optional<base::Id> job = std::nullopt);
  // A long poll. The offer is withdrawn where the asker has gone.
  void claim(wire::ClaimRequest request, net::Responder responder);
  // The follower has room for a frame, which `sink` gets once there is one.
  void follow(std::shared_ptr<EventDesk::Follower> follower, net::PartSink sink);

  // True after a store failure; /health says so and the program ends.
  bool failed() const;
  // Called once, from the service's thread, when it fails.
  void when_failed(std::function<void()> callback);

 private:
  struct Item {
    Work work;  // empty: a claim
    wire::ClaimRequest claim;
    net::Responder responder;
    std::optional<base::Id> job;
  };
  void enqueue(Item item);
  void loop(std::stop_token stop);
  void close();  // when the thread has ended
  void round(std::deque<Item> items, units::Instant now);
  void give_up(const base::Error& error, const std::deque<Item>& items);
  // Takes the transaction back. The first `parked` of the items' claims are parked already.
  void without_room(const base::Error& error, std::deque<Item> items, std::size_t parked,
                    std::vector<Core::Reply> replies, units::Instant now);
  // A shared database that was away, or that asks for the whole transaction again: nothing has happened.
  void try_later(const base::Error& error, const std::deque<Item>& items, std::vector<Core::Reply> replies,
                 units::Instant now);
  // False where the store has failed.
  bool run_alone(Item& item, units::Instant now);
  base::Result<void> take_back(std::vector<Core::Reply> replies, units::Instant now);
  void committed();
  void send(std::vector<Core::Reply> replies);
  void park(Item& item, units::Instant now);
  std::vector<Core::Reply> deliverable_replies(units::Instant now);
  void fail(const base::Error& error);

  Core& core_;
  store::Store& store_;
  os::Clock& clock_;
  base::Log& log_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Item> waiting_;
  std::vector<Core::Ticket> gone_;
  std::vector<std::pair<std::shared_ptr<EventDesk::Follower>, net::PartSink>> follows_;
  bool look_ = false;  // another master may have changed something
  bool failed_ = false;
  bool stopped_ = false;  // whatever comes now is answered at once: 503
  std::function<void()> when_failed_;

  // The service's thread only.
  std::map<Core::Ticket, net::Responder> parked_;
  EventDesk desk_;
  Core::Ticket next_ticket_ = 1;
  enum class Begun { yes, no } begun_ = Begun::yes;  // whether the last round got its transaction
  bool tired_ = true;                                // something was done since the last rest
  enum class Disk { has_room, full } disk_ = Disk::has_room;
  std::jthread thread_;
};

}  // namespace master
