// World: true time and what happens in it. Everything that a simulated run does is an event here, so a run is its seed:
// events of one moment happen in an order that the seed decides, and nothing else tells one run from another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/chance.h"
#include "simulation/marks.h"
#include "units/time.h"

namespace simulation {

// Nanoseconds since the run began, by nobody's clock.
using Moment = std::int64_t;
inline Moment moment(units::Seconds time) { return static_cast<Moment>(time.value() * 1e9); }
inline double seconds(Moment time) { return static_cast<double>(time) / 1e9; }

using Machine = std::string;  // its name: "m1" (a master's), "a3" (an agent's), "c2" (a client's)

// What an event belongs to: a process, a question under way. When the owner drops it, the event does not happen.
using Life = std::shared_ptr<const void>;
inline Life new_life() { return std::make_shared<const char>('.'); }

class World {
 public:
  explicit World(std::uint64_t seed) : chance_(seed) {}

  Moment now() const { return now_; }
  Chance& chance() { return chance_; }
  void after(units::Seconds delay, const Life& life, std::function<void()> happen) {
    at(now_ + moment(delay), life, std::move(happen));
  }
  void at(Moment when, const Life& life, std::function<void()> happen);
  // Nothing happens any more; what waits is dropped, while those whom it may tell are still there.
  void end();
  // The next event; false where there is none before `end`.
  bool step(Moment end);

  // One line of what happened, in the hash that two runs of one seed must agree on; kept where somebody listens.
  void note(std::string_view who, std::string_view what);
  // For the listener alone; `what` is made only where there is one.
  template <class Text>
  void tell(std::string_view who, Text what) {
    if (listener_) listener_(now_, who, what());
  }
  void listen(std::function<void(Moment, std::string_view who, std::string_view what)> listener) {
    listener_ = std::move(listener);
  }
  // It has happened.
  void mark(Mark mark) { marks_.set(static_cast<std::size_t>(mark)); }
  Marks& marks() { return marks_; }

  std::uint64_t trace_hash() const { return hash_; }
  std::uint64_t steps() const { return steps_; }

 private:
  struct Event {
    Moment when = 0;
    std::uint64_t tie = 0, number = 0;
    std::weak_ptr<const void> life;
    std::function<void()> happen;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      if (a.when != b.when) return a.when > b.when;
      return a.tie != b.tie ? a.tie > b.tie : a.number > b.number;
    }
  };
  void add_to_hash(std::string_view text);

  Chance chance_;
  Moment now_ = 0;
  Marks marks_;
  std::vector<Event> events_;  // a heap
  bool ended_ = false;
  std::uint64_t numbers_ = 0, steps_ = 0, hash_ = 0xcbf29ce484222325;
  std::function<void(Moment, std::string_view, std::string_view)> listener_;
};

}  // namespace simulation
