#include "master/event_desk.h"

#include <algorithm>

#include "net/event_stream.h"

namespace master {

void EventDesk::ask(std::shared_ptr<Follower> follower, net::PartSink sink) {
  asks_.push_back({std::move(follower), std::move(sink)});
}

void EventDesk::turn(Core& core, units::Instant now) {
  std::erase_if(asks_, [&](const Ask& ask) {
    auto& follower = *ask.follower;
    const auto& asked = follower.feed.asked();
    if (asked.live == EventFeed::Asked::Wanted::yes &&
        (!follower.watched || now.boot >= *follower.watched + between_watches)) {
      // Where the store failed the core knows, and its service stops at the next round.
      [[maybe_unused]] const auto told = core.keep_told(asked.job, now);
      follower.watched = now.boot;
    }
    if (follower.sent && now.boot < *follower.sent + between_frames) return false;
    auto frame = follower.feed.take(core.events(), core.board());
    if (frame.empty() && follower.sent && now.boot >= *follower.sent + between_signs) frame = net::event_comment;
    if (frame.empty()) return false;
    follower.sent = now.boot;
    ask.sink.part(std::move(frame));
    return true;
  });
}

std::optional<units::BootTime> EventDesk::next_turn(const Core& core, units::Instant now) const {
  std::optional<units::BootTime> next;
  for (const auto& [follower, sink] : asks_) {
    auto due = now.boot;
    if (const auto sent = follower->sent) {
      const bool news = follower->feed.has_news(core.events(), core.board());
      due = *sent + (news ? between_frames : between_signs);
      const auto watched = follower->watched;
      if (watched && follower->feed.asked().live == EventFeed::Asked::Wanted::yes)
        due = std::min(due, *watched + between_watches);
    }
    next = std::min(next.value_or(due), due);
  }
  return next;
}

void EventDesk::close() {
  for (const auto& ask : asks_) ask.sink.last(net::event_text("stopping", "", "{}"));
  asks_.clear();
}

}  // namespace master
