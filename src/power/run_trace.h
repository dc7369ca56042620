// RunTrace: the power trace of one run, from the sampler's snapshots. Guarded by its owner.
#pragma once

#include <string>
#include <vector>

#include "power/power_trace.h"
#include "power/sampler.h"

namespace power {

class RunTrace {
 public:
  // `begin` is the snapshot of the boundary read, and the first sample. Zones that are known to show another zone's
  // counter (twins, mirrors) are left out; parts stay, and say of what.
  RunTrace(const Sampler& sampler, const Snapshot& begin);
  // Every snapshot after it, the last being that of the boundary read at the end.
  void add(const Snapshot& now);
  std::string encoded() const { return builder_.encoded(); }

 private:
  struct Followed {
    std::size_t zone = 0;  // index into Snapshot::zones
    Total before, begin;
  };
  static std::vector<Followed> followed(const Snapshot& begin);
  static std::vector<TraceZone> described(const Sampler& sampler, const std::vector<Followed>& followed);

  std::vector<Followed> followed_;
  std::vector<TraceValue> values_;
  PowerTraceBuilder builder_;
};

}  // namespace power
