#include "jobs/node.h"

#include <algorithm>
#include <array>

#include "jobs/named.h"

namespace jobs {

std::string_view name(Intent intent) {
  switch (intent) {
    case Intent::active:
      return "active";
    case Intent::draining:
      return "draining";
    case Intent::quarantined:
      return "quarantined";
  }
  return "active";
}

base::Result<Intent> parse_intent(std::string_view text) {
  static constexpr std::array all{Intent::active, Intent::draining, Intent::quarantined};
  return parse_named(text, "an intent for a node", all);
}

std::string_view name(Liveness liveness) {
  switch (liveness) {
    case Liveness::up:
      return "up";
    case Liveness::late:
      return "late";
    case Liveness::lost:
      return "lost";
  }
  return "lost";
}

base::Result<Liveness> parse_liveness(std::string_view text) {
  static constexpr std::array all{Liveness::up, Liveness::late, Liveness::lost};
  return parse_named(text, "a liveness", all);
}

// One heartbeat of 30 s may be lost without a word; at three the leases of the node end as well (lease.h).
Liveness liveness(units::Seconds since_heartbeat) {
  if (since_heartbeat > units::Seconds(90)) return Liveness::lost;
  if (since_heartbeat > units::Seconds(45)) return Liveness::late;
  return Liveness::up;
}

// Here, and not in each file that includes the header: every optional member makes them longer.
bool NodeFacts::operator==(const NodeFacts&) const = default;
bool Node::operator==(const Node&) const = default;

}  // namespace jobs
