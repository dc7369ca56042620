// Markdown as GitHub, GitLab and Gitea read it: tables, a fenced command, no HTML.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "report/cost_words.h"
#include "report/derived.h"
#include "report/formats/formats.h"
#include "report/redact.h"
#include "report/report.h"
#include "report/text_layout.h"
#include "report/words.h"

namespace report::formats {
namespace {

using base::format;

// Text from outside, on one line, with every sign escaped that Markdown, a table or a forge (@name, #12) takes as its
// own.
std::string escaped_text(std::string_view foreign) {
  std::string out;
  for (const char c : printable(foreign, Style::Symbols::unicode)) {
    const bool special = std::string_view("\\`*_{}[]<>|~&@#").find(c) != std::string_view::npos;
    const bool starts_a_list = out.empty() && std::string_view("+-=").find(c) != std::string_view::npos;
    if (special || starts_a_list) out += '\\';
    out += c;
  }
  return out;
}

// A fence longer than any run of backticks in the text.
std::string fenced(std::string_view text, std::string_view language) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) run = c == '`' ? run + 1 : 0, longest = std::max(longest, run);
  const std::string fence(longest + 1, '`');
  std::string body;
  for (const auto line : base::split(text, '\n')) body += printable(line, Style::Symbols::unicode) + "\n";
  return fence + std::string(language) + "\n" + body + fence + "\n";
}

std::string table_row(const std::vector<std::string>& cells) { return "| " + base::join(cells, " | ") + " |\n"; }

std::string energy_table(const jobs::Report& report) {
  if (report.energy.empty()) return "No energy was read during this run.\n";
  std::string out = table_row({"scope", "part", "energy (95 %)", "quality"}) + table_row({"---", "---", "---:", "---"});
  for (const auto& line : report.energy)
    out += table_row({escaped_text(scope_words(line.energy.scope())), part_words(line.part),
                      escaped_text(value_words(line.energy)), escaped_text(quality_words(line.energy))});
  return out;
}

std::string comparison(const std::vector<jobs::Report>& reports) {
  std::string out = table_row({"run", "energy (95 %)", "quality", "power", "time", "frames", "per frame", "state"}) +
                    table_row({"---", "---:", "---", "---:", "---:", "---:", "---:", "---"});
  for (const auto& report : reports) {
    const auto* top = jobs::headline(report.energy);
    const auto time = elapsed(report);
    const auto count = frames(report);
    const auto per_frame = jobs::energy_per_frame(report);
    const bool power = report.power && report.power->known();
    out += table_row(
        {escaped_text(title(report)), escaped_text(top ? value_words(top->energy) : "n/a (no energy was read)"),
         escaped_text(top ? quality_words(top->energy) : "unmeasurable"),
         power ? units::text(report.power->value()) : "n/a", time ? units::text(*time) : "n/a",
         count ? format("{} fr", *count) : "n/a", per_frame && per_frame->known() ? units::text(*per_frame) : "n/a",
         std::string(jobs::name(report.outcome.end))});
  }
  for (const auto& note : comparison_notes(reports)) out += "\n> " + note + "\n";
  return out;
}

void list(std::string& out, const std::vector<std::string>& items) {
  for (const auto& item : items) out += "- " + escaped_text(redact(item)) + "\n";
}

std::string section(const jobs::Report& report, std::string_view heading) {
  std::string out =
      std::string(heading) + " " + escaped_text(title(report)) + "\n\n" + escaped_text(sentence(report)) + "\n\n";
  out += energy_table(report);
  if (const auto cost = jobs::cost(report); cost && cost->known())
    out += "\n**Cost:** " +
           escaped_text(format("{}, {}, by {}", cost_words(report), charged_words(report), price_words(report))) + "\n";
  if (const auto co2e = jobs::emissions(report); co2e && co2e->known())
    out += "\n**CO2e:** " +
           escaped_text(format("{}, {}, by {}", units::text(*co2e), charged_words(report), carbon_words(report))) +
           "\n";
  if (const auto notes = caveats(report); !notes.empty()) out += "\n**Keep in mind**\n\n", list(out, notes);
  if (const auto missing = not_in_it(report); !missing.empty())
    out += "\n**Not in it:** " + escaped_text(missing) + "\n";
  if (report.made)
    if (const auto made = made_words(*report.made); !made.empty())
      out += "\n**Made:** " + escaped_text(base::join(made, ", ")) + "\n";
  if (!report.command.empty()) out += "\n**Command**\n\n" + fenced(command_words(report), "sh");
  if (report.outcome.end != jobs::End::completed) {
    const auto last = report.outcome.error.empty() ? report.log_tail : report.outcome.error;
    if (!last.empty()) out += "\n**Last words**\n\n" + fenced(redact(last), "text");
  }
  std::vector<std::string> origin;
  if (!report.id.empty()) origin.push_back(report.kind + " " + report.id);
  if (!report.node.empty()) origin.push_back("on " + report.node);
  origin.push_back("started " + units::rfc3339(report.timings.started));
  return out + "\n" + escaped_text(base::join(origin, ", ")) + "\n";
}

}  // namespace

std::string md(const std::vector<jobs::Report>& reports) {
  if (reports.size() == 1) return section(reports.front(), "#");
  std::string out = format("# {} runs\n\n", reports.size()) + comparison(reports);
  for (const auto& report : reports) out += "\n" + section(report, "##");
  return out;
}

}  // namespace report::formats
