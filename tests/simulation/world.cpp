#include "simulation/world.h"

#include <algorithm>

namespace simulation {

void World::end() {
  ended_ = true;
  std::vector<Event>().swap(events_);
}

void World::at(Moment when, const Life& life, std::function<void()> happen) {
  if (ended_) return;
  events_.push_back({std::max(when, now_), chance_.next(), ++numbers_, life, std::move(happen)});
  std::push_heap(events_.begin(), events_.end(), Later{});
}

bool World::step(Moment end) {
  while (!events_.empty()) {
    if (events_.front().when > end) {
      now_ = end;
      return false;
    }
    std::pop_heap(events_.begin(), events_.end(), Later{});
    Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.when;
    if (event.life.expired()) continue;
    ++steps_;
    event.happen();
    return true;
  }
  now_ = end;
  return false;
}

// FNV-1a, 64 bits.
void World::add_to_hash(std::string_view text) {
  for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash_ = (hash_ ^ 0xff) * 0x100000001b3;
}

void World::note(std::string_view who, std::string_view what) {
  for (int i = 0; i < 64; i += 8) hash_ = (hash_ ^ ((static_cast<std::uint64_t>(now_) >> i) & 0xff)) * 0x100000001b3;
  add_to_hash(who);
  add_to_hash(what);
  if (listener_) listener_(now_, who, what);
}

}  // namespace simulation
