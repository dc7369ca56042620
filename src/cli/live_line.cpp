#include "cli/live_line.h"

#include <cmath>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "units/format.h"

namespace cli {
namespace {

using base::format;

// "0:41", "1:02:03"
std::string clock(units::Seconds time) {
  const auto seconds = static_cast<std::int64_t>(std::llround(time.value()));
  if (seconds < 3600) return format("{}:{:02}", seconds / 60, seconds % 60);
  return format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

// Older than two of a node's batches by the second.
constexpr units::Seconds kStale{3};

}  // namespace

std::string live_line(const wire::LiveView& view) {
  if (!view.running) return "its node has told nothing of it yet";
  const auto& running = *view.running;
  std::vector<std::string> parts;
  if (running.fraction) parts.push_back(format("{:.0f} %", 100 * *running.fraction));
  if (const auto left = wire::time_left(running)) parts.push_back(clock(*left) + " left");
  // Of unknown length there is no percentage, only how long it has gone on.
  if (!running.fraction && running.elapsed) parts.push_back("for " + clock(*running.elapsed));
  if (const auto& progress = running.progress) {
    parts.push_back(format("frame {}", progress->frames));
    if (progress->rate.value() > 0) parts.push_back(format("{} fps", units::significant(progress->rate.value(), 3)));
    if (progress->speed > 0) parts.push_back(units::significant(progress->speed, 3) + "×");
    if (progress->bitrate.value() > 0) parts.push_back(units::text(progress->bitrate));
  }
  const auto add = [&](const auto& measured) {
    if (!measured || !measured->known()) return;
    const bool sure = measured->quality() == units::Quality::measured;
    parts.push_back((sure ? "" : "≈ ") + units::text(measured->value()));
  };
  add(running.power);
  add(running.energy);
  if (view.age > kStale) parts.push_back(format("{} ago", units::text(view.age)));
  return base::join(parts, ", ");
}

}  // namespace cli
