// Offers: what nodes were offered and did not start yet, in memory: none of it is worth a write. Inside of `store`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
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
  const std::map<base::Id, Offer>& all() const { return by_job_; }
  std::optional<units::BootTime> next_deadline() const;
  void clear();

 private:
  std::map<base::Id, Offer> by_job_;
  std::set<std::pair<units::BootTime, base::Id>> by_end_;
};

}  // namespace store::sqlite
