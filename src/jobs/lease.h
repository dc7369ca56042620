// Lease: the right of one attempt to report on one job, for a while. Durations travel, never instants.
#pragma once

#include <string>

#include "base/id.h"
#include "units/time.h"

namespace jobs {

struct LeaseTimes {
  units::Seconds time_to_live{90};
  units::Seconds renewal{30};  // also the heartbeat interval
  units::Seconds offer{15};    // an offer that was not started by then is withdrawn
  // A ninth of the time to live: the agent counts its lease as ended this much early, the master this much late.
  units::Seconds margin() const { return time_to_live / 9.0; }
  bool operator==(const LeaseTimes&) const = default;
};

struct Lease {
  base::Id job;
  int attempt = 0;
  std::string token;  // 128 random bits; a secret between master and this attempt
  bool operator==(const Lease&) const = default;
};

}  // namespace jobs
