#include "report/html/run_section.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "report/cost_words.h"
#include "report/derived.h"
#include "report/html/facts.h"
#include "report/html/power_figure.h"
#include "report/redact.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;

// One number in large, its interval smaller, and what there is to say about it in small.
Html tile(std::string_view name, const std::string& value, const std::string& more) {
  const auto interval = std::min({value.find(" ± "), value.find(" ("), value.size()});
  Html number, out;
  number.element("span class=\"value\"", value.substr(0, interval));
  if (interval < value.size()) number.markup(" ").element("span class=\"interval\"", value.substr(interval + 1));
  out.markup("<div class=\"tile\">").element("dt", name).element("dd", number);
  if (!more.empty()) out.element("dd class=\"more\"", more);
  return out.markup("</div>");
}

Html tiles(const jobs::Report& report) {
  Html out;
  out.markup("<dl class=\"tiles\">");
  const auto* top = jobs::headline(report.energy);
  if (top && top->energy.known())
    out.add(tile("Energy", units::text(top->energy),
                 watt_hours(top->energy.value()) + " · " + scope_words(top->energy.scope())));
  else
    out.add(tile("Energy", "n/a", top ? reason_words(top->energy.reason()) : "no energy was read during this run"));
  if (report.power && report.power->known()) {
    const bool peak = report.peak_power && report.peak_power->known();
    out.add(
        tile("Mean power", units::text(*report.power), peak ? "peak " + units::text(report.peak_power->value()) : ""));
  }
  if (const auto time = elapsed(report)) {
    std::vector<std::string> more;
    if (const auto count = frames(report)) more.push_back(format("{} frames", *count));
    if (const auto rate = mean_rate(report)) more.push_back(units::text(*rate));
    if (const auto factor = realtime_factor(report)) more.push_back(units::significant(*factor, 3) + "× realtime");
    out.add(tile("Time", units::text(*time), base::join(more, " · ")));
  }
  if (const auto per_frame = jobs::energy_per_frame(report); per_frame && per_frame->known()) {
    const auto area = energy_per_megapixel(report);
    out.add(tile("Per frame", units::text(*per_frame), area ? units::text(area->value()) + " per megapixel" : ""));
  }
  if (const auto cost = jobs::cost(report); cost && cost->known())
    out.add(tile("Cost", cost_words(report), charged_words(report) + " · " + price_words(report)));
  if (const auto co2e = jobs::emissions(report); co2e && co2e->known())
    out.add(tile("CO2e", units::text(*co2e), charged_words(report) + " · " + carbon_words(report)));
  return out.markup("</dl>\n");
}

Html list(std::string_view heading, std::string_view level, const std::vector<std::string>& items,
          std::string_view css) {
  Html out;
  if (items.empty()) return out;
  out.element(level, heading).markup(format("<ul class=\"{}\">", css));
  for (const auto& item : items) out.element("li", redact(item));
  return out.markup("</ul>\n");
}

Html folded_log(const jobs::Report& report, const Budget& budget) {
  Html out;
  if (report.log_tail.empty()) return out;
  // What went wrong stands in the log, so a failed run's is open.
  out.markup(report.outcome.end == jobs::End::failed ? "<details open=\"\">" : "<details>");
  out.element("summary", "End of the log");
  out.element("pre tabindex=\"0\"", base::tail(redact(report.log_tail), 40, budget.log_bytes));
  return out.markup("</details>\n");
}

}  // namespace

Budget budget_for(std::size_t runs) {
  // Four whole runs take some 200 KB; from there on a run's part shrinks with their number.
  const auto part = [runs](std::size_t whole, std::size_t least) {
    return std::max(least, runs <= 4 ? whole : whole * 4 / runs);
  };
  return {part(350, 60), part(160, 40), part(200, 10), part(16384, 1024)};
}

Html quality_badge(const units::Measured<units::Joules>& energy) {
  Html out;
  return out.element(format("span class=\"badge {}\"", units::name(energy.quality())), quality_words(energy));
}

Html state_badge(const jobs::Report& report) {
  Html out;
  return out.element(
      format("span class=\"badge {}\"", report.outcome.end == jobs::End::completed ? "completed" : "failed"),
      jobs::name(report.outcome.end));
}

Html run_section(const jobs::Report& report, std::size_t number, Place place, const Budget& budget) {
  const bool alone = place == Place::alone;
  const std::string_view heading = alone ? "h1" : "h2", sub = alone ? "h2" : "h3";
  const auto* top = jobs::headline(report.energy);
  Html out;
  out.markup(format("<section class=\"run\" id=\"run-{}\">\n<header>\n", number));
  if (alone) out.markup("<p class=\"brand\">ffwatt energy report</p>\n");
  out.element(heading, title(report)).element("p class=\"sentence\"", sentence(report)).markup("<p class=\"badges\">");
  if (top) out.add(quality_badge(top->energy)).markup(" ");
  out.add(state_badge(report)).markup("</p>\n</header>\n");
  if (report.outcome.end != jobs::End::completed && !report.outcome.error.empty())
    out.element("pre class=\"error\" tabindex=\"0\"", redact(report.outcome.error)).markup("\n");
  out.add(tiles(report));
  out.add(list("Keep in mind", sub, caveats(report), "caveats"));
  out.element(sub, "Energy").add(energy_facts(report));
  if (const auto missing = not_in_it(report); !missing.empty())
    out.markup("<p class=\"missing\">").element("strong", "Not in it: ").text(missing + ".").markup("</p>\n");
  out.element(sub, "Power over time").add(power_figure(report, number, budget));
  if (!report.pieces.empty()) out.element(sub, "Its parts").add(piece_facts(report));
  if (report.made || report.spec) out.element(sub, "What was made").add(media_facts(report));
  if (!report.command.empty()) {
    Html code;
    out.element(sub, "Command").element("pre tabindex=\"0\"", code.element("code", command_words(report))).markup("\n");
  }
  out.element(sub, "Where and when").add(origin_facts(report));
  return out.add(folded_log(report, budget)).markup("</section>\n");
}

}  // namespace report
