#include "runner/stream_check.h"

#include <algorithm>

namespace runner {
namespace {

// Encoders start with a burst that is not what they go on with; but a player sees nothing before the next key frame, so
// a short stream is looked at almost from its start.
constexpr units::Seconds kSettled{3};
constexpr double kOfShortStreams = 0.1;

// A player needs two seconds of pictures after a key frame; a look that begins later than this before the end would
// only wait for a stream that has gone.
constexpr units::Seconds kLeastLook{4};

// Nobody has seen it: a fault of the stream if it was there this long, else perhaps of a busy machine, on which a
// player takes ten seconds to start.
constexpr units::Seconds kSurelySeen{20};

constexpr bool is_verdict(base::ErrorKind kind) { return kind == base::ErrorKind::failed; }

}  // namespace

StreamCheck::StreamCheck(Look look, std::optional<units::Seconds> duration)
    : look_(std::move(look)),
      duration_(duration),
      begin_at_(duration ? std::min(kSettled, *duration * kOfShortStreams) : kSettled) {}

void StreamCheck::on_progress(const std::optional<media::Progress>& progress) {
  if (!look_ || !progress || progress->media_time < begin_at_ || looking_) return;
  if (thread_.joinable()) {
    if (!worth_another(progress->media_time)) return;
    thread_.join();
  }
  looking_ = true;
  thread_ = std::jthread([this] {
    answer_ = look_();
    looking_ = false;
  });
}

bool StreamCheck::worth_another(units::Seconds sent) const {
  if (duration_ && sent + kLeastLook > *duration_) return false;
  if (!answer_) return true;
  const auto& answer = *answer_;
  return answer ? !answer->picture : !is_verdict(answer.error().kind());
}

std::optional<base::Result<media::MediaFacts>> StreamCheck::answer() {
  if (!look_) return std::nullopt;
  if (thread_.joinable()) thread_.join();
  if (!answer_) answer_ = base::Error::retry("the stream ended before anybody could look at it");
  return answer_;
}

StreamVerdict verdict_on(const base::Result<media::MediaFacts>& answer, units::Seconds sent) {
  using Arrived = StreamVerdict::Arrived;
  if (answer && answer->picture) return {};
  const std::string why = answer ? "no key frame of it came while it was played" : answer.error().text();
  const bool sure = (!answer && is_verdict(answer.error().kind())) || sent >= kSurelySeen;
  if (sure) return {Arrived::no, "the stream could not be verified at its receiving end: " + why};
  return {Arrived::not_checked,
          "not checked: what arrived at the receiving end; the stream was too short for a look on a busy machine (" +
              why + ")"};
}

}  // namespace runner
