#include "jobs/derived.h"

namespace jobs {

std::optional<std::int64_t> frames(const Report& report) {
  if (report.progress && report.progress->frames > 0) return report.progress->frames;
  if (report.made && report.made->frames && *report.made->frames > 0) return report.made->frames;
  return std::nullopt;
}

std::optional<units::Seconds> elapsed(const Report& report) {
  if (report.timings.elapsed <= units::Seconds{}) return std::nullopt;
  return report.timings.elapsed;
}

std::optional<units::Hertz> mean_rate(const Report& report) {
  const auto count = frames(report);
  const auto time = elapsed(report);
  if (!count || !time) return std::nullopt;
  return units::Hertz(static_cast<double>(*count) / time->value());
}

std::optional<double> realtime_factor(const Report& report) {
  const auto time = elapsed(report);
  if (!time || !report.progress || report.progress->media_time <= units::Seconds{}) return std::nullopt;
  return report.progress->media_time / *time;
}

}  // namespace jobs
