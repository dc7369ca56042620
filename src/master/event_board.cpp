#include "master/event_board.h"

#include "base/format.h"
#include "base/mutants.h"
#include "base/text.h"
#include "json/json.h"

namespace master {

void EventBoard::add(Event event) {
  events_.push_back(std::move(event));
  if (events_.size() <= kept_) return;
  events_.pop_front();
  ++first_;
}

void EventBoard::add(const wire::JobEvent& event) { add({Topic::job, event.id, json::write(wire::encode(event))}); }
void EventBoard::add(const wire::NodeEvent& event) { add({Topic::node, event.id, json::write(wire::encode(event))}); }

void EventBoard::gap() {
  if (FFWATT_MUTANT(lost_events_untold)) return;
  first_ = newest() + 2;
  events_.clear();
}

std::string EventBoard::id_of(Place place) const { return base::format("{}-{}", life_, place); }

std::optional<EventBoard::Place> EventBoard::place_of(std::string_view id) const {
  const auto dash = id.rfind('-');
  if (dash == std::string_view::npos || id.substr(0, dash) != life_) return std::nullopt;
  const auto number = base::to_unsigned(id.substr(dash + 1));
  if (!number || *number > newest()) return std::nullopt;
  return *number;
}

}  // namespace master
