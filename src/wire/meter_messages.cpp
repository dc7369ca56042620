#include "wire/meter_messages.h"

#include <array>

#include "base/base64.h"
#include "base/format.h"
#include "units/parse.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"
#include "wire/trace.h"

namespace wire {
namespace {

using Op = MeterRequest::Op;

constexpr std::size_t most_cpus = 8192;
constexpr int highest_cpu = 65'535;

std::string_view name(Op op) {
  switch (op) {
    case Op::describe:
      return "describe";
    case Op::begin:
      return "begin";
    case Op::follow:
      return "follow";
    case Op::watch:
      return "watch";
    case Op::end:
      return "end";
  }
  return "begin";
}

base::Result<Op> parse_op(std::string_view text) {
  for (const auto op : {Op::describe, Op::begin, Op::follow, Op::watch, Op::end})
    if (text == name(op)) return op;
  return base::Error::invalid("is none of describe, begin, follow, watch, end");
}

std::uint64_t read_handle(json::Reader& reader) {
  return static_cast<std::uint64_t>(reader.integer("handle", 0, most_count).value_or(0));
}

MeterRequest read_request(json::Reader& reader) {
  MeterRequest m;
  m.op = read_named(reader, "op", parse_op);
  m.handle = read_handle(reader);
  m.name = read_text(reader, "name");
  m.control_group = reader.string("control_group");
  m.reserved = reader.number("reserved", 0, 1).value_or(1);
  for (const double cpu : read_numbers(reader, "cpus", most_cpus)) {
    if (cpu < 0 || cpu > highest_cpu || cpu != static_cast<int>(cpu))
      reader.fault("cpus", base::format("{} is no number of a CPU", cpu));
    else
      m.cpus.push_back(static_cast<int>(cpu));
  }
  m.process = read_int(reader, "process", 0);
  m.cpu_time = read_optional_quantity<units::Seconds>(reader, "cpu_seconds");
  return m;
}

MeterReply read_reply(json::Reader& reader) {
  MeterReply m;
  m.error = read_text(reader, "error", longest_text);
  m.handle = read_handle(reader);
  m.energy = read_members(reader, "energy", 64, read_energy_line);
  const auto watts = [](json::Reader& inner) { return read_measured<units::Watts>(inner, "watts"); };
  m.power = read_member(reader, "power", watts);
  m.peak = read_member(reader, "peak_power", watts);
  m.trace = read_member(reader, "trace", read_trace).value_or(std::vector<jobs::PowerPoint>{});
  m.power_trace = read_power_trace(reader);
  m.caveats = reader.strings("caveats", 256);
  for (const auto& text : reader.strings("qualities", 4096)) {
    const auto quality = units::parse_quality(text);
    if (quality)
      m.qualities.push_back(*quality);
    else
      reader.fault("qualities", quality.error().text());
  }
  return m;
}

}  // namespace

json::Value encode(const MeterRequest& m) {
  auto value = json::Value::object({{"op", name(m.op)}});
  if (m.handle != 0) value.set("handle", static_cast<std::int64_t>(m.handle));
  set_text(value, "name", m.name);
  if (m.control_group) value.set("control_group", *m.control_group);
  value.set("reserved", m.reserved);
  if (!m.cpus.empty()) value.set("cpus", array_of(m.cpus, [](int cpu) { return json::Value(cpu); }));
  if (m.process != 0) value.set("process", m.process);
  set_quantity(value, "cpu_seconds", m.cpu_time);
  return value;
}

json::Value encode(const MeterReply& m) {
  auto value = json::Value::object({});
  set_text(value, "error", m.error);
  if (m.handle != 0) value.set("handle", static_cast<std::int64_t>(m.handle));
  if (!m.energy.empty())
    value.set("energy", array_of(m.energy, [](const jobs::EnergyLine& line) { return encode(line); }));
  if (m.power) value.set("power", encode_measured(*m.power, "watts"));
  if (m.peak) value.set("peak_power", encode_measured(*m.peak, "watts"));
  if (!m.trace.empty()) value.set("trace", encode_trace(m.trace));
  if (!m.power_trace.empty()) value.set("power_trace", base::base64(m.power_trace));
  if (!m.caveats.empty()) value.set("caveats", array_of(m.caveats));
  if (!m.qualities.empty())
    value.set("qualities", array_of(m.qualities, [](units::Quality q) { return json::Value(units::name(q)); }));
  return value;
}

base::Result<MeterRequest> decode_meter_request(const json::Value& value) {
  return whole(value, From::caller, read_request);
}
base::Result<MeterReply> decode_meter_reply(const json::Value& value) {
  return whole(value, From::ourselves, read_reply);
}

}  // namespace wire
