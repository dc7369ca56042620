// What lies between two curves of quality, as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/json.h"

namespace wire {

struct CurveDelta {
  std::optional<double> value{};
  std::string reason{};  // why there is none
};
struct CurveComparison {
  std::string first, second;
  CurveDelta bd_rate{}, bd_energy{}, bd_quality{};  // of the second against the first; the first two are ratios
  struct Point {
    std::string curve;
    double joules_per_frame = 0, quality = 0;
  };
  std::vector<Point> front{};  // the points of both that no other beats in joules and quality
};
// "schema": "ffwatt.curves/1".
json::Value encode(const CurveComparison& comparison);

}  // namespace wire
