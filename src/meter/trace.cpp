#include "meter/trace.h"

#include <algorithm>

namespace meter {

void Trace::add(units::Joules energy, units::Seconds duration) {
  pending_.energy += energy, pending_.duration += duration;
  // The clock's integer nanoseconds may make a full interval a hair shorter than it should be.
  if (pending_.duration < shortest_ * (1 - 1e-6) || pending_.duration <= units::Seconds(0)) return;
  peak_ = peak_ ? std::max(*peak_, pending_.power()) : pending_.power();
  pieces_.push_back(pending_);
  pending_ = {};
  if (pieces_.size() >= 2 * kMostPoints) thin(pieces_);
}

void Trace::thin(std::vector<Piece>& pieces) {
  std::vector<Piece> half;
  half.reserve(pieces.size() / 2 + 1);
  for (std::size_t i = 0; i < pieces.size(); i += 2) {
    auto piece = pieces[i];
    if (i + 1 < pieces.size()) piece.energy += pieces[i + 1].energy, piece.duration += pieces[i + 1].duration;
    half.push_back(piece);
  }
  pieces = std::move(half);
}

std::vector<jobs::PowerPoint> Trace::points() const {
  auto pieces = pieces_;
  if (pending_.duration > units::Seconds(0)) {
    if (pieces.empty())
      pieces.push_back(pending_);
    else
      pieces.back().energy += pending_.energy, pieces.back().duration += pending_.duration;
  }
  while (pieces.size() > kMostPoints) thin(pieces);
  std::vector<jobs::PowerPoint> points;
  points.reserve(pieces.size());
  units::Seconds at{};
  for (const auto& piece : pieces) {
    at += piece.duration;
    points.push_back({.at = at, .power = piece.power()});
  }
  return points;
}

std::optional<units::Watts> Trace::last() const {
  if (!pieces_.empty()) return pieces_.back().power();
  if (pending_.duration > units::Seconds(0)) return pending_.power();
  return std::nullopt;
}

std::optional<units::Watts> Trace::peak() const { return peak_ ? peak_ : last(); }

}  // namespace meter
