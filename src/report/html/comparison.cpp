#include "report/html/comparison.h"

#include <algorithm>
#include <map>

#include "base/format.h"
#include "report/derived.h"
#include "report/html/facts.h"
#include "report/html/run_section.h"
#include "report/plot.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;

Html number(const std::string& text) {
  Html out;
  return out.element(text == "n/a" ? "td class=\"number reason\"" : "td class=\"number\"", text);
}

Html table_of(const std::vector<jobs::Report>& reports) {
  Html out;
  out.markup(
      "<table><caption>Every run with its energy, how sure it is, and how it ended.</caption><thead><tr><th "
      "scope=\"col\">Run</th>");
  for (const char* name : {"Energy", "95 % interval", "Power", "Time", "Frames", "Per frame"})
    out.element("th scope=\"col\" class=\"number\"", name);
  out.markup("<th scope=\"col\">Quality and scope</th><th scope=\"col\">State</th></tr></thead><tbody>");
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const auto& report = reports[i];
    const auto* top = jobs::headline(report.energy);
    const bool known = top && top->energy.known();
    const auto time = elapsed(report);
    const auto count = frames(report);
    const auto per_frame = jobs::energy_per_frame(report);
    out.markup(format("<tr><th scope=\"row\"><a href=\"#run-{}\">", i + 1)).text(title(report)).markup("</a></th>");
    out.add(number(known ? units::text(top->energy.value()) : "n/a"));
    out.add(number(known ? interval_words(top->energy) : "n/a"));
    out.add(number(report.power && report.power->known() ? units::text(report.power->value()) : "n/a"));
    out.add(number(time ? units::text(*time) : "n/a"));
    out.add(number(count ? format("{} fr", *count) : "n/a"));
    out.add(number(per_frame && per_frame->known() ? units::text(per_frame->value()) : "n/a"));
    out.markup("<td>");
    if (top)
      out.add(quality_badge(top->energy)).element("div class=\"under\"", scope_words(top->energy.scope()));
    else
      out.text("no energy was read");
    out.markup("</td>");
    out.element("td", state_badge(report)).markup("</tr>");
  }
  return scrolling(out.markup("</tbody></table>"), "All runs");
}

// Runs whose joules may stand on one axis: one scope, one quality, all known.
using Group = std::pair<units::Scope, units::Quality>;
std::map<Group, std::vector<const jobs::Report*>> comparable(const std::vector<jobs::Report>& reports) {
  std::map<Group, std::vector<const jobs::Report*>> groups;
  for (const auto& report : reports)
    if (const auto* top = jobs::headline(report.energy); top && top->energy.known())
      groups[{top->energy.scope(), top->energy.quality()}].push_back(&report);
  std::erase_if(groups, [](const auto& group) { return group.second.size() < 2; });
  return groups;
}

// Names the least only where its interval lies below all others.
std::string least_words(const std::vector<IntervalPlot::Row>& rows) {
  const auto least =
      std::min_element(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  for (auto row = rows.begin(); row != rows.end(); ++row)
    if (row != least && row->low <= least->high) return {};
  return " The least: " + least->label + ".";
}

// Joules for each frame where every run knows them, since runs may be of different length; else joules.
Html figure_of(const Group& group, const std::vector<const jobs::Report*>& runs, std::size_t number_of_group) {
  bool all_per_frame = true;
  for (const auto* run : runs) {
    const auto per_frame = jobs::energy_per_frame(*run);
    all_per_frame = all_per_frame && per_frame && per_frame->known();
  }
  IntervalPlot plot;
  plot.id = format("compared-{}", number_of_group);
  const std::string what = all_per_frame ? "Energy per frame" : "Energy";
  plot.title = format("{}, {}, {}", what, scope_words(group.first), units::name(group.second));
  plot.x_title = all_per_frame ? "joules per frame" : "joules";
  if (group.second != units::Quality::measured) plot.certainty = Certainty::model;
  for (const auto* run : runs) {
    const auto per_frame = all_per_frame ? jobs::energy_per_frame(*run) : std::nullopt;
    const auto energy = per_frame ? *per_frame : jobs::headline(run->energy)->energy;
    plot.rows.push_back(
        {title(*run), units::text(energy), energy.value().value(), energy.low().value(), energy.high().value()});
  }
  plot.description =
      format("{} of {} runs; {}, {}. The lines are 95 % intervals: where two overlap, the runs may not differ.{}", what,
             runs.size(), scope_words(group.first), units::name(group.second), least_words(plot.rows));
  Html out;
  out.markup("<figure>").add(svg(plot, Shape::wide)).add(svg(plot, Shape::narrow));
  return out.element("figcaption", plot.description).markup("</figure>\n");
}

}  // namespace

Html comparison(const std::vector<jobs::Report>& reports) {
  Html out;
  out.markup("<section class=\"run\">\n<header>\n<p class=\"brand\">ffwatt energy report</p>\n");
  out.element("h1", format("{} runs compared", reports.size())).markup("\n</header>\n");
  const auto notes = comparison_notes(reports);
  if (!notes.empty()) out.markup("<ul class=\"caveats\">");
  for (const auto& note : notes) out.element("li", note);
  if (!notes.empty()) out.markup("</ul>\n");
  out.add(table_of(reports));
  std::size_t group_number = 0;
  for (const auto& [group, runs] : comparable(reports)) out.add(figure_of(group, runs, ++group_number));
  return out.markup("</section>\n");
}

}  // namespace report
