// A power trace from whoever sent a result: any bytes are an error with words or a sound trace, and a trace that was
// taken is written and read again as the same. Most changes of a byte only break the checksum; so the text is also
// tried with one that fits, and as the numbers of a block, which lie behind zstd.
#include <cmath>

#include "base/text.h"
#include "os_testing/fuzz_target.h"
#include "power/power_trace.h"
#include "power/trace_block.h"

namespace os_testing {
namespace {

constexpr std::size_t few_samples = 1000;  // below a full block, so that nothing is thinned
constexpr std::size_t few_values = 4000;   // rows of a table that is written in a millisecond

// As docs/developer/power-trace.md says it, and not as the code does it.
std::string with_checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  std::string out(text);
  for (int i = 0; i < 8; ++i) out += static_cast<char>(hash >> (8 * i));
  return out;
}

std::string encoded(const power::PowerTrace& trace) {
  std::vector<power::TraceZone> zones;
  for (const auto& column : trace.columns) zones.push_back(column.zone);
  power::PowerTraceBuilder builder(zones, {});
  std::vector<power::TraceValue> values(zones.size());
  for (std::size_t i = 0; i < trace.nanoseconds.size(); ++i) {
    for (std::size_t z = 0; z < values.size(); ++z) values[z] = {trace.columns[z].steps[i], trace.columns[z].marks[i]};
    builder.append(units::BootTime::from_nanoseconds(trace.nanoseconds[i]), values);
  }
  return builder.encoded();
}

template <class T>
void never_falls(const std::vector<T>& values) {
  for (std::size_t i = 1; i < values.size(); ++i)
    promise(values[i] >= values[i - 1], "time or energy that goes backwards");
}

// The last three cells are energy, power and the kind of reading; names, which come before them, may hold any word.
void check_row(std::string_view row) {
  if (row.empty()) return;  // behind the last line
  for (int cell = 0; cell < 3; ++cell) {
    const auto comma = row.rfind(',');
    promise(comma != row.npos, "a row with a cell too few");
    const auto text = row.substr(comma + 1);
    promise(text.find("inf") == text.npos && text.find("nan") == text.npos, "a number in the table that is none");
    row = row.substr(0, comma);
  }
}

void check(const power::PowerTrace& trace) {
  const auto samples = trace.nanoseconds.size();
  promise(trace.columns.size() <= power::kMostTraceZones, "more zones than a trace can have");
  promise(samples <= power::kMostTraceSamples + 8 * power::kTraceBlock, "more samples than a trace can have");
  promise(samples == 0 || trace.nanoseconds.front() >= 0, "a sample before the begin");
  never_falls(trace.nanoseconds);
  for (const auto& column : trace.columns) {
    promise(column.steps.size() == samples && column.marks.size() == samples, "a zone with samples of its own number");
    promise(std::isfinite(column.zone.joules_per_unit) && column.zone.joules_per_unit > 0, "a unit that is none");
    never_falls(column.steps);
  }
  if (samples > few_samples || samples * trace.columns.size() > few_values) return;
  const auto again = power::decode_power_trace(encoded(trace));
  promise(again && *again == trace, "a trace that is read again as another one");
  const auto table = power::power_trace_csv(trace);
  promise(base::split(table, '\n').size() == samples * trace.columns.size() + 2, "a row that is not one line");
  for (const auto row : base::split(table, '\n')) check_row(row);
}

void try_whole(const std::string& bytes) {
  const auto trace = power::decode_power_trace(bytes);
  if (!trace) return promise(!trace.error().text().empty(), "an error without words");
  check(*trace);
  // The two ways to the checksum agree.
  const auto body = std::string_view(bytes).substr(0, bytes.size() - 8);
  promise(with_checksum(body) == bytes, "a checksum that is not the documented one");
}

void try_block(std::string_view text) {
  power::PowerTrace trace;
  trace.columns.resize(2);
  if (!power::take_samples(text, trace)) return;
  promise(!trace.nanoseconds.empty(), "a block without samples");
  check(trace);
  // A second one goes on where the first ended, or not at all.
  if (power::take_samples(text, trace)) check(trace);
}

power::PowerTrace small_trace() {
  power::PowerTrace trace;
  trace.nanoseconds = {0, 100'000'000, 200'000'000, 1'000'000'000};
  const auto zone = [](const std::string& name, double joules_per_unit, const std::string& part_of) {
    power::TraceZone one;
    one.path = "/sys/class/powercap/" + name;
    one.name = name;
    one.source = "powercap";
    one.part_of = part_of;
    one.joules_per_unit = joules_per_unit;
    return one;
  };
  using power::Mark;
  trace.columns.push_back({zone("intel-rapl:0", 1e-6, ""), {0, 4'000'000, 8'100'000, 40'000'000}, {}});
  trace.columns.push_back({zone("intel-rapl:0:0", 0x1p-32, "/sys/class/powercap/intel-rapl:0"),
                           {0, 0, 1u << 31, std::uint64_t{1} << 40},
                           {Mark::fresh, Mark::held, Mark::gap, Mark::fresh}});
  trace.columns[0].marks.resize(4, Mark::fresh);
  return trace;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const auto whole = encoded(small_trace());
  auto empty = small_trace();
  empty.nanoseconds.clear();
  for (auto& column : empty.columns) column.steps.clear(), column.marks.clear();
  // Two samples of two zones; the second zone's first sample is held.
  const std::string numbers("\x02\x00\x00\x0a\x00\x05\x03\x07\x00\x00\x08\x01\x04\x02\x01\x00", 16);
  return {whole, encoded(empty), whole.substr(0, whole.size() - 8), numbers, "FWPT\x01"};
}

void fuzz_one(std::string_view text) {
  try_whole(std::string(text));
  try_whole(with_checksum(text));
  try_block(text);
}

}  // namespace os_testing
