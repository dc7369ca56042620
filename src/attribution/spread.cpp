#include "attribution/spread.h"

#include <algorithm>
#include <numeric>

namespace attribution {

using units::Seconds;

namespace {

Seconds sum(std::span<const Seconds> values) { return std::accumulate(values.begin(), values.end(), Seconds(0)); }

}  // namespace

void spread_over_sockets(std::span<const Seconds> busy, std::span<CpuUse> uses) {
  if (busy.empty()) return;
  std::vector<Seconds> weights(busy.begin(), busy.end());
  for (const auto& use : uses)
    for (std::size_t s = 0; s < std::min(use.by_socket.size(), weights.size()); ++s) weights[s] -= use.by_socket[s];
  for (auto& weight : weights) weight = std::max(weight, Seconds(0));
  if (sum(weights) <= Seconds(0)) weights.assign(busy.begin(), busy.end());
  if (sum(weights) <= Seconds(0)) weights.assign(busy.size(), Seconds(1));
  const auto all = sum(weights);
  for (auto& use : uses) {
    if (!use.by_socket.empty()) continue;
    for (const auto weight : weights) use.by_socket.push_back(use.total * (weight / all));
  }
}

}  // namespace attribution
