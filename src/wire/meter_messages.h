// What programs of one machine and its meter say to each other over the meter's socket: one JSON object a line, each
// request answered in its order. Both ends are of one installation, so the form may change with the version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/energy.h"
#include "json/json.h"
#include "units/measured.h"

namespace wire {

inline constexpr std::size_t longest_meter_request = 64u << 10;

struct MeterRequest {
  enum class Op { describe, begin, follow, watch, end } op = Op::begin;
  std::uint64_t handle = 0;                  // of follow, watch and end
  std::string name;                          // of begin
  std::optional<std::string> control_group;  // of begin: the folder of its CPU time
  double reserved = 1;                       // of begin
  std::vector<int> cpus;                     // of begin
  int process = 0;                           // of follow
  std::optional<units::Seconds> cpu_time;    // of end
  bool operator==(const MeterRequest&) const = default;
};

// Every field belongs to some of the operations; `error` says why there is nothing else.
struct MeterReply {
  std::string error;
  std::uint64_t handle = 0;
  std::vector<jobs::EnergyLine> energy;  // of watch: the total alone
  std::optional<units::Measured<units::Watts>> power, peak;
  std::vector<jobs::PowerPoint> trace;
  std::string power_trace;  // power/power_trace.h
  std::vector<std::string> caveats;
  std::vector<units::Quality> qualities;  // of describe: of each zone that is read
  bool operator==(const MeterReply&) const = default;
};

json::Value encode(const MeterRequest& m);
json::Value encode(const MeterReply& m);
// invalid, with pointers; never more than the sender may say (most_cpus, longest_name).
base::Result<MeterRequest> decode_meter_request(const json::Value& value);
base::Result<MeterReply> decode_meter_reply(const json::Value& value);

}  // namespace wire
