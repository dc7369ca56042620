#include "runner/stream_check.h"

#include <algorithm>

namespace runner {
namespace {

// Encoders start with a burst and rate control needs a second or two; a short stream must leave time for the look.
constexpr units::Seconds kSettled{3};
constexpr double kOfShortStreams = 0.4;

}  // namespace

StreamCheck::StreamCheck(Look look, std::optional<units::Seconds> duration)
    : look_(std::move(look)), begin_at_(duration ? std::min(kSettled, *duration * kOfShortStreams) : kSettled) {}

void StreamCheck::on_progress(const std::optional<media::Progress>& progress) {
  if (!look_ || thread_.joinable() || !progress || progress->media_time < begin_at_) return;
  thread_ = std::jthread([this] { answer_ = look_(); });
}

std::optional<base::Result<media::MediaFacts>> StreamCheck::answer() {
  if (!look_) return std::nullopt;
  if (thread_.joinable()) thread_.join();
  if (!answer_) answer_ = base::Error::retry("the stream ended before anybody could look at it");
  return answer_;
}

}  // namespace runner
