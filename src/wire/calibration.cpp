#include "wire/calibration.h"

#include "base/format.h"
#include "units/parse.h"
#include "wire/fields.h"

namespace wire {
namespace {

constexpr std::string_view calibration_schema = "ffwatt.calibration/1";
constexpr std::size_t most_zones = 4096, most_points = 64;
constexpr std::size_t longest_path = 4096;

json::Value encode(const attribution::Baseline& b) {
  auto value = json::Value::object({{"watts", b.median.value()},
                                    {"ci95", json::Value::array({b.low.value(), b.high.value()})},
                                    {"at", units::rfc3339(b.at)},
                                    {"window_seconds", b.window.value()}});
  set_quantity(value, "celsius", b.temperature);
  return value;
}

attribution::Baseline read_baseline(json::Reader& reader) {
  attribution::Baseline b;
  b.median = read_quantity<units::Watts>(reader, "watts");
  const auto bounds = read_numbers(reader, "ci95", 2);
  if (bounds.size() != 2 || !(bounds[0] <= b.median.value()) || !(bounds[1] >= b.median.value()))
    reader.fault("ci95", base::format("must be [low, high] around {}", b.median.value()));
  else
    b.low = units::Watts(bounds[0]), b.high = units::Watts(bounds[1]);
  b.at = read_time(reader, "at");
  b.window = read_quantity<units::Seconds>(reader, "window_seconds");
  b.temperature = read_optional_quantity<units::Celsius>(reader, "celsius", -100);
  return b;
}

json::Value encode(const attribution::CurvePoint& p) {
  return json::Value::object({{"load", p.load}, {"watts", p.power.value()}, {"seconds", p.time.value()}});
}

attribution::CurvePoint read_point(json::Reader& reader) {
  attribution::CurvePoint p;
  p.load = reader.number("load", 0, 1).value_or(0);
  p.power = read_quantity<units::Watts>(reader, "watts");
  p.time = read_quantity<units::Seconds>(reader, "seconds");
  return p;
}

json::Value encode(const attribution::ZoneCalibration& zone) {
  auto value = json::Value::object({{"zone", zone.path}, {"source", zone.source}});
  if (zone.baseline) value.set("idle", encode(*zone.baseline));
  if (!zone.curve.empty())
    value.set("curve", array_of(zone.curve, [](const attribution::CurvePoint& p) { return encode(p); }));
  return value;
}

attribution::ZoneCalibration read_zone(json::Reader& reader) {
  attribution::ZoneCalibration zone;
  zone.path = reader.required_string("zone", longest_path);
  zone.source = reader.required_string("source", longest_name);
  zone.baseline = read_member(reader, "idle", read_baseline);
  zone.curve = read_members(reader, "curve", most_points, read_point);
  return zone;
}

json::Value encode(const attribution::WallFactor& wall) {
  auto value = json::Value::object({{"scope", units::name(wall.scope)},
                                    {"factor", wall.factor},
                                    {"ci95", json::Value::array({wall.low, wall.high})},
                                    {"at", units::rfc3339(wall.at)}});
  if (const auto& middle = wall.middle)
    value.set("middle",
              json::Value::object({{"scope_watts", middle->scope.value()},
                                   {"watts", middle->wall.value()},
                                   {"ci95", json::Value::array({middle->low.value(), middle->high.value()})}}));
  return value;
}

attribution::WallFactor::Middle read_middle(json::Reader& reader) {
  attribution::WallFactor::Middle middle;
  middle.scope = read_quantity<units::Watts>(reader, "scope_watts");
  middle.wall = read_quantity<units::Watts>(reader, "watts");
  const auto bounds = read_numbers(reader, "ci95", 2);
  if (bounds.size() != 2 || !(bounds[0] <= middle.wall.value()) || !(bounds[1] >= middle.wall.value()))
    reader.fault("ci95", base::format("must be [low, high] around {}", middle.wall.value()));
  else
    middle.low = units::Watts(bounds[0]), middle.high = units::Watts(bounds[1]);
  return middle;
}

attribution::WallFactor read_wall(json::Reader& reader) {
  attribution::WallFactor wall;
  wall.scope = read_named(reader, "scope", units::parse_scope);
  wall.factor = reader.number("factor", 0.1, 100).value_or(1);
  const auto bounds = read_numbers(reader, "ci95", 2);
  if (bounds.size() != 2 || !(bounds[0] <= wall.factor) || !(bounds[1] >= wall.factor))
    reader.fault("ci95", base::format("must be [low, high] around {}", wall.factor));
  else
    wall.low = bounds[0], wall.high = bounds[1];
  wall.at = read_time(reader, "at");
  wall.middle = read_member(reader, "middle", read_middle);
  return wall;
}

}  // namespace

json::Value encode(const attribution::Calibration& calibration) {
  auto value = json::Value::object({{"schema", calibration_schema}});
  value.set("zones",
            array_of(calibration.zones, [](const attribution::ZoneCalibration& zone) { return encode(zone); }));
  if (calibration.wall) value.set("wall", encode(*calibration.wall));
  return value;
}

base::Result<attribution::Calibration> decode_calibration(const json::Value& value) {
  return whole(value, From::ourselves, [](json::Reader& reader) {
    attribution::Calibration calibration;
    if (const auto given = reader.required_string("schema"); !given.empty() && given != calibration_schema)
      reader.fault("schema",
                   base::format("is '{}', but this version reads {}", given.substr(0, 64), calibration_schema));
    calibration.zones = read_members(reader, "zones", most_zones, read_zone);
    calibration.wall = read_member(reader, "wall", read_wall);
    return calibration;
  });
}

}  // namespace wire
