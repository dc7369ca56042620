#include "jobs/confidence.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"

namespace jobs {
namespace {

using base::format;

// Fewer tell nothing of their scatter.
constexpr int kLeastUntil = 3;

base::Error refused(std::string_view text) {
  return base::Error::invalid(
      format("'{}' is not a confidence; write auto, repeat: 5 (2 to {}), or until: 2% (0.1% to 50%)",
             text.substr(0, 64), most_repetitions));
}

}  // namespace

base::Result<Repetitions> parse_confidence(std::string_view text) {
  if (text == "auto") return Repetitions{};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return refused(text);
  const auto word = text.substr(0, colon);
  auto value = base::trim(text.substr(colon + 1));
  if (word == "repeat") {
    const auto count = base::to_int(value);
    if (!count || *count < 2 || *count > most_repetitions) return refused(text);
    return Repetitions{static_cast<int>(*count), static_cast<int>(*count), std::nullopt};
  }
  if (word != "until" || !value.ends_with('%')) return refused(text);
  value.remove_suffix(1);
  const auto percent = base::to_double(base::trim(value));
  if (!percent || !(*percent >= 0.1 && *percent <= 50)) return refused(text);
  return Repetitions{kLeastUntil, most_repetitions, *percent / 100};
}

std::string text_of(const Repetitions& repetitions) {
  if (repetitions.until) return format("until: {:.6g}%", *repetitions.until * 100);
  return repetitions.one() ? std::string("auto") : format("repeat: {}", repetitions.least);
}

std::string_view name(Confidence::Level level) {
  switch (level) {
    case Confidence::Level::high:
      return "high";
    case Confidence::Level::medium:
      return "medium";
    case Confidence::Level::low:
      return "low";
  }
  return "low";
}

Confidence confidence(const Report& report) {
  using Level = Confidence::Level;
  const auto* top = headline(report.energy);
  if (!top) return {Level::low, "no energy was read"};
  const auto& energy = top->energy;
  if (!energy.known()) return {Level::low, "the energy is not known: " + energy.reason()};
  const double share = energy.half_width() / energy.value();
  const auto within = format("± {:.2g} % at 95 %", 100 * share);
  if (energy.quality() == units::Quality::estimated) return {Level::low, "estimated by a model, " + within};
  const auto runs = std::count_if(report.pieces.begin(), report.pieces.end(), [](const Piece& piece) {
    return piece.kind == Piece::Kind::repetition && piece.end == End::completed;
  });
  const auto of = runs > 1 ? format("mean of {} runs, {}", runs, within)
                           : format("one run, {} of the sensor alone; how runs scatter is not known", within);
  if (!(share <= 0.10)) return {Level::low, of};
  if (share <= 0.02 && runs > 1) return {Level::high, of};
  return {Level::medium, of};
}

}  // namespace jobs
