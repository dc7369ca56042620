// How much nodes hold, by looking at all of it: what the model store answers, and what running totals must come to.
// Test targets only.
#pragma once

#include <span>
#include <vector>

#include "store/store.h"

namespace store_testing {

inline base::Result<std::vector<store::NodeLoad>> loads_by_holdings(store::Store& store,
                                                                    std::span<const base::Id> nodes,
                                                                    units::Instant now) {
  std::vector<store::NodeLoad> loads;
  for (const auto& node : nodes) {
    FFWATT_TRY(const auto held, store.holdings(std::span(&node, 1), now));
    auto& load = loads.emplace_back();
    for (const auto& holding : held) {
      ++load.jobs[holding.job_class];
      load.canceling += holding.state == jobs::JobState::canceling ? 1 : 0;
      load.offered += holding.state == jobs::JobState::queued ? 1 : 0;
    }
  }
  return loads;
}

}  // namespace store_testing
