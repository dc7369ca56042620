// Measured values. A value that is not known has no number, on the wire as in the program: null and the reason.
#include "base/format.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

template <class Q>
void write_measured(const units::Measured<Q>& m, std::string_view unit, json::Value& into) {
  if (m.known()) {
    into.set(unit, m.value().value());
    into.set("ci95", json::Value::array({m.low().value(), m.high().value()}));
  } else {
    into.set(unit, nullptr);
  }
  into.set("quality", units::name(m.quality()));
  set_text(into, "source", m.source());
  set_text(into, "reason", m.reason());
}

}  // namespace

template <class Q>
json::Value encode_measured(const units::Measured<Q>& m, std::string_view unit) {
  auto value = json::Value::object({{"scope", units::name(m.scope())}});
  write_measured(m, unit, value);
  return value;
}
template json::Value encode_measured(const units::Measured<units::Joules>&, std::string_view);
template json::Value encode_measured(const units::Measured<units::Watts>&, std::string_view);
template json::Value encode_measured(const units::Measured<units::Money>&, std::string_view);
template json::Value encode_measured(const units::Measured<units::Grams>&, std::string_view);

json::Value encode(const jobs::EnergyLine& line) {
  auto value = json::Value::object({{"scope", units::name(line.energy.scope())}, {"part", jobs::name(line.part)}});
  write_measured(line.energy, "joules", value);
  return value;
}

template <class Q>
units::Measured<Q> read_measured(json::Reader& reader, std::string_view unit) {
  const auto scope = read_named(reader, "scope", units::parse_scope);
  const auto quality = read_named(reader, "quality", units::parse_quality);
  const auto value = reader.number(unit, -most_exact, most_exact);
  const auto bounds = read_numbers(reader, "ci95", 2);
  const auto source = read_text(reader, "source");
  const auto reason = read_text(reader, "reason", longest_text);
  const auto wrong = [&](std::string_view key, std::string text) {
    reader.fault(key, std::move(text));
    return units::Measured<Q>::unmeasurable(scope, "unreadable");
  };
  if (quality == units::Quality::unmeasurable) {
    if (value || !bounds.empty()) return wrong(unit, "must be null without ci95, because the quality is unmeasurable");
    if (reason.empty()) return wrong("reason", "is required where the quality is unmeasurable");
    return units::Measured<Q>::unmeasurable(scope, reason);
  }
  if (!value) {
    if (reader.value().at(unit).is_null())
      return wrong(unit, "is required: give a number, or the quality unmeasurable");
    return units::Measured<Q>::unmeasurable(scope, "unreadable");
  }
  if (!reason.empty()) return wrong("reason", "belongs to the quality unmeasurable only");
  if (bounds.size() != 2 || bounds[0] > *value || bounds[1] < *value)
    return wrong("ci95", base::format("must be [low, high] around {}", *value));
  return units::Measured<Q>::of(Q(*value), Q(bounds[0]), Q(bounds[1]), quality, source, scope);
}
template units::Measured<units::Joules> read_measured(json::Reader&, std::string_view);
template units::Measured<units::Watts> read_measured(json::Reader&, std::string_view);

jobs::EnergyLine read_energy_line(json::Reader& reader) {
  const auto part = read_named(reader, "part", jobs::parse_part);
  jobs::EnergyLine line{part, read_measured<units::Joules>(reader, "joules")};
  if (!jobs::plausible(line))
    reader.fault("joules",
                 base::format("is {}, which no work takes; what is not known is null, unmeasurable for a reason",
                              line.energy.value().value()));
  return line;
}

}  // namespace wire
