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
// What idle power wanders by from hour to hour (temperature, fans), as a part of itself; fitted on simulated machines
// (docs/developer/truth.md).
constexpr double kDrift = 0.02;
// From the median of the distances to the median to a standard deviation, and to 95 %.
constexpr double kMadToSigma = 1.4826, kTwoSided = 1.96;

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

IdlePower idle_power(const std::vector<Watts>& watts) {
  const auto centre = median(watts);
  std::vector<Watts> distances;
  for (const auto w : watts) distances.emplace_back(std::abs((w - centre).value()));
  // A workload lasts for many pieces, whose noise averages out; what is left is that of the window's own median.
  const double noise =
      kTwoSided * kMadToSigma * median(distances).value() * 1.25 / std::sqrt(static_cast<double>(watts.size()));
  const Watts half(std::hypot(noise, kDrift * centre.value()));
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
}

void IdleWindow::add(Seconds duration, double load, std::span<const Joules> energies) {
  if (duration <= Seconds(0)) return;
  piece_ += duration;
  piece_busy_ += load * duration.value();
  for (std::size_t i = 0; i < piece_energy_.size(); ++i) piece_energy_[i] += energies[i];
  if (piece_ < kPiece * 0.99) return;

  const double piece_load = piece_busy_ / piece_.value();
  gathered_ += piece_, busy_ += Seconds(piece_busy_);
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
      result.emplace_back(idle_power(watts_[i]));
  }
  obstacle_.clear();
  restart();
  return result;
}

}  // namespace power
