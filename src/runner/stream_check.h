// StreamCheck: the look at a stream from its receiving end, once, while it runs. It begins when enough of the stream
// has been sent, on a thread of its own, since a player waits seconds for its first key frame. One owner thread.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "base/result.h"
#include "media/probe.h"
#include "media/progress.h"
#include "units/quantity.h"

namespace runner {

class StreamCheck {
 public:
  using Look = std::function<base::Result<media::MediaFacts>()>;
  // `duration` of the stream, where it is known; an empty look never happens.
  StreamCheck(Look look, std::optional<units::Seconds> duration);

  void on_progress(const std::optional<media::Progress>& progress);
  // Waits for a look that has begun. Nothing where none was asked for; retry where the stream ended before it.
  std::optional<base::Result<media::MediaFacts>> answer();

 private:
  Look look_;
  units::Seconds begin_at_;
  std::optional<base::Result<media::MediaFacts>> answer_;
  std::jthread thread_;  // last: ends before the rest
};

}  // namespace runner
