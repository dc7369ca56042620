#include "master/event_feed.h"

#include "base/mutants.h"
#include "json/json.h"
#include "net/event_stream.h"
#include "wire/encode.h"

namespace master {
namespace {

using Wanted = EventFeed::Asked::Wanted;

std::string place_text(std::string_view name, const std::string& id, const std::string& why) {
  return net::event_text(name, id, json::write(wire::encode_event_place(why)));
}

}  // namespace

bool EventFeed::wants(const EventBoard::Event& event) const {
  if (event.topic == EventBoard::Topic::node) return asked_.nodes == Wanted::yes && !asked_.job;
  return asked_.jobs == Wanted::yes && (!asked_.job || *asked_.job == event.subject);
}

std::string EventFeed::begin(const EventBoard& events) {
  elsewhere_ = events.changes_elsewhere();
  const auto newest = events.id_of(events.newest());
  if (asked_.last_event_id.empty()) {
    place_ = events.newest();
    return place_text("ready", newest, "");
  }
  place_ = events.place_of(asked_.last_event_id);
  if (place_ && events.has_all_after(*place_)) return place_text("ready", events.id_of(*place_), "");
  place_ = events.newest();
  return place_text("reset", newest, "what followed the event that you saw last is not known here; read anew");
}

std::string EventFeed::take(const EventBoard& events, const LiveBoard& live) {
  std::string frame;
  if (!place_) {
    frame = begin(events);
    live_ = live.version();  // what was told before may be of jobs that have ended since
  } else if (!events.has_all_after(*place_) && FFWATT_MUTANT(behind_is_untold)) {
    place_ = events.newest();
  } else if (!events.has_all_after(*place_)) {
    place_ = events.newest();
    frame = place_text("reset", events.id_of(events.newest()), "more has happened than is kept for so long; read anew");
  }
  auto place = place_.value_or(events.newest());
  while (place < events.newest() && frame.size() < frame_size) {
    const auto& event = events.at(++place);
    if (wants(event))
      frame += net::event_text(event.topic == EventBoard::Topic::job ? "job" : "node", events.id_of(place), event.data);
  }
  place_ = place;
  if (std::exchange(elsewhere_, events.changes_elsewhere()) != events.changes_elsewhere())
    frame += net::event_text("elsewhere", "", "{}");
  if (asked_.live == Wanted::no) return frame;
  live.each_since(live_, [&](LiveBoard::Version version, const wire::LiveView& view) {
    if (frame.size() >= frame_size) return;
    live_ = version;
    if (!asked_.job || *asked_.job == view.job) frame += net::event_text("live", "", json::write(wire::encode(view)));
  });
  return frame;
}

bool EventFeed::has_news(const EventBoard& events, const LiveBoard& live) const {
  return !place_ || *place_ != events.newest() || elsewhere_ != events.changes_elsewhere() ||
         (asked_.live == Wanted::yes && live_ != live.version());
}

}  // namespace master
