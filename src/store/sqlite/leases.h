// Leases: when the leases of running and canceling jobs end, in memory: heartbeats do not touch the disk, and after a
// restart every lease gets its full time again. Inside of `store`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"
#include "units/time.h"

namespace store::sqlite {

class Leases {
 public:
  // As the record says: running and canceling jobs are held, others are not. A new one has no deadline yet.
  void follow(const JobRecord& record);
  void renew(base::Id job, units::BootTime deadline);
  std::vector<base::Id> ended(int most, units::BootTime now) const;
  // Appends what the node holds.
  void of(base::Id node, std::vector<Holding>& into) const;
  void all(std::vector<Holding>& into) const;
  // Adds how much the node runs; kept by running totals.
  void add_load(base::Id node, NodeLoad& into) const;
  std::optional<units::BootTime> next_deadline() const;
  void clear();

 private:
  struct Held {
    Holding holding;
    std::optional<units::BootTime> deadline;
  };
  void drop(base::Id job);
  enum class Count { in, out };
  void count(const Holding& holding, Count count);

  std::map<base::Id, Held> by_job_;
  std::set<std::pair<base::Id, base::Id>> by_node_;  // (node, job)
  std::set<std::pair<units::BootTime, base::Id>> by_end_;
  std::map<base::Id, NodeLoad> loads_;
};

}  // namespace store::sqlite
