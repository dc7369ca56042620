#include "report/trace.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace report {
namespace {

constexpr double gap_factor = 3;

units::Seconds usual_distance(const std::vector<jobs::PowerPoint>& points) {
  std::vector<double> distances;
  for (std::size_t i = 1; i < points.size(); ++i) distances.push_back((points[i].at - points[i - 1].at).value());
  return units::Seconds(analysis::median(distances).value_or(points.empty() ? 0 : points.front().at.value()));
}

PowerStep merged(const PowerStep* first, const PowerStep* last) {
  units::Joules energy{};
  units::Seconds time{};
  for (const auto* step = first; step != last; ++step) {
    energy += step->power * (step->to - step->from);
    time += step->to - step->from;
  }
  return {first->from, (last - 1)->to, time > units::Seconds{} ? energy / time : first->power};
}

}  // namespace

Pieces pieces_of(const std::vector<jobs::PowerPoint>& trace) {
  std::vector<jobs::PowerPoint> points;
  for (const auto& point : trace)
    if (std::isfinite(point.at.value()) && std::isfinite(point.power.value()) &&
        point.at > (points.empty() ? units::Seconds{} : points.back().at))
      points.push_back(point);
  if (points.empty()) return {};
  const auto usual = usual_distance(points);
  Pieces pieces(1);
  units::Seconds before{};
  for (const auto& point : points) {
    auto from = before;
    if (point.at - before > usual * gap_factor) {
      from = point.at - usual;
      if (!pieces.back().empty()) pieces.emplace_back();
    }
    pieces.back().push_back({from, point.at, point.power});
    before = point.at;
  }
  return pieces;
}

Pieces thinned(const Pieces& pieces, std::size_t most) {
  const std::size_t count = step_count(pieces), each = most == 0 ? count : (count + most - 1) / most;
  if (each <= 1) return pieces;
  Pieces out;
  for (const auto& piece : pieces) {
    auto& thin = out.emplace_back();
    for (std::size_t i = 0; i < piece.size(); i += each)
      thin.push_back(merged(piece.data() + i, piece.data() + std::min(i + each, piece.size())));
  }
  return out;
}

std::size_t step_count(const Pieces& pieces) {
  std::size_t count = 0;
  for (const auto& piece : pieces) count += piece.size();
  return count;
}

}  // namespace report
