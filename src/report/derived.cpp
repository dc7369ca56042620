#include "report/derived.h"

namespace report {

std::optional<double> busy_processors(const jobs::Report& report) {
  const auto time = elapsed(report);
  if (!time || !report.cpu_time) return std::nullopt;
  return *report.cpu_time / *time;
}

std::optional<units::Measured<units::Joules>> energy_per_megapixel(const jobs::Report& report) {
  const auto per_frame = jobs::energy_per_frame(report);
  if (!per_frame || !per_frame->known() || !report.made || !report.made->picture) return std::nullopt;
  const double megapixels = report.made->picture->width * 1e-6 * report.made->picture->height;
  if (megapixels <= 0) return std::nullopt;
  return per_frame->map<units::Joules>([megapixels](units::Joules q) { return q / megapixels; });
}

std::optional<units::Measured<units::Watts>> idle_power(const jobs::Report& report) {
  const auto* line = headline_part(report, jobs::Part::idle_share);
  const auto time = elapsed(report);
  if (!line || !line->energy.known() || !time) return std::nullopt;
  return line->energy.map<units::Watts>([time](units::Joules q) { return q / *time; });
}

const jobs::EnergyLine* headline_part(const jobs::Report& report, jobs::Part part) {
  const auto* top = jobs::headline(report.energy);
  if (!top) return nullptr;
  for (const auto& line : report.energy)
    if (line.part == part && line.energy.scope() == top->energy.scope()) return &line;
  return nullptr;
}

}  // namespace report
