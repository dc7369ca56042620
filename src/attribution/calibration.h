// Calibration: what has been learned about one machine's zones and is kept between runs: idle power, power over load,
// and what its supply takes beyond the CPU's counters. Values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attribution/load_curve.h"
#include "units/measured.h"
#include "units/time.h"

namespace attribution {

// The idle power of one zone, from quiet windows only, never the smallest value ever seen.
struct Baseline {
  units::Watts median{}, low{}, high{};  // low and high bound the idle power of later hours at 95 %
  std::optional<units::Celsius> temperature;
  units::WallTime at;
  units::Seconds window{};
  bool operator==(const Baseline&) const = default;
};

struct ZoneCalibration {
  std::string path, source;  // a baseline of one source says nothing about another's
  std::optional<Baseline> baseline;
  std::vector<CurvePoint> curve;
  bool operator==(const ZoneCalibration&) const = default;
};

// Joules at the wall for each joule of `scope`, fitted against a wall meter. Scope package is that of package and of
// memory, where that is measured.
struct WallFactor {
  units::Scope scope = units::Scope::package;
  double factor = 1.17, low = 1.07, high = 1.27;
  units::WallTime at;
  // Where the line wall = constant + factor × scope is known best; its error there is independent of the factor's. Not
  // known of the default factor, nor of files of versions that kept the factor alone.
  struct Middle {
    units::Watts scope{}, wall{}, low{}, high{};  // low and high: of wall, in later hours, at 95 %
    bool operator==(const Middle&) const = default;
  };
  std::optional<Middle> middle{};
  // What the wall takes where the CPU takes nothing: fans, disks, the supply at rest.
  std::optional<units::Watts> constant() const {
    if (!middle) return std::nullopt;
    return middle->wall - middle->scope * factor;
  }
  bool operator==(const WallFactor&) const = default;
};

struct Calibration {
  std::vector<ZoneCalibration> zones;
  std::optional<WallFactor> wall;

  ZoneCalibration* find(std::string_view path, std::string_view source) {
    for (auto& zone : zones)
      if (zone.path == path && zone.source == source) return &zone;
    return nullptr;
  }
  const ZoneCalibration* find(std::string_view path, std::string_view source) const {
    for (const auto& zone : zones)
      if (zone.path == path && zone.source == source) return &zone;
    return nullptr;
  }
  bool operator==(const Calibration&) const = default;
};

}  // namespace attribution
