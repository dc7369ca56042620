// EventDesk: those who follow what happens and have room for more. It gives each its next frame, at most five in a
// second, however much happens; after fifteen seconds of nothing a sign of life, by which a peer that has gone is
// noticed. Without clocks and threads. One thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "master/core.h"
#include "master/event_feed.h"
#include "net/body_parts.h"
#include "units/time.h"

namespace master {

class EventDesk {
 public:
  static constexpr units::Seconds between_frames{0.2};
  static constexpr units::Seconds between_signs{15};
  // LiveBoard::kWatch is twice this: no node stops telling between two of these.
  static constexpr units::Seconds between_watches{5};

  // A follower, from its first frame to its last.
  struct Follower {
    explicit Follower(EventFeed::Asked asked) : feed(std::move(asked)) {}
    EventFeed feed;
    std::optional<units::BootTime> sent, watched;
  };
  void ask(std::shared_ptr<Follower> follower, net::PartSink sink);
  // Sends what is due.
  void turn(Core& core, units::Instant now);
  // When turn() has something to do, at the latest; nothing where nobody follows.
  std::optional<units::BootTime> next_turn(const Core& core, units::Instant now) const;
  // Everybody is told to come again, and that this was all.
  void close();
  std::size_t waiting() const { return asks_.size(); }

 private:
  struct Ask {
    std::shared_ptr<Follower> follower;
    net::PartSink sink;
  };
  std::vector<Ask> asks_;
};

}  // namespace master
