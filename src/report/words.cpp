#include "report/words.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "media/probe.h"
#include "media/scenario_label.h"
#include "report/derived.h"
#include "report/redact.h"
#include "units/format.h"

namespace report {
namespace {

using base::format;
using units::Scope;

std::string_view whose_fault(jobs::FailureClass failure) {
  switch (failure) {
    case jobs::FailureClass::input:
      return "the input is at fault";
    case jobs::FailureClass::parameters:
      return "the settings are at fault";
    case jobs::FailureClass::node:
      return "this machine cannot do it, another may";
    case jobs::FailureClass::transient:
      return "it may work when tried again";
    case jobs::FailureClass::internal:
      return "a fault in ffmpeg or ffwatt";
    case jobs::FailureClass::none:
    case jobs::FailureClass::interruption:
    case jobs::FailureClass::timeout:
    case jobs::FailureClass::canceled:
      return {};  // the end says it already
  }
  return {};
}

std::string_view end_words(jobs::End end) {
  switch (end) {
    case jobs::End::completed:
      return "completed";
    case jobs::End::failed:
      return "failed";
    case jobs::End::canceled:
      return "canceled";
    case jobs::End::interrupted:
      return "interrupted";
    case jobs::End::timeout:
      return "stopped at its time limit";
  }
  return "failed";
}

std::string last_path_part(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// Parts of a machine that a scope leaves out; a part that is a scope of its own may have a line in the report.
struct LeftOut {
  std::string_view what;
  std::optional<Scope> scope{};
};

std::vector<LeftOut> left_out(Scope scope) {
  switch (scope) {
    case Scope::package:
      return {{"GPU", Scope::gpu},           {"DRAM", Scope::dram}, {"disks"}, {"network cards"}, {"fans"},
              {"losses of the power supply"}};
    case Scope::dram:
      return {{"CPU", Scope::package},       {"GPU", Scope::gpu}, {"disks"}, {"network cards"}, {"fans"},
              {"losses of the power supply"}};
    case Scope::psys:
      return {{"a separate GPU", Scope::gpu}, {"the screen"}, {"losses of the power supply"}};
    case Scope::gpu:
      return {{"CPU", Scope::package},       {"DRAM", Scope::dram}, {"disks"}, {"network cards"}, {"fans"},
              {"losses of the power supply"}};
    case Scope::machine:
      return {{"network equipment"}, {"storage on other machines"}, {"cooling of the room"}};
  }
  return {};
}

bool has_known_line(const jobs::Report& report, Scope scope) {
  return std::any_of(report.energy.begin(), report.energy.end(),
                     [scope](const auto& line) { return line.energy.known() && line.energy.scope() == scope; });
}

}  // namespace

std::string scope_words(Scope scope) {
  switch (scope) {
    case Scope::package:
      return "CPU package";
    case Scope::dram:
      return "memory (DRAM)";
    case Scope::psys:
      return "platform (psys)";
    case Scope::gpu:
      return "GPU";
    case Scope::machine:
      return "whole machine";
  }
  return "whole machine";
}

std::string part_words(jobs::Part part) {
  switch (part) {
    case jobs::Part::total:
      return "total";
    case jobs::Part::above_idle:
      return "above idle";
    case jobs::Part::idle_share:
      return "idle share";
    case jobs::Part::marginal:
      return "marginal";
    case jobs::Part::wall:
      return "at the wall";
  }
  return "total";
}

std::string outcome_words(const jobs::Report& report) {
  const auto& outcome = report.outcome;
  std::string out(end_words(outcome.end));
  if (outcome.end == jobs::End::completed) return out;
  std::vector<std::string> reasons;
  if (outcome.signal)
    reasons.push_back(format("ended by signal {}", *outcome.signal));
  else if (outcome.exit_code)
    reasons.push_back(format("exit code {}", *outcome.exit_code));
  if (const auto fault = whose_fault(outcome.failure); !fault.empty()) reasons.emplace_back(fault);
  return reasons.empty() ? out : out + ": " + base::join(reasons, ", ");
}

std::string title(const jobs::Report& report) {
  if (!report.name.empty()) return report.name;
  if (report.spec && !report.spec->scenario.empty()) return media::scenario_label(*report.spec);
  if (!report.output.empty()) return last_path_part(redact(report.output));
  if (!report.command.empty()) return last_path_part(report.command.front());
  return report.id;
}

std::string quality_words(units::Quality quality, const std::string& source) {
  return source.empty() ? std::string(units::name(quality)) : format("{} ({})", units::name(quality), source);
}

std::string origin_words(units::Quality quality, const std::string& source) {
  return source.empty() ? std::string(units::name(quality)) : format("{} by {}", units::name(quality), source);
}

std::string interval_words(const units::Measured<units::Joules>& energy) {
  const std::string low = units::text(energy.low()), high = units::text(energy.high());
  const auto unit = low.rfind(' '), other = high.rfind(' ');
  const bool same = unit != std::string::npos && other != std::string::npos && low.substr(unit) == high.substr(other);
  return (same ? low.substr(0, unit) : low) + " to " + high;
}

std::string reason_words(const std::string& reason) {
  return reason.find_first_not_of(" \t\r\n") == std::string::npos ? "no reason was given" : reason;
}

std::string watt_hours(units::Joules energy) {
  const double wh = energy.value() / 3600, size = std::abs(wh);
  if (size >= 1e4) return units::significant(wh / 1e3, 3) + " kWh";
  if (size >= 0.01 || wh == 0) return units::significant(wh, 3) + " Wh";
  return units::significant(wh * 1e3, 3) + " mWh";
}

std::string not_in_it(const jobs::Report& report) {
  const auto* top = jobs::headline(report.energy);
  if (!top || !top->energy.known()) return {};
  std::vector<std::string> parts;
  for (const auto& part : left_out(top->energy.scope()))
    parts.push_back(std::string(part.what) + (part.scope && has_known_line(report, *part.scope) ? " (own line)" : ""));
  std::string out = base::join(parts, ", ");
  // The model was fitted on whole servers at their plug and hands this run its share of one.
  if (top->energy.scope() == Scope::machine && top->energy.quality() == units::Quality::estimated)
    out += ". No sensor was read: this is a model's share of a whole server, from CPU time; a GPU is not in the model";
  return out;
}

std::vector<std::string> caveats(const jobs::Report& report) {
  auto all = report.caveats;
  if (report.spec && report.made)
    for (auto& difference : media::differences(*report.spec, *report.made)) all.push_back(std::move(difference));
  return all;
}

std::string piece_name(const jobs::Piece& piece) { return format("{} {}", jobs::name(piece.kind), piece.number); }

std::vector<std::string> made_words(const media::MediaFacts& made) {
  std::vector<std::string> picture, all;
  if (!made.video_codec.empty()) picture.push_back(made.video_codec);
  if (made.picture) picture.push_back(format("{}x{}", made.picture->width, made.picture->height));
  if (made.rate) picture.push_back(units::text(*made.rate));
  if (!picture.empty()) all.push_back(base::join(picture, " "));
  if (!made.audio_codec.empty()) all.push_back(made.audio_codec);
  if (made.duration) all.push_back(units::text(*made.duration));
  if (made.size) all.push_back(units::text(*made.size));
  if (made.bitrate) all.push_back(units::text(*made.bitrate));
  return all;
}

std::string score_words(media::Metric metric, double value) {
  if (std::isinf(value)) return "identical";
  switch (metric) {
    case media::Metric::psnr:
    case media::Metric::xpsnr:
      return format("{:.2f} dB", value);
    case media::Metric::ssim:
    case media::Metric::vif:
      return format("{:.4f}", value);
    case media::Metric::vmaf:
      return format("{:.2f}", value);
  }
  return {};
}

std::string command_words(const jobs::Report& report) {
  std::vector<std::string> arguments;
  for (const auto& argument : report.command) arguments.push_back(redact(argument));
  return base::shell_join(arguments);
}

std::string sentence(const jobs::Report& report) {
  const auto* top = jobs::headline(report.energy);
  const auto time = elapsed(report);
  std::string out = "This run ";
  if (report.outcome.end != jobs::End::completed) {
    out += "did not complete (" + outcome_words(report) + ")";
    if (!top || !top->energy.known()) return out + (time ? " after " + units::text(*time) + "." : ".");
    out += "; until then it ";
  }
  if (!top)
    return out + (time ? "took " + units::text(*time) + "; its energy was not read." : "has no reading of its energy.");
  if (!top->energy.known())
    return out + (time ? "took " + units::text(*time) + "; its" : "ended; its") +
           " energy could not be measured: " + reason_words(top->energy.reason()) + ".";
  out += "took " + units::text(top->energy);
  if (time) out += " in " + units::text(*time);
  if (const auto per_frame = jobs::energy_per_frame(report); per_frame && per_frame->known())
    out += ", " + units::text(*per_frame) + " for each frame";
  out += ": " + scope_words(top->energy.scope()) + ", " + origin_words(top->energy);
  return out + ".";
}

std::vector<std::string> comparison_notes(const std::vector<jobs::Report>& reports) {
  std::set<std::int64_t> counts;
  std::set<Scope> scopes;
  std::set<units::Quality> qualities;
  std::set<std::string> machines;
  int estimates = 0;
  for (const auto& report : reports) {
    if (const auto count = frames(report)) counts.insert(*count);
    if (!report.node.empty()) machines.insert(report.node);
    const auto* top = jobs::headline(report.energy);
    if (!top || !top->energy.known()) continue;
    scopes.insert(top->energy.scope());
    qualities.insert(top->energy.quality());
    if (top->energy.quality() == units::Quality::estimated) ++estimates;
  }
  std::vector<std::string> notes;
  if (counts.size() > 1)
    notes.push_back(format("The runs made different numbers of frames ({} to {}): compare the energy per frame.",
                           *counts.begin(), *counts.rbegin()));
  if (scopes.size() > 1) notes.emplace_back("The runs' energy has different scopes: their joules cannot be compared.");
  if (qualities.size() > 1)
    notes.emplace_back("Some runs were measured, others not: only runs of one quality can be compared.");
  if (estimates > 1) notes.emplace_back("Estimated runs on one machine differ only by their CPU time.");
  if (machines.size() > 1) notes.emplace_back("The runs were made on different machines.");
  return notes;
}

}  // namespace report
