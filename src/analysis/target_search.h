// TargetSearch: which CRF just reaches a wanted quality, with few probes: each is an encode and a scoring. Sans I/O:
// the caller asks for the next CRF, encodes, scores and tells. Values; thread-compatible.
#pragma once

#include <map>
#include <optional>

#include "base/result.h"

namespace analysis {

struct TargetRange {
  int least_crf = 0, most_crf = 51, first_crf = 28;  // of the codec; where to begin
};

class TargetSearch {
 public:
  // Quality falls as CRF grows. A CRF that is better than wanted by no more than `tolerance` is near enough.
  TargetSearch(TargetRange range, double target, double tolerance)
      : range_(range), target_(target), tolerance_(tolerance) {}

  // Nothing: the search has ended. Never a CRF that was told.
  std::optional<int> next() const;
  void tell(int crf, double quality) { told_[crf] = quality; }

  struct Found {
    int crf = 0;
    double quality = 0;
    int probes = 0;
  };
  // The largest CRF that reaches the target, as far as probed. invalid: not even the least one does, or (before the
  // end) none did so far.
  base::Result<Found> found() const;

 private:
  using Point = std::pair<const int, double>;
  const Point* good() const;  // the largest CRF that reaches the target, below the first that does not
  const Point* bad() const;   // the least CRF that does not
  std::optional<int> outward(const Point& from, int direction, int bound) const;

  TargetRange range_;
  double target_, tolerance_;
  std::map<int, double> told_;
};

}  // namespace analysis
