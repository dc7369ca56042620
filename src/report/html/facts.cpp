#include "report/html/facts.h"

#include "base/format.h"
#include "base/text.h"
#include "media/scenario_label.h"
#include "report/derived.h"
#include "report/html/run_section.h"
#include "report/redact.h"
#include "report/words.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;

// "2026-01-31 09:05:07 UTC"
std::string time_words(units::WallTime time) {
  std::string text = units::rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text + " UTC";
}

// A row of "what was made": asked and made may each be unknown.
struct MediaRow {
  std::string name, asked, made;
};

std::string asked_video(const media::TranscodeSpec& spec) {
  std::string out(media::name(spec.codec));
  if (!spec.encoder.empty()) out += " by " + spec.encoder;
  if (!spec.preset.empty()) out += ", preset " + spec.preset;
  if (spec.crf) out += format(", crf {}", *spec.crf);
  return out;
}

template <class T, class F>
std::string if_known(const std::optional<T>& value, F words) {
  return value ? words(*value) : std::string();
}

std::vector<MediaRow> media_rows(const jobs::Report& report) {
  const auto quantity = [](const auto& q) { return units::text(q); };
  const auto size = [](const units::PictureSize& s) { return format("{} × {}", s.width, s.height); };
  const media::TranscodeSpec spec = report.spec.value_or(media::TranscodeSpec{});
  const media::MediaFacts made = report.made.value_or(media::MediaFacts{});
  const bool asked = report.spec.has_value();
  std::vector<MediaRow> rows = {
      {"Video", asked ? asked_video(spec) : "", made.video_codec},
      {"Picture", if_known(spec.size, size), if_known(made.picture, size)},
      {"Frame rate", if_known(spec.rate, quantity), if_known(made.rate, quantity)},
      {"Pixel format", asked ? spec.pixel_format : "", made.pixel_format},
      {"Bit rate", if_known(spec.bitrate, quantity), if_known(made.bitrate, quantity)},
      {"Sound", asked ? std::string(media::name(spec.audio)) : "",
       made.audio_codec.empty() && report.made ? "none" : made.audio_codec},
      {"Duration", if_known(spec.duration, quantity), if_known(made.duration, quantity)},
      {"Frames", "", if_known(made.frames, [](std::int64_t n) { return format("{} frames", n); })},
      {"Size", "", if_known(made.size, quantity)},
      {"Container", "", made.container},
      {"Output", "", redact(report.output)}};
  std::erase_if(rows, [](const MediaRow& row) { return row.asked.empty() && row.made.empty(); });
  return rows;
}

void fact(Html& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out.markup("<div>").element("dt", name).element("dd", value).markup("</div>");
}

}  // namespace

Html scrolling(const Html& table, std::string_view label) {
  Html out;
  return out.markup("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
      .text(label)
      .markup("\">")
      .add(table)
      .markup("</div>\n");
}

Html energy_facts(const jobs::Report& report) {
  Html out;
  if (report.energy.empty()) return out.element("p", "No energy was read during this run.");
  out.markup(
      "<table><caption>Each scope stands for itself: scopes overlap and are never added up.</caption><thead><tr>");
  for (const char* name : {"Scope", "Part", "Energy", "95 % interval", "Watt-hours", "Quality"})
    out.element(std::string_view(name) == "Energy" || std::string_view(name) == "Watt-hours" ||
                        std::string_view(name) == "95 % interval"
                    ? "th scope=\"col\" class=\"number\""
                    : "th scope=\"col\"",
                name);
  out.markup("</tr></thead><tbody>");
  for (const auto& line : report.energy) {
    const auto& energy = line.energy;
    out.markup("<tr>").element("th scope=\"row\"", scope_words(energy.scope())).element("td", part_words(line.part));
    if (energy.known())
      out.element("td class=\"number\"", units::text(energy.value()))
          .element("td class=\"number\"", interval_words(energy))
          .element("td class=\"number\"", watt_hours(energy.value()));
    else
      out.element("td colspan=\"3\" class=\"reason\"", "n/a: " + reason_words(energy.reason()));
    out.element("td", quality_badge(energy)).markup("</tr>");
  }
  return scrolling(out.markup("</tbody></table>"), "Energy by scope");
}

Html media_facts(const jobs::Report& report) {
  Html out;
  const bool asked = report.spec.has_value();
  if (!report.made) out.element("p", "The output was not looked at, so only what was asked for is known.");
  out.markup("<table class=\"media\"><caption>")
      .text(asked ? "What was asked for, and what ffprobe found in the output." : "What ffprobe found in the output.");
  out.markup("</caption><thead><tr>").element("th scope=\"col\"", "Property");
  if (asked) out.element("th scope=\"col\"", "Asked");
  out.element("th scope=\"col\"", "Made").markup("</tr></thead><tbody>");
  for (const auto& row : media_rows(report)) {
    out.markup("<tr>").element("th scope=\"row\"", row.name);
    if (asked) out.element("td", row.asked.empty() ? "–" : row.asked);
    out.element("td", row.made.empty() ? "–" : row.made).markup("</tr>");
  }
  return scrolling(out.markup("</tbody></table>"), "What was made");
}

Html piece_facts(const jobs::Report& report) {
  Html out;
  out.markup("<table class=\"pieces\"><caption>What the run consisted of.</caption><thead><tr>");
  for (const char* name : {"Part", "Energy", "Made", "Output"}) out.element("th scope=\"col\"", name);
  out.markup("</tr></thead><tbody>");
  for (const auto& piece : report.pieces) {
    const bool known = piece.energy && piece.energy->known();
    std::string made = piece.made ? base::join(made_words(*piece.made), ", ") : std::string();
    if (piece.end != jobs::End::completed) made = std::string(jobs::name(piece.end)) + ": " + redact(piece.error);
    out.markup("<tr>")
        .element("th scope=\"row\"", piece_name(piece))
        .element("td class=\"number\"", known ? units::text(piece.energy->value()) : "–")
        .element("td", made.empty() ? "–" : made)
        .element("td", piece.output.empty() ? "–" : redact(piece.output))
        .markup("</tr>");
  }
  return scrolling(out.markup("</tbody></table>"), "Parts of the run");
}

Html origin_facts(const jobs::Report& report) {
  Html out;
  out.markup("<dl class=\"facts\">");
  fact(out, "Run", report.id);
  fact(out, "Kind", report.kind);
  if (report.spec && !report.spec->scenario.empty()) fact(out, "Scenario", media::scenario_label(*report.spec));
  fact(out, "Machine", report.node);
  if (report.timings.queued) fact(out, "Queued", time_words(*report.timings.queued));
  fact(out, "Started", time_words(report.timings.started));
  fact(out, "Ended", time_words(report.timings.ended));
  fact(out, "Outcome", outcome_words(report));
  if (report.cpu_time) {
    const auto busy = busy_processors(report);
    fact(out, "CPU time",
         units::text(*report.cpu_time) + (busy ? " (" + units::significant(*busy, 3) + " CPUs busy)" : ""));
  }
  if (report.peak_memory) fact(out, "Peak memory", units::text(*report.peak_memory));
  if (report.progress && (report.progress->dropped > 0 || report.progress->duplicated > 0))
    fact(out, "Frames lost",
         format("{} dropped, {} duplicated", report.progress->dropped, report.progress->duplicated));
  std::vector<std::string> tags;
  for (const auto& [key, value] : report.tags) tags.push_back(key + "=" + value);
  fact(out, "Tags", base::join(tags, ", "));
  return out.markup("</dl>\n");
}

}  // namespace report
