// Trace: power over time of one scope while a workload ran, bounded in length whatever the length of the run. Thinning
// merges neighbours by their energy, so the area under the trace is always the energy. Guarded by its owner.
#pragma once

#include <optional>
#include <vector>

#include "jobs/energy.h"
#include "units/quantity.h"

namespace meter {

class Trace {
 public:
  // Intervals shorter than `shortest` are merged with the next: over a few ticks of a counter, power is noise.
  explicit Trace(units::Seconds shortest) : shortest_(shortest) {}

  void add(units::Joules energy, units::Seconds duration);
  std::vector<jobs::PowerPoint> points() const;  // at most kMostPoints
  std::optional<units::Watts> last() const;
  std::optional<units::Watts> peak() const;  // of the intervals before thinning

  static constexpr std::size_t kMostPoints = 2'000;

 private:
  struct Piece {
    units::Joules energy{};
    units::Seconds duration{};
    units::Watts power() const { return energy / duration; }
  };
  static void thin(std::vector<Piece>& pieces);

  units::Seconds shortest_;
  std::vector<Piece> pieces_;
  Piece pending_;
  std::optional<units::Watts> peak_;
};

}  // namespace meter
