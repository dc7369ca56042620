// Offers: what nodes were offered and did not start yet, in memory: none of it is worth a write. Inside of `store`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "jobs/lease.h"
#include "store/sqlite/ready_index.h"
#include "store/store.h"
#include "units/time.h"

namespace store::sqlite {

struct Offer {
  base::Id node;
  std::string claim_id;
  jobs::Lease lease;
  ReadyIndex::Head from;  // where it returns to
  units::BootTime expires;
};

class Offers {
 public:
  void add(Offer offer);
  const Offer* of(base::Id job) const;
  std::optional<Offer> take(base::Id job);
  std::vector<Offer> take_expired(units::BootTime now);
  std::vector<Offer> of_claim(base::Id node, const std::string& claim_id) const;  // by job number
  // Appends what the node was offered.
  void of(base::Id node, std::vector<Holding>& into) const;
  void all(std::vector<Holding>& into) const;
  // Adds how much that is; kept by running totals.
  void add_load(base::Id node, NodeLoad& into) const;
  std::optional<units::BootTime> next_deadline() const;
  void clear();

 private:
  static Holding holding_of(const Offer& offer);

  std::map<base::Id, Offer> by_job_;
  std::set<std::tuple<base::Id, std::string, base::Id>> by_claim_;  // (node, claim, job)
  std::map<base::Id, std::map<std::string, int>> loads_;            // by node and class
  std::set<std::pair<units::BootTime, base::Id>> by_end_;
};

}  // namespace store::sqlite
