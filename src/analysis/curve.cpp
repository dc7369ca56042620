#include "analysis/curve.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace analysis {
namespace {

using base::Error;
using base::format;

constexpr std::size_t kLeastPoints = 4;
constexpr double kLeastOverlap = 0.3;

struct Knot {
  double x = 0, y = 0, slope = 0;
};
using Knots = std::vector<Knot>;

// Slopes that keep the curve monotonic: inside the weighted harmonic mean of both neighbours' (Fritsch and Butland), at
// the ends the three-point formula, held back where it would overshoot (Moler, Numerical Computing with MATLAB, 3.4).
void set_slopes(Knots& k) {
  const std::size_t n = k.size();
  std::vector<double> h, d;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    h.push_back(k[i + 1].x - k[i].x);
    d.push_back((k[i + 1].y - k[i].y) / h.back());
  }
  for (std::size_t i = 1; i + 1 < n; ++i) {
    if (d[i - 1] * d[i] <= 0) continue;
    const double before = h[i - 1] + 2 * h[i], after = 2 * h[i - 1] + h[i];
    k[i].slope = (before + after) / (before / d[i - 1] + after / d[i]);
  }
  const auto end = [](double near_h, double far_h, double near_d, double far_d) {
    const double slope = ((2 * near_h + far_h) * near_d - near_h * far_d) / (near_h + far_h);
    if (slope * near_d <= 0) return 0.0;
    if (near_d * far_d < 0 && std::abs(slope) > std::abs(3 * near_d)) return 3 * near_d;
    return slope;
  };
  k[0].slope = end(h[0], h[1], d[0], d[1]);
  k[n - 1].slope = end(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
}

// From the piece's first knot to a distance `s` within it.
double integral_of_piece(const Knot& a, const Knot& b, double s) {
  const double h = b.x - a.x, delta = (b.y - a.y) / h;
  const double c = (3 * delta - 2 * a.slope - b.slope) / h, e = (a.slope - 2 * delta + b.slope) / (h * h);
  return s * (a.y + s * (a.slope / 2 + s * (c / 3 + s * e / 4)));
}

double integral(const Knots& k, double from, double to) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < k.size(); ++i) {
    const double low = std::clamp(from, k[i].x, k[i + 1].x), high = std::clamp(to, k[i].x, k[i + 1].x);
    if (high > low)
      sum += integral_of_piece(k[i], k[i + 1], high - k[i].x) - integral_of_piece(k[i], k[i + 1], low - k[i].x);
  }
  return sum;
}

// Sorted by cost; invalid where the points are no curve.
base::Result<std::vector<CurvePoint>> sorted(const Curve& curve) {
  auto points = curve.points;
  if (points.size() < kLeastPoints)
    return Error::invalid(format("{} has {} point{}, and a curve needs {} at least: encode at more rates or CRFs",
                                 curve.name, points.size(), points.size() == 1 ? "" : "s", kLeastPoints));
  for (const auto& point : points)
    if (!(point.cost > 0) || !std::isfinite(point.cost) || !std::isfinite(point.quality))
      return Error::invalid(format("{} has a point of cost {} and quality {}: a cost is above zero and both are finite",
                                   curve.name, point.cost, point.quality));
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
  for (std::size_t i = 1; i < points.size(); ++i)
    if (points[i].cost <= points[i - 1].cost || points[i].quality <= points[i - 1].quality)
      return Error::invalid(
          format("{} does not rise: at cost {} its quality is {}, at {} it is {}; measure these points "
                 "again, or leave one out",
                 curve.name, points[i - 1].cost, points[i - 1].quality, points[i].cost, points[i].quality));
  return points;
}

enum class Over { quality, log_cost };

Knots knots_of(const std::vector<CurvePoint>& points, Over over) {
  Knots out;
  for (const auto& point : points) {
    const double cost = std::log(point.cost);
    out.push_back(over == Over::quality ? Knot{point.quality, cost, 0} : Knot{cost, point.quality, 0});
  }
  set_slopes(out);
  return out;
}

base::Result<double> mean_difference(const Curve& first, const Curve& second, Over over) {
  FFWATT_TRY(const auto a_points, sorted(first));
  FFWATT_TRY(const auto b_points, sorted(second));
  const auto a = knots_of(a_points, over), b = knots_of(b_points, over);
  const double low = std::max(a.front().x, b.front().x), high = std::min(a.back().x, b.back().x);
  const double all = std::max(a.back().x, b.back().x) - std::min(a.front().x, b.front().x);
  const double overlap = std::max(0.0, high - low) / all;
  if (overlap < kLeastOverlap) {
    const auto* of = over == Over::quality ? "qualities" : "costs";
    return Error::invalid(
        format("the {} of {} and {} overlap by {:.0f} % of what they cover together, and {:.0f} % is the "
               "least that can be compared: encode both at rates or CRFs that are nearer to each other's",
               of, first.name, second.name, 100 * overlap, 100 * kLeastOverlap));
  }
  return (integral(b, low, high) - integral(a, low, high)) / (high - low);
}

}  // namespace

base::Result<double> bd_cost(const Curve& first, const Curve& second) {
  FFWATT_TRY(const double difference, mean_difference(first, second, Over::quality));
  return std::expm1(difference);
}

base::Result<double> bd_quality(const Curve& first, const Curve& second) {
  return mean_difference(first, second, Over::log_cost);
}

std::vector<bool> pareto_front(std::span<const CurvePoint> points) {
  std::vector<bool> out;
  for (const auto& one : points)
    out.push_back(std::none_of(points.begin(), points.end(), [&](const CurvePoint& other) {
      return other.cost <= one.cost && other.quality >= one.quality && other != one;
    }));
  return out;
}

}  // namespace analysis
