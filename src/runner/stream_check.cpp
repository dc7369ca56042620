#include "runner/stream_check.h"

#include <algorithm>

namespace runner {
namespace {

// Encoders start with a burst that is not what they go on with; but a player sees nothing before the next key frame, so
// a short stream is looked at almost from its start.
constexpr units::Seconds kSettled{3};
constexpr double kOfShortStreams = 0.1;

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
