// EventBoard: what has become durable lately, in its order, for whoever follows it. Without sockets and clocks. The
// newest `kept` changes lie here once, whoever reads them: a follower is a place in them (event_feed.h), so that one
// who reads slowly costs no memory. What lies too far back is gone, and its follower is told so. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "wire/events.h"

namespace master {

class EventBoard {
 public:
  // `life` names this start of this master: places of another one mean nothing here.
  EventBoard(std::string life, std::size_t kept) : life_(std::move(life)), kept_(kept) {}

  enum class Topic { job, node };
  struct Event {
    Topic topic = Topic::job;
    base::Id subject;
    std::string data;  // JSON
  };

  void add(const wire::JobEvent& event);
  void add(const wire::NodeEvent& event);
  // Another master of the farm has changed something, which it tells its own followers. However often between two looks
  // of a follower, to read anew once answers it all: a count, and no change of its own.
  void elsewhere() { ++elsewhere_; }
  std::uint64_t changes_elsewhere() const { return elsewhere_; }
  // Something may have become durable that is not told: every follower has to read anew.
  void gap();

  // The place of an event is its number; a follower stands at the last one that it knows.
  using Place = std::uint64_t;
  Place newest() const { return first_ + events_.size() - 1; }
  // Whether everything after it is still here.
  bool has_all_after(Place place) const { return place + 1 >= first_ && place <= newest(); }
  const Event& at(Place place) const { return events_[place - first_]; }  // first after a place that it has all after

  std::string id_of(Place place) const;
  // Of a text that id_of made in this life; nothing for any other.
  std::optional<Place> place_of(std::string_view id) const;

 private:
  void add(Event event);

  const std::string life_;
  const std::size_t kept_;
  std::deque<Event> events_;
  Place first_ = 1;  // number of events_.front()
  std::uint64_t elsewhere_ = 0;
};

}  // namespace master
