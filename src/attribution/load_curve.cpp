#include "attribution/load_curve.h"

#include <algorithm>
#include <cmath>

namespace attribution {

using units::Seconds;
using units::Watts;

namespace {

// A bin counts after this long: a few seconds average out what the counter's ticks and the programs' differences do.
constexpr double kEnough = 5;
// The mean of a bin forgets what is older than this, so that the curve follows the seasons (fans, dust, firmware).
constexpr double kMemory = 3600;
constexpr std::size_t kLeastBins = 3;

}  // namespace

LoadCurve::LoadCurve(const std::vector<CurvePoint>& points) {
  for (const auto& point : points)
    if (point.load >= 0 && point.load <= 1 && std::isfinite(point.power.value()) && point.time > Seconds(0))
      add(point.load, point.power, point.time);
}

void LoadCurve::add(double load, Watts power, Seconds duration) {
  load = std::clamp(load, 0.0, 1.0);
  auto& bin = bins_[std::min(static_cast<std::size_t>(load * kBins), kBins - 1)];
  const double kept = std::min(bin.weight, kMemory), all = kept + duration.value();
  if (all <= 0) return;
  bin.load = (bin.load * kept + load * duration.value()) / all;
  bin.power = (bin.power * kept + power.value() * duration.value()) / all;
  bin.weight = all;
  stale_ = true;
}

// Pool adjacent violators: more load never draws less power, so what says otherwise is noise and is averaged.
void LoadCurve::fit() const {
  struct Block {
    Bin mean;
    std::vector<double> loads;
  };
  std::vector<Block> blocks;
  for (const auto& bin : bins_) {
    if (bin.weight < kEnough) continue;
    blocks.push_back({bin, {bin.load}});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean.power > blocks.back().mean.power) {
      auto last = std::move(blocks.back());
      blocks.pop_back();
      auto& into = blocks.back();
      const double all = into.mean.weight + last.mean.weight;
      into.mean.power = (into.mean.power * into.mean.weight + last.mean.power * last.mean.weight) / all;
      into.mean.weight = all;
      into.loads.insert(into.loads.end(), last.loads.begin(), last.loads.end());
    }
  }
  fitted_.clear();
  for (const auto& block : blocks)
    for (const double load : block.loads)
      fitted_.push_back({load, Watts(block.mean.power), Seconds(block.mean.weight)});
  stale_ = false;
}

std::optional<Watts> LoadCurve::at(double load) const {
  if (stale_) fit();
  if (fitted_.size() < kLeastBins) return std::nullopt;
  // Up to one bin beyond what was seen; further out nobody knows.
  constexpr double kBeyond = 1.0 / kBins;
  if (load < fitted_.front().load - kBeyond || load > fitted_.back().load + kBeyond) return std::nullopt;
  const auto above = std::ranges::find_if(fitted_, [&](const CurvePoint& point) { return point.load >= load; });
  if (above == fitted_.begin()) return fitted_.front().power;
  if (above == fitted_.end()) return fitted_.back().power;
  const auto& below = *(above - 1);
  const double part = (load - below.load) / (above->load - below.load);
  return below.power + (above->power - below.power) * part;
}

std::vector<CurvePoint> LoadCurve::points() const {
  std::vector<CurvePoint> points;
  for (const auto& bin : bins_)
    if (bin.weight > 0) points.push_back({bin.load, Watts(bin.power), Seconds(std::min(bin.weight, kMemory))});
  return points;
}

}  // namespace attribution
