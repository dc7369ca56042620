// Offers and leases as rows, by the server's clock. Inside of `store`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/postgres/session.h"
#include "store/store.h"
#include "units/time.h"

namespace store::postgres {

// From where on offers and leases may end: what lies before it in the index has gone, and cannot always be removed.
struct Marks {
  std::string offers = "-infinity", leases = "-infinity";
  std::optional<units::Seconds> next;  // until the next one ends
};

// Takes back what nobody started in time; answers (number, class, order) of those that are free again.
Statement take_back_ended_offers(const Marks& marks);

// The server's clock beside the steady one of this master, when both were looked at together.
struct SeenClock {
  std::string farm = "infinity";  // nobody has looked yet: it may show anything
  units::BootTime own;
};

struct Ended {
  std::vector<base::Id> jobs;
  Rows free;  // of take_back_ended_offers()
  SeenClock clock;
  units::Seconds farm_passed{};  // on the server's clock since the look before; 0 for the first one
};
// Jobs whose lease has ended, but for those at which another master is. A transaction holds them then. None where the
// server's clock has run ahead of ours by more than clock_tolerance: somebody may have set it.
base::Result<Ended> end_leases(Session& session, Marks& marks, const SeenClock& last, units::BootTime own, int most);
// More than a busy server keeps a question waiting, and less than half of the time between two renewals.
constexpr units::Seconds clock_tolerance{5};
// For a server whose clock was set ahead: what ended with that had time left. To do so twice changes nothing.
base::Result<void> restart_all_leases(Session& session);

base::Result<std::vector<Holding>> holdings_of(Session& session, std::span<const base::Id> nodes);
base::Result<std::vector<NodeLoad>> loads_of(Session& session, std::span<const base::Id> nodes);
base::Result<std::vector<Offered>> offers_of_claim(Session& session, base::Id node, const std::string& claim_id);
base::Result<std::optional<jobs::Lease>> offer_of(Session& session, base::Id job);
// Answers (number, class, order) where it was there.
base::Result<Rows> remove_offer(Session& session, const jobs::Lease& lease);

}  // namespace store::postgres
