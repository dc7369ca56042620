// EventFeed: one follower of what happens (GET /events): a place in the EventBoard, a version of the LiveBoard, and
// what it asked for. It keeps nothing that it has not sent, so that whoever reads slowly, or not at all, costs a
// hundred bytes. What it sends at once is one frame: the changes in their order, none left out, and of what changes by
// the second only the newest. Where changes are gone that it has not seen it says `reset`, and goes on from now. One
// thread.
#pragma once

#include <optional>
#include <string>

#include "base/id.h"
#include "master/event_board.h"
#include "master/live_board.h"

namespace master {

class EventFeed {
 public:
  struct Asked {
    enum class Wanted { no, yes };
    Wanted jobs = Wanted::yes, nodes = Wanted::yes, live = Wanted::no;
    std::optional<base::Id> job{};  // of this one alone
    std::string last_event_id{};    // as it came: anything at all; empty: from now
  };
  explicit EventFeed(Asked asked) : asked_(std::move(asked)) {}

  // A frame ends with the event that reaches this.
  static constexpr std::size_t frame_size = 32u << 10;

  // All that is new, as text of server-sent events, or as much of it as a frame holds; empty: nothing is.
  std::string take(const EventBoard& events, const LiveBoard& live);
  // Whether take() may have something to say.
  bool has_news(const EventBoard& events, const LiveBoard& live) const;
  const Asked& asked() const { return asked_; }

 private:
  std::string begin(const EventBoard& events);
  bool wants(const EventBoard::Event& event) const;

  Asked asked_;
  std::optional<EventBoard::Place> place_;  // nothing: it has not begun
  LiveBoard::Version live_ = 0;
  std::uint64_t elsewhere_ = 0;
};

}  // namespace master
