#include "analysis/target_search.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace analysis {
namespace {

// Of quality for each step of CRF, while nothing is known: any value ends, and a wrong one costs a probe.
constexpr double kUsualFall = 1.0;
constexpr int kMostOutward = 16;  // a step further is into the dark

}  // namespace

const TargetSearch::Point* TargetSearch::bad() const {
  for (const auto& point : told_)
    if (point.second < target_) return &point;
  return nullptr;
}

const TargetSearch::Point* TargetSearch::good() const {
  const Point* out = nullptr;
  for (const auto& point : told_) {
    if (point.second < target_) break;
    out = &point;
  }
  return out;
}

std::optional<int> TargetSearch::outward(const Point& from, int direction, int bound) const {
  if (from.first == bound) return std::nullopt;
  double fall = kUsualFall;
  if (told_.size() > 1) {
    const auto& a = *told_.begin();
    const auto& b = *told_.rbegin();
    if (const double seen = (a.second - b.second) / (b.first - a.first); seen > 0) fall = seen;
  }
  const int wanted =
      static_cast<int>(std::ceil(std::min<double>(kMostOutward, std::abs(from.second - target_) / fall)));
  return std::clamp(from.first + direction * std::max(1, wanted), range_.least_crf, range_.most_crf);
}

std::optional<int> TargetSearch::next() const {
  if (told_.empty()) return std::clamp(range_.first_crf, range_.least_crf, range_.most_crf);
  const auto *above = good(), *below = bad();
  if (!above) return below ? outward(*below, -1, range_.least_crf) : std::nullopt;
  if (above->second - target_ <= tolerance_) return std::nullopt;
  if (!below) return outward(*above, +1, range_.most_crf);
  const int gap = below->first - above->first;
  if (gap <= 1) return std::nullopt;
  // By a straight line, but never into the outer quarters: quality bends, and the line then creeps along one side.
  const double part = (above->second - target_) / (above->second - below->second);
  const int guess = above->first + static_cast<int>(std::floor(std::clamp(part, 0.25, 0.75) * gap));
  return std::clamp(guess, above->first + 1, below->first - 1);
}

base::Result<TargetSearch::Found> TargetSearch::found() const {
  if (const auto* best = good()) return Found{best->first, best->second, static_cast<int>(told_.size())};
  if (told_.empty()) return base::Error::invalid("no CRF was tried yet");
  const auto& first = *told_.begin();
  return base::Error::invalid(base::format(
      "CRF {} gives {:.2f}, less than the wanted {:.2f}{}", first.first, first.second, target_,
      first.first == range_.least_crf ? ", and it is the least that there is: want less, or take a slower preset"
                                      : "; no lower one was tried yet"));
}

}  // namespace analysis
