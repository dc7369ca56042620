#include "report/ticks.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace report {

std::string Ticks::label(double tick) const { return base::format("{:.{}f}", tick, decimals); }

Ticks nice_ticks(double low, double high, int about) {
  if (!std::isfinite(low) || !std::isfinite(high) || low > high) low = 0, high = 1;
  if (high - low < 1e-9) high = low + std::max(1.0, std::abs(low));  // one value still needs an axis
  const double rough = (high - low) / std::max(about, 1);
  const double magnitude = std::pow(10.0, std::floor(std::log10(rough)));
  const double part = rough / magnitude;
  // A hair above each step, so that 0.2 that came out as 0.20000000000000001 stays 0.2.
  const double step = magnitude * (part <= 1.000001 ? 1 : part <= 2.000001 ? 2 : part <= 5.000001 ? 5 : 10);
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  Ticks ticks;
  ticks.low = first * step, ticks.high = last * step;
  for (double n = first; n <= last; ++n) ticks.at.push_back(n * step);
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return ticks;
}

}  // namespace report
