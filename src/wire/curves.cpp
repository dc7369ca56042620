#include "wire/curves.h"

namespace wire {
namespace {

json::Value encode(const CurveDelta& delta, std::string_view unit) {
  auto out = json::Value::object();
  out.set(unit, delta.value ? json::Value(*delta.value) : json::Value());
  if (!delta.value) out.set("reason", delta.reason);
  return out;
}

}  // namespace

json::Value encode(const CurveComparison& comparison) {
  auto out =
      json::Value::object({{"schema", "ffwatt.curves/1"}, {"first", comparison.first}, {"second", comparison.second}});
  out.set("bd_rate", encode(comparison.bd_rate, "ratio"));
  out.set("bd_energy", encode(comparison.bd_energy, "ratio"));
  out.set("bd_quality", encode(comparison.bd_quality, "difference"));
  auto front = json::Value(json::Array{});
  for (const auto& point : comparison.front)
    front.push_back(json::Value::object(
        {{"curve", point.curve}, {"joules_per_frame", point.joules_per_frame}, {"quality", point.quality}}));
  out.set("front", std::move(front));
  return out;
}

}  // namespace wire
