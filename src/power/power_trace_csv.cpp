#include "base/format.h"
#include "power/power_trace.h"

namespace power {
namespace {

// Names come from files of some other machine: no line break ends a row, and a spreadsheet, which would run a cell that
// begins with = + - or @ as a formula, gets text.
std::string cell(const std::string& text) {
  std::string clean;
  for (const char c : text) clean += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  const auto first = clean.find_first_not_of(' ');
  if (first != std::string::npos && std::string_view("=+-@").find(clean[first]) != std::string_view::npos)
    clean.insert(0, 1, '\'');
  if (clean.find_first_of(",\"'") == std::string::npos) return clean;
  std::string quoted = "\"";
  for (const char c : clean) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string description(const TraceZone& zone) {
  return base::format("{},{},{},{},{},{}", cell(zone.path), cell(zone.name), units::name(zone.scope),
                      cell(zone.part_of), cell(zone.source), units::name(zone.quality));
}

}  // namespace

std::string power_trace_csv(const PowerTrace& trace) {
  std::string out = "time_s,path,zone,scope,part_of,source,quality,energy_J,power_W,reading\n";
  std::vector<std::string> descriptions;
  for (const auto& column : trace.columns) descriptions.push_back(description(column.zone));
  std::vector<std::size_t> last(trace.columns.size(), 0);  // the sample of each zone's last reading
  for (std::size_t i = 0; i < trace.nanoseconds.size(); ++i) {
    const auto time = base::format("{:.6f}", static_cast<double>(trace.nanoseconds[i]) / 1e9);
    for (std::size_t z = 0; z < trace.columns.size(); ++z) {
      const auto& column = trace.columns[z];
      const double unit = column.zone.joules_per_unit;
      // A held reading neither tells power nor is one to count from.
      const double elapsed = static_cast<double>(trace.nanoseconds[i] - trace.nanoseconds[last[z]]) / 1e9;
      std::string power;
      if (elapsed > 0 && column.marks[i] == Mark::fresh)
        power = base::format("{:.6g}", static_cast<double>(column.steps[i] - column.steps[last[z]]) * unit / elapsed);
      if (column.marks[i] != Mark::held) last[z] = i;
      out += base::format("{},{},{:.12g},{},{}\n", time, descriptions[z], static_cast<double>(column.steps[i]) * unit,
                          power, name(column.marks[i]));
    }
  }
  return out;
}

}  // namespace power
