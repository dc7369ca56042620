// The documented columns in their order and with their names, which other people's scripts read, then ours.
#include "base/format.h"
#include "base/text.h"
#include "cli/analyze/analysis.h"
#include "jobs/derived.h"
#include "report/csv_cells.h"

namespace cli::analyze {
namespace {

constexpr std::string_view header =
    "name,bitrate,resolution,fps,duration,mean_power_w,median_power_w,total_energy_wh,predicted_mean_power_w,net_power_"
    "w,"
    "net_energy_wh,net_container_cpu_pct,docker_overhead_w,docker_overhead_pct,container_cpu_pct,container_power_w,"
    "efficiency_score,efficiency_rank,output_ladder,total_pixels,"
    "run_id,status,error,streams,energy_joules,energy_joules_low,energy_joules_high,quality,source,net_energy_joules,"
    "energy_per_frame_joules,pixels_per_joule_low,pixels_per_joule_high,told_apart_from_first";

constexpr double kJoulesPerWattHour = 3600;

std::string row_text(const AnalyzedRow& row) {
  std::vector<std::string> cells;
  const auto text = [&](std::string_view cell) { cells.push_back(report::csv_text(cell)); };
  const auto number = [&](std::optional<double> value) { cells.push_back(value ? report::csv_number(*value) : ""); };
  const auto none = [&](int count) { cells.insert(cells.end(), static_cast<std::size_t>(count), ""); };
  const auto value_of = [](const auto& measured) {
    return measured && measured->known() ? std::optional(measured->value().value()) : std::nullopt;
  };
  const auto watt_hours = [&](const auto& measured) {
    const auto joules = value_of(measured);
    return joules ? std::optional(*joules / kJoulesPerWattHour) : std::nullopt;
  };
  const auto time = jobs::elapsed(row.report);
  const auto net = value_of(row.net);
  const auto& efficiency = row.pixels_per_joule;
  text(row.report.name), text(row.bitrate), text(row.resolution), text(row.rate), text(row.duration);
  number(value_of(row.report.power)), none(1);  // a results file holds no series of which there were a median
  number(watt_hours(row.total));
  number(row.predicted ? std::optional(row.predicted->value()) : std::nullopt);
  number(net && time ? std::optional(*net / time->value()) : std::nullopt), number(watt_hours(row.net));
  none(5);  // of containers: nothing runs in one here
  number(efficiency ? std::optional(efficiency->value) : std::nullopt);
  cells.push_back(row.rank > 0 ? std::to_string(row.rank) : "");
  text(row.ladder), number(row.pixels);

  const bool known = row.total && row.total->known();
  text(row.report.id), text(jobs::name(row.report.outcome.end)), text(row.report.outcome.error);
  cells.push_back(row.streams > 0 ? std::to_string(row.streams) : "");
  number(value_of(row.total));
  number(known ? std::optional(row.total->low().value()) : std::nullopt);
  number(known ? std::optional(row.total->high().value()) : std::nullopt);
  text(row.total ? units::name(row.total->quality()) : ""), text(known ? row.total->source() : "");
  number(net), number(value_of(row.per_frame));
  number(efficiency ? std::optional(efficiency->low) : std::nullopt);
  number(efficiency ? std::optional(efficiency->high) : std::nullopt);
  text(row.rank > 1 ? (row.told_apart ? "yes" : "no") : "");
  return base::join(cells, ",") + "\n";
}

}  // namespace

std::string csv(const Analysis& analysis) {
  std::string out = std::string(header) + "\n";
  for (const auto& row : analysis.rows) out += row_text(row);
  return out;
}

}  // namespace cli::analyze
