// LoadCurve: the power of one zone over the load of its CPUs, learned while the machine works; from it the marginal
// energy of a workload: what the zone would have drawn less without it. Signed differences of a rising curve.
// Guarded by its owner.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "units/quantity.h"

namespace attribution {

struct CurvePoint {
  double load = 0;  // 0 to 1
  units::Watts power{};
  units::Seconds time{};  // how long the zone was seen at about this load
  bool operator==(const CurvePoint&) const = default;
};

class LoadCurve {
 public:
  LoadCurve() = default;
  // As kept by points().
  explicit LoadCurve(const std::vector<CurvePoint>& points);

  // One interval of constant load. Shorter than kShortest says more about ticks than about power; the caller joins.
  void add(double load, units::Watts power, units::Seconds duration);
  // The power at `load`; nothing until the curve has been seen well enough on both sides of it.
  std::optional<units::Watts> at(double load) const;
  std::vector<CurvePoint> points() const;

  static constexpr units::Seconds kShortest{1};

 private:
  static constexpr std::size_t kBins = 20;
  struct Bin {
    double load = 0, power = 0, weight = 0;  // means, and seconds
  };
  void fit() const;

  std::array<Bin, kBins> bins_{};
  // Means of the well-seen bins, made monotone; rebuilt when something was added.
  mutable std::vector<CurvePoint> fitted_;
  mutable bool stale_ = true;
};

}  // namespace attribution
