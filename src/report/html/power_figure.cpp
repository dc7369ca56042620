#include "report/html/power_figure.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "report/derived.h"
#include "report/html/facts.h"
#include "report/plot.h"
#include "report/trace.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;

// The time axis' unit, so that its marks stay short.
struct TimeUnit {
  double seconds;
  const char* name;
};
TimeUnit time_unit(units::Seconds whole) {
  if (whole > units::Seconds(3 * 3600)) return {3600, "h"};
  if (whole > units::Seconds(300)) return {60, "min"};
  return {1, "s"};
}

std::vector<std::vector<PlotStep>> drawn(const Pieces& pieces, const TimeUnit& unit) {
  std::vector<std::vector<PlotStep>> out;
  for (const auto& piece : pieces) {
    auto& steps = out.emplace_back();
    for (const auto& step : piece)
      steps.push_back({step.from.value() / unit.seconds, step.to.value() / unit.seconds, step.power.value()});
  }
  return out;
}

PowerStep highest(const Pieces& pieces) {
  PowerStep top = pieces.front().front();
  for (const auto& piece : pieces)
    for (const auto& step : piece)
      if (step.power > top.power) top = step;
  return top;
}

// The kept curve may be coarser than the readings that the run's own peak was taken from.
units::Watts peak_of(const jobs::Report& report, const Pieces& pieces) {
  return report.peak_power && report.peak_power->known() ? report.peak_power->value() : highest(pieces).power;
}

// "Two gaps without a reading, 1.20 s in all."
std::string gap_words(const Pieces& pieces) {
  units::Seconds sum{};
  for (std::size_t i = 1; i < pieces.size(); ++i) sum += pieces[i].front().from - pieces[i - 1].back().to;
  if (pieces.size() < 2) return {};
  return pieces.size() == 2
             ? format(" There is a gap of {} without a reading.", units::text(sum))
             : format(" There are {} gaps without a reading, {} in all.", pieces.size() - 1, units::text(sum));
}

std::string what_it_shows(const jobs::Report& report, const Pieces& pieces) {
  const auto* top = jobs::headline(report.energy);
  std::string out = "Power";
  if (top && top->energy.known())
    out += format(" of the {}, {}", scope_words(top->energy.scope()), origin_words(top->energy));
  out += ": ";
  out += "at most " + units::text(peak_of(report, pieces)) + ", other work on it included.";
  if (report.power && report.power->known()) out += " The run's own mean is " + units::text(*report.power) + ".";
  return out + gap_words(pieces);
}

// Where a time stands on the axis; units::text() would round 125.4 s to whole seconds.
std::string exact(units::Seconds time) { return format("{:.2f} s", time.value()); }

Html twin(const Pieces& pieces, std::size_t rows) {
  const Pieces thin = thinned(pieces, rows);
  Html table, out;
  table.markup("<table><caption>").text(format("{} readings; each row is the mean over its time.", step_count(pieces)));
  table.markup(
      "</caption><thead><tr><th scope=\"col\" class=\"number\">From</th><th scope=\"col\" class=\"number\">To</th>"
      "<th scope=\"col\" class=\"number\">Power</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < thin.size(); ++i) {
    if (i > 0) table.markup("<tr><td colspan=\"3\" class=\"reason\">no reading</td></tr>");
    for (const auto& step : thin[i])
      table.markup("<tr>")
          .element("td", exact(step.from))
          .element("td", exact(step.to))
          .element("td", units::text(step.power))
          .markup("</tr>");
  }
  table.markup("</tbody></table>");
  out.markup("<details class=\"twin\">").element("summary", "The same as a table");
  return out.add(scrolling(table, "Power over time as a table")).markup("</details>\n");
}

}  // namespace

Html power_figure(const jobs::Report& report, std::size_t number, const Budget& budget) {
  Html out;
  const Pieces pieces = pieces_of(report.trace);
  if (pieces.empty()) {
    const auto* top = jobs::headline(report.energy);
    const bool unknown = top && !top->energy.known();
    return out.element("p", unknown ? "There is no curve: " + reason_words(top->energy.reason()) + "."
                                    : "This run kept no curve of its power.");
  }
  const TimeUnit unit = time_unit(pieces.back().back().to);
  StepPlot plot;
  plot.id = format("power-{}", number);
  plot.title = "Power over time: " + title(report);
  plot.description = what_it_shows(report, pieces);
  plot.x_title = format("time since the start ({})", unit.name);
  plot.y_title = "power (W)";
  const auto* top = jobs::headline(report.energy);
  if (top && top->energy.known() && top->energy.quality() != units::Quality::measured)
    plot.certainty = Certainty::model;
  if (report.power && report.power->known()) {
    const auto& mean = *report.power;
    plot.levels.push_back({PlotLevel::Kind::mean, mean.value().value(), mean.low().value(), mean.high().value(),
                           "own mean " + units::text(mean.value())});
  }
  if (const auto idle = idle_power(report))
    plot.levels.push_back(
        {PlotLevel::Kind::floor, idle->value().value(), {}, {}, "idle " + units::text(idle->value())});
  const PowerStep peak = highest(pieces);
  if (step_count(pieces) > 2)
    plot.peak = PlotPeak{(peak.from.value() + peak.to.value()) / 2 / unit.seconds, peak.power.value(),
                         "peak " + units::text(peak_of(report, pieces))};

  out.markup("<figure>");
  plot.pieces = drawn(thinned(pieces, budget.wide_steps), unit);
  out.add(svg(plot, Shape::wide));
  plot.pieces = drawn(thinned(pieces, budget.narrow_steps), unit);
  out.add(svg(plot, Shape::narrow));
  std::string caption = plot.description;
  if (report.power && report.power->known()) caption += " The band around the mean is its 95 % interval.";
  out.element("figcaption", caption).markup("</figure>\n");
  return out.add(twin(pieces, budget.table_rows));
}

}  // namespace report
