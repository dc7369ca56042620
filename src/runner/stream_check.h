// StreamCheck: the look at a stream from its receiving end, while it runs. It begins when enough of the stream has been
// sent, on a thread of its own, since a player waits seconds for its first key frame; a look that saw nothing is
// repeated while the stream goes on. One owner thread.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "media/probe.h"
#include "media/progress.h"
#include "units/quantity.h"

namespace runner {

class StreamCheck {
 public:
  // An error of kind `failed` is a verdict on the stream; any other kind says that nothing could be seen.
  using Look = std::function<base::Result<media::MediaFacts>()>;
  // `duration` of the stream, where it is known; an empty look never happens.
  StreamCheck(Look look, std::optional<units::Seconds> duration);

  void on_progress(const std::optional<media::Progress>& progress);
  // Waits for a look that has begun. Nothing where none was asked for; retry where the stream ended before it.
  std::optional<base::Result<media::MediaFacts>> answer();

 private:
  bool worth_another(units::Seconds sent) const;

  Look look_;
  std::optional<units::Seconds> duration_;
  units::Seconds begin_at_;
  std::optional<base::Result<media::MediaFacts>> answer_;
  std::atomic<bool> looking_ = false;
  std::jthread thread_;  // last: ends before the rest
};

// What an answer says of a stream of which so much was sent.
struct StreamVerdict {
  enum class Arrived { yes, no, not_checked } arrived = Arrived::yes;
  std::string text;  // why not, or why it is not known
};
StreamVerdict verdict_on(const base::Result<media::MediaFacts>& answer, units::Seconds sent);

}  // namespace runner
