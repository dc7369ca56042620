#include "wire/trace.h"

#include "base/base64.h"
#include "base/format.h"
#include "wire/fields.h"

namespace wire {
namespace {

// A report has at most 2 000 points (jobs/report.h).
constexpr std::size_t most_points = 2000;

}  // namespace

json::Value encode_trace(const std::vector<jobs::PowerPoint>& trace) {
  const auto at = array_of(trace, [](const jobs::PowerPoint& p) { return json::Value(p.at.value()); });
  const auto watts = array_of(trace, [](const jobs::PowerPoint& p) { return json::Value(p.power.value()); });
  return json::Value::object({{"at_seconds", at}, {"watts", watts}});
}

std::vector<jobs::PowerPoint> read_trace(json::Reader& reader) {
  const auto at = read_numbers(reader, "at_seconds", most_points), watts = read_numbers(reader, "watts", most_points);
  std::vector<jobs::PowerPoint> trace;
  if (at.size() != watts.size()) {
    reader.fault("watts", base::format("has {} values for {} times", watts.size(), at.size()));
    return trace;
  }
  for (std::size_t i = 0; i < at.size(); ++i) trace.push_back({units::Seconds(at[i]), units::Watts(watts[i])});
  return trace;
}

std::string read_power_trace(json::Reader& reader) {
  const auto text = reader.string("power_trace", base::base64_size(jobs::most_power_trace));
  if (!text) return {};
  auto bytes = base::from_base64(*text);
  if (!bytes) reader.fault("power_trace", "is no base 64");
  return std::move(bytes).value_or("");
}

}  // namespace wire
