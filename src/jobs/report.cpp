#include "jobs/report.h"

#include <array>

#include "base/format.h"
#include "jobs/named.h"

namespace jobs {

std::string_view name(End end) {
  switch (end) {
    case End::completed:
      return "completed";
    case End::failed:
      return "failed";
    case End::canceled:
      return "canceled";
    case End::interrupted:
      return "interrupted";
    case End::timeout:
      return "timeout";
  }
  return "failed";
}

base::Result<End> parse_end(std::string_view text) {
  static constexpr std::array all{End::completed, End::failed, End::canceled, End::interrupted, End::timeout};
  return parse_named(text, "an end of a run", all);
}

std::string_view name(FailureClass failure) {
  switch (failure) {
    case FailureClass::none:
      return "none";
    case FailureClass::input:
      return "input";
    case FailureClass::parameters:
      return "parameters";
    case FailureClass::node:
      return "node";
    case FailureClass::transient:
      return "transient";
    case FailureClass::interruption:
      return "interruption";
    case FailureClass::timeout:
      return "timeout";
    case FailureClass::canceled:
      return "canceled";
    case FailureClass::internal:
      return "internal";
  }
  return "internal";
}

base::Result<FailureClass> parse_failure_class(std::string_view text) {
  static constexpr std::array all{FailureClass::none,    FailureClass::input,     FailureClass::parameters,
                                  FailureClass::node,    FailureClass::transient, FailureClass::interruption,
                                  FailureClass::timeout, FailureClass::canceled,  FailureClass::internal};
  return parse_named(text, "a class of failure", all);
}

std::string_view name(Piece::Kind kind) {
  switch (kind) {
    case Piece::Kind::rendition:
      return "rendition";
    case Piece::Kind::stream:
      return "stream";
    case Piece::Kind::repetition:
      return "repetition";
  }
  return "rendition";
}

base::Result<Piece::Kind> parse_piece_kind(std::string_view text) {
  static constexpr std::array all{Piece::Kind::rendition, Piece::Kind::stream, Piece::Kind::repetition};
  return parse_named(text, "a kind of piece", all);
}

std::optional<units::Measured<units::Joules>> energy_per_frame(const Report& report) {
  const EnergyLine* line = headline(report.energy);
  if (!line || !report.progress || report.progress->frames <= 0) return std::nullopt;
  const auto frames = static_cast<double>(report.progress->frames);
  return line->energy.map<units::Joules>([frames](units::Joules energy) { return energy / frames; });
}

base::Result<void> check_energy(const Report& report) {
  const auto refused = [&](std::string_view what) {
    return base::Error::invalid(
        base::format("run {}: its {} of 0 or less is no measurement; what is not known is unmeasurable, with a reason",
                     report.id, what));
  };
  for (const auto& line : report.energy)
    if (!plausible(line))
      return refused(base::format("energy ({}, {})", name(line.part), units::name(line.energy.scope())));
  if (report.power && !plausible(*report.power)) return refused("power");
  if (report.peak_power && !plausible(*report.peak_power)) return refused("peak power");
  return {};
}

void limit_power_trace(Report& report) {
  if (report.power_trace.size() <= most_power_trace) return;
  report.caveats.push_back(base::format("the power trace of {:.1f} MB was left out: more than {:.1f} MB are not kept",
                                        static_cast<double>(report.power_trace.size()) / 1e6,
                                        static_cast<double>(most_power_trace) / 1e6));
  report.power_trace.clear();
}

// Here, and not in each file that includes the header: every optional member makes them longer.
bool Scoring::operator==(const Scoring&) const = default;
bool Report::operator==(const Report&) const = default;
bool Sandbox::operator==(const Sandbox&) const = default;

}  // namespace jobs
