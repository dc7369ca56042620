#include "media/picture_quality.h"

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "media/shown.h"

namespace media {
namespace {

constexpr std::array kMetrics{Metric::psnr, Metric::ssim, Metric::xpsnr, Metric::vif, Metric::vmaf};
constexpr std::array<std::string_view, kMetrics.size()> kNames{"psnr", "ssim", "xpsnr", "vif", "vmaf"};

}  // namespace

std::string_view name(Metric metric) { return kNames[static_cast<std::size_t>(metric)]; }

std::vector<Metric> all_metrics() { return {kMetrics.begin(), kMetrics.end()}; }

std::vector<std::string> metric_names() { return {kNames.begin(), kNames.end()}; }

base::Result<Metric> parse_metric(std::string_view text) {
  for (const auto metric : kMetrics)
    if (name(metric) == text) return metric;
  const auto names = metric_names();
  return base::Error::invalid(base::format("'{}' is no measure of picture quality; there are {}.{}", shown(text),
                                           base::join(names, ", "), base::did_you_mean(text, names)));
}

}  // namespace media
