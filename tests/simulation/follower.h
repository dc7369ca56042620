// Follower: somebody who follows what happens at one master (GET /events), falls behind now and then, and comes back by
// the id of the event that it saw last. What it was told it notes in the history. It draws on no chance of the world's,
// so that whether anybody follows changes nothing else in a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "master/core.h"
#include "master/event_feed.h"
#include "simulation/history.h"

namespace simulation {

class Follower {
 public:
  Follower(History& history, Machine master, std::uint64_t seed)
      : history_(history), master_(std::move(master)), dice_(seed | 1) {}

  // After each turn of the master: it may read, or be busy with other things.
  void look(const master::Core& core, Moment now);
  // Its master has died; it will come back.
  void cut_off() { feed_.reset(); }
  // All that there is, at the end.
  void read_all(const master::Core& core, Moment now);

 private:
  std::uint64_t draw();
  void read(const master::Core& core, Moment now);

  History& history_;
  const Machine master_;
  std::uint64_t dice_;
  std::optional<master::EventFeed> feed_;
  std::string last_id_;
  int busy_ = 0;  // turns that it does not look
};

}  // namespace simulation
