#include <algorithm>

#include "base/format.h"
#include "report/plot.h"
#include "report/plot_frame.h"

namespace report {
namespace {

using base::format;

constexpr double row_height = 40, top = 6, below = 44, left = 14, half_cap = 4;

}  // namespace

Html svg(const IntervalPlot& plot, Shape shape) {
  const double whole_width = shape == Shape::wide ? 760 : 360;
  const double bottom = top + row_height * static_cast<double>(plot.rows.size());
  double most = 0;
  for (const auto& row : plot.rows) most = std::max(most, row.high);
  const Ticks ticks = nice_ticks(0, most, shape == Shape::wide ? 8 : 4);
  const Scale x{ticks.low, ticks.high, left, whole_width - left};

  Html out = svg_head(plot.id, plot.title, plot.description, whole_width, bottom + below, shape);
  out.markup(plot.certainty == Certainty::model ? "<g class=\"model\">" : "<g class=\"sensor\">");
  out.add(bottom_axis(ticks, x, plot.x_title, top, bottom));
  for (std::size_t i = 0; i < plot.rows.size(); ++i) {
    const auto& row = plot.rows[i];
    const double line = top + row_height * static_cast<double>(i) + 29;
    out.element(format(R"(text class="label" x="{}" y="{}")", pixel(left + 4), pixel(line - 12)), row.label);
    out.element(format(R"(text class="label" x="{}" y="{}" text-anchor="end")", pixel(whole_width - left - 4),
                       pixel(line - 12)),
                row.value);
    const double low = x(std::max(row.low, ticks.low)), high = x(row.high);
    out.markup(format(R"(<path class="whisker" d="M{0} {2}H{1}M{0} {3}V{4}M{1} {3}V{4}"/>)", pixel(low), pixel(high),
                      pixel(line), pixel(line - half_cap), pixel(line + half_cap)));
    out.markup(format(R"(<circle class="dot" cx="{}" cy="{}" r="5"/>)", pixel(x(row.at)), pixel(line)));
  }
  return out.markup("</g></svg>");
}

}  // namespace report
