#include "power/idle_window.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "units/format.h"

namespace power {

using units::Joules;
using units::Seconds;
using units::Watts;

namespace {

constexpr Seconds kPiece{1};
// Sums of intervals come out a hair short of what they should be.
constexpr double kWhole = 0.999;
constexpr double kDrift = IdleWindow::kDrift;
// From the median of the distances to the median to a standard deviation, and to 95 %.
constexpr double kMadToSigma = 1.4826, kTwoSided = 1.96;

// Standard deviation of the load over its mean from which on a line is drawn.
constexpr double kLeastVariation = 0.05;

Watts median(std::vector<Watts> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

constexpr Seconds kSlowTick{0.25};
constexpr double kLeastUpdates = 10;

Watts mean(const std::vector<Watts>& watts) {
  return std::accumulate(watts.begin(), watts.end(), Watts(0)) / static_cast<double>(watts.size());
}

// Of a zone whose updates come in some pieces and not in others. The first and the last may lie outside.
std::optional<IdlePower> slow_idle_power(const std::vector<Watts>& watts, Seconds tick) {
  const auto time = kPiece * static_cast<double>(watts.size());
  if (time < tick * kLeastUpdates) return std::nullopt;
  const auto centre = mean(watts);
  const Watts half(centre.value() * std::hypot(kDrift, tick / time));
  return IdlePower{.median = centre, .low = centre - half, .high = centre + half};
}

IdlePower idle_power(const std::vector<Watts>& seen, const std::vector<double>& loads) {
  // The background of a quiet minute is no idle power: the line of power over load, at no load.
  const double n = static_cast<double>(seen.size());
  double mean_load = 0, mean_watts = 0, both = 0, square = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) mean_load += loads[i] / n, mean_watts += seen[i].value() / n;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    both += (loads[i] - mean_load) * (seen[i].value() - mean_watts);
    square += (loads[i] - mean_load) * (loads[i] - mean_load);
  }
  // A load that never changed says nothing about a slope.
  const bool varied = square > n * std::pow(kLeastVariation * mean_load, 2);
  const double slope = varied ? std::max(both / square, 0.0) : 0;
  std::vector<Watts> watts;
  for (std::size_t i = 0; i < seen.size(); ++i) watts.push_back(seen[i] - Watts(slope * loads[i]));
  const auto centre = median(watts);
  std::vector<Watts> distances;
  for (const auto w : watts) distances.emplace_back(std::abs((w - centre).value()));
  const double sigma = kMadToSigma * median(distances).value();
  const double of_median = 1.25 * sigma / std::sqrt(n);
  const double of_slope = varied ? sigma / std::sqrt(square) * mean_load : 0;
  const Watts half(std::hypot(kTwoSided * of_median, kTwoSided * of_slope, kDrift * centre.value()));
  return {.median = centre, .low = std::max(centre - half, Watts(0)), .high = centre + half};
}

}  // namespace

IdleWindow::IdleWindow(std::vector<Seconds> ticks, Seconds length)
    : ticks_(std::move(ticks)), length_(length), piece_energy_(ticks_.size()), watts_(ticks_.size()) {
  restart();
}

void IdleWindow::restart() {
  gathered_ = busy_ = piece_ = Seconds(0);
  piece_busy_ = 0;
  std::ranges::fill(piece_energy_, Joules(0));
  for (auto& zone : watts_) zone.clear();
  loads_.clear();
}

void IdleWindow::add(Seconds duration, double load, std::span<const Joules> energies) {
  if (duration <= Seconds(0)) return;
  piece_ += duration;
  piece_busy_ += load * duration.value();
  for (std::size_t i = 0; i < piece_energy_.size(); ++i) piece_energy_[i] += energies[i];
  if (piece_ < kPiece * 0.99) return;

  const double piece_load = piece_busy_ / piece_.value();
  gathered_ += piece_, busy_ += Seconds(piece_busy_);
  loads_.push_back(piece_load);
  for (std::size_t i = 0; i < watts_.size(); ++i) watts_[i].push_back(piece_energy_[i] / piece_);
  piece_ = Seconds(0), piece_busy_ = 0;
  std::ranges::fill(piece_energy_, Joules(0));

  if (piece_load > kBurst) {
    obstacle_ = base::format("{} of the CPU time was in use", units::text(units::Ratio(piece_load)));
    restart();
  } else if (gathered_ >= length_ * kWhole && busy_ / gathered_ > kQuiet) {
    obstacle_ = base::format("{} of the CPU time was in use over {}", units::text(units::Ratio(busy_ / gathered_)),
                             units::text(gathered_));
    restart();
  }
}

std::optional<std::vector<std::optional<IdlePower>>> IdleWindow::take() {
  if (gathered_ < length_ * kWhole) return std::nullopt;
  std::vector<std::optional<IdlePower>> result;
  for (std::size_t i = 0; i < watts_.size(); ++i) {
    const bool moved = std::ranges::any_of(watts_[i], [](Watts w) { return w > Watts(0); });
    if (!moved)
      result.emplace_back();
    else if (ticks_[i] >= kSlowTick)
      result.push_back(slow_idle_power(watts_[i], ticks_[i]));
    else
      result.emplace_back(idle_power(watts_[i], loads_));
  }
  obstacle_.clear();
  restart();
  return result;
}

}  // namespace power
