// What a run's facts are called, in one place, so that the terminal, the HTML page and the tables say the same words.
// Text comes back as it is: the caller makes it printable or escapes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/report.h"
#include "units/format.h"

namespace report {

std::string scope_words(units::Scope scope);     // "CPU package", "whole machine"
std::string part_words(jobs::Part part);         // "total", "above idle", "idle share"
std::string outcome_words(const jobs::Report&);  // "completed", "failed: exit code 1, the input is at fault"
std::string title(const jobs::Report& report);   // name, else scenario, else output's file name, else program

// "measured (powercap)", "estimated (model)", "unmeasurable".
std::string quality_words(units::Quality quality, const std::string& source);
std::string reason_words(const std::string& reason);  // itself, or that none was given
template <class Q>
std::string quality_words(const units::Measured<Q>& m) {
  return quality_words(m.quality(), m.source());
}

// The same inside a sentence: "measured by powercap", "estimated by model".
std::string origin_words(units::Quality quality, const std::string& source);
template <class Q>
std::string origin_words(const units::Measured<Q>& m) {
  return origin_words(m.quality(), m.source());
}

std::string interval_words(const units::Measured<units::Joules>& energy);  // "403.5 to 421.7 J"; only where known

// "412.6 J ± 9.1", or "n/a (reason)" with a reason in any case.
template <class Q>
std::string value_words(const units::Measured<Q>& m) {
  return m.known() ? units::text(m) : "n/a (" + reason_words(m.reason()) + ")";
}

std::string watt_hours(units::Joules energy);  // 0.115 Wh, 4.20 mWh, 3.10 kWh

// What the headline's scope does not contain, with "(own line)" behind a part that the report has a line of its own
// for. Empty where there is no known headline.
std::string not_in_it(const jobs::Report& report);

// The report's caveats and where what was made differs from what was asked.
std::vector<std::string> caveats(const jobs::Report& report);

// "h264 1920x1080 30.0 fps", "aac", "3.12 MB", "499 kb/s": only what ffprobe knew.
std::string piece_name(const jobs::Piece& piece);  // "stream 2"
std::vector<std::string> made_words(const media::MediaFacts& made);

// "38.36 dB", "0.9691", "identical" of infinite decibels.
std::string score_words(media::Metric metric, double value);

// The command ready to paste into a shell, without secrets of URLs.
std::string command_words(const jobs::Report& report);

// The whole result in one sentence, for people who read no table.
std::string sentence(const jobs::Report& report);

// What a reader who compares these runs must know: other work, scope, quality or machine.
std::vector<std::string> comparison_notes(const std::vector<jobs::Report>& reports);

}  // namespace report
