#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "report/plot.h"
#include "report/plot_frame.h"

namespace report {
namespace {

using base::format;

struct Geometry {
  double width, height, left, right, top, bottom;  // right: where the area ends; bottom: likewise
  int x_marks, y_marks;
};
// The wide one has room for the levels' labels at its right, the narrow one writes them into the area.
constexpr Geometry wide_geometry{760, 300, 54, 640, 22, 250, 8, 5};
constexpr Geometry narrow_geometry{360, 260, 44, 350, 22, 210, 4, 4};

constexpr double line_height = 15;

struct Extent {
  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;  // both axes begin at 0 unless something lies below
};

Extent extent_of(const StepPlot& plot) {
  Extent extent;
  const auto reach = [&extent](double y) {
    extent.y_low = std::min(extent.y_low, y), extent.y_high = std::max(extent.y_high, y);
  };
  for (const auto& piece : plot.pieces)
    for (const auto& step : piece) {
      extent.x_low = std::min(extent.x_low, step.from), extent.x_high = std::max(extent.x_high, step.to);
      reach(step.y);
    }
  for (const auto& level : plot.levels)
    reach(level.y), reach(level.low.value_or(level.y)), reach(level.high.value_or(level.y));
  if (plot.peak) reach(plot.peak->y);
  return extent;
}

std::string path_of(const std::vector<PlotStep>& piece, const Scale& x, const Scale& y) {
  std::string path = format("M{} {}", pixel(x(piece.front().from)), pixel(y(piece.front().y)));
  std::string before;
  for (const auto& step : piece) {
    const std::string at = pixel(y(step.y));
    if (!before.empty() && at != before) path += "V" + at;
    path += "H" + pixel(x(step.to));
    before = at;
  }
  return path;
}

// Where each level's label stands, so that no two cover each other; levels and answers from top to bottom.
std::vector<double> label_positions(const std::vector<PlotLevel>& levels, const Scale& y, Shape shape) {
  std::vector<double> at;
  for (const auto& level : levels) at.push_back(y(level.y) + (shape == Shape::wide ? 4 : -5));
  for (std::size_t i = 1; i < at.size(); ++i) at[i] = std::max(at[i], at[i - 1] + line_height);
  return at;
}

Html vertical_axis(const Ticks& ticks, const Scale& y, const std::string& title, const Geometry& g) {
  Html out;
  for (const double tick : ticks.at) {
    const auto at = pixel(y(tick));
    out.markup(
        format(R"(<path class="{}" d="M{} {}H{}"/>)", tick == 0 ? "zero" : "grid", pixel(g.left), at, pixel(g.right)));
    out.element(format(R"(text class="tick" x="{}" y="{}" text-anchor="end")", pixel(g.left - 7), pixel(y(tick) + 4)),
                ticks.label(tick));
  }
  out.element(format(R"(text class="axis" x="{}" y="12")", pixel(g.left - 36)), title);
  return out;
}

Html curve(const StepPlot& plot, const Scale& x, const Scale& y, const std::string& pattern) {
  const bool model = plot.certainty == Certainty::model;
  Html out;
  for (const auto& piece : plot.pieces) {
    if (piece.empty()) continue;
    const auto path = path_of(piece, x, y);
    out.markup(format(R"(<path class="area" d="{}V{}H{}Z"{}/>)", path, pixel(y(0)), pixel(x(piece.front().from)),
                      model ? format(" style=\"fill:url(#{})\"", pattern) : ""));
    out.markup(format(R"(<path class="line" d="{}"/>)", path));
  }
  return out;
}

Html level_lines(const std::vector<PlotLevel>& levels, const Scale& y, const Geometry& g, const Ticks& ticks) {
  Html out;
  for (const auto& level : levels) {
    if (level.low && level.high) {
      const double top = y(std::min(*level.high, ticks.high)), bottom = y(std::max(*level.low, ticks.low));
      out.markup(format(R"(<rect class="band" x="{}" y="{}" width="{}" height="{}"/>)", pixel(g.left), pixel(top),
                        pixel(g.right - g.left), pixel(std::max(1.0, bottom - top))));
    }
    out.markup(format(R"(<path class="{}" d="M{} {}H{}"/>)", level.kind == PlotLevel::Kind::mean ? "mean" : "floor",
                      pixel(g.left), pixel(y(level.y)), pixel(g.right)));
  }
  return out;
}

}  // namespace

Html svg(const StepPlot& plot, Shape shape) {
  const Geometry& g = shape == Shape::wide ? wide_geometry : narrow_geometry;
  const Extent extent = extent_of(plot);
  const Ticks x_ticks = nice_ticks(extent.x_low, extent.x_high, g.x_marks);
  const Ticks y_ticks = nice_ticks(extent.y_low, extent.y_high, g.y_marks);
  // The area ends with the run, not at the next round number: an empty tail would look like a gap.
  const double x_end = extent.x_high > extent.x_low ? extent.x_high : x_ticks.high;
  const Scale x{std::min(extent.x_low, 0.0), x_end, g.left, g.right};
  const Scale y{y_ticks.low, y_ticks.high, g.bottom, g.top};
  Ticks marked = x_ticks;
  std::erase_if(marked.at, [&](double tick) { return tick > x_end || tick < x.from; });

  auto levels = plot.levels;
  std::sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) { return a.y > b.y; });
  const std::string pattern = plot.id + (shape == Shape::wide ? "-wide-h" : "-narrow-h");

  Html out = svg_head(plot.id, plot.title, plot.description, g.width, g.height, shape);
  if (plot.certainty == Certainty::model)
    out.markup(format(
        R"svg(<defs><pattern id="{}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V7"/></pattern></defs>)svg",
        pattern));
  out.markup(plot.certainty == Certainty::model ? "<g class=\"model\">" : "<g class=\"sensor\">");
  out.add(bottom_axis(marked, x, plot.x_title, g.top, g.bottom)).add(vertical_axis(y_ticks, y, plot.y_title, g));
  out.add(curve(plot, x, y, pattern)).add(level_lines(levels, y, g, y_ticks));
  const auto positions = label_positions(levels, y, shape);
  for (std::size_t i = 0; i < levels.size(); ++i)
    out.element(format(R"(text class="label" x="{}" y="{}" text-anchor="{}")",
                       pixel(shape == Shape::wide ? g.right + 8 : g.right - 4), pixel(positions[i]),
                       shape == Shape::wide ? "start" : "end"),
                levels[i].label);
  if (plot.peak) {
    const double px = x(plot.peak->x), py = y(plot.peak->y);
    out.markup(format(R"(<circle class="peak" cx="{}" cy="{}" r="3.5"/>)", pixel(px), pixel(py)));
    const bool at_right = px > (g.left + g.right) / 2;
    out.element(format(R"(text class="label" x="{}" y="{}" text-anchor="{}")", pixel(px + (at_right ? -8 : 8)),
                       pixel(std::max(py - 6, g.top - 6)), at_right ? "end" : "start"),
                plot.peak->label);
  }
  return out.markup("</g></svg>");
}

}  // namespace report
