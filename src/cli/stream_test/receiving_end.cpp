#include "cli/stream_test/receiving_end.h"

#include <algorithm>
#include <cmath>
#include <future>

#include "base/format.h"
#include "units/format.h"

namespace cli::stream_test {
namespace {

using base::format;

// A player gets its first picture at the next key frame, two seconds at most, and then looks for two more.
constexpr units::Seconds kProbe{12};

// The encoder's first burst is over by then.
constexpr units::Seconds kSettling{2};
constexpr double kSettlingOfShortStreams = 0.15;

// Between the two looks at the byte counter; short streams have less.
constexpr units::Seconds kBetweenLooks{5};
constexpr double kOfShortStreams = 0.3;

// Where less than half arrives the second look waits for more: a busy machine stands still for seconds and catches up.
constexpr units::Seconds kLongLook{15};
constexpr double kLongOfShortStreams = 0.6;

// How often the counter is read, so that the last value before the end of a stream is known.
constexpr units::Seconds kBetweenReads{1};

// Over less than two groups of pictures the rate depends on where the key frames fall.
constexpr units::Seconds kJudgeable{4};
// And less than this much of it is not enough to call a stream failed.
constexpr units::Seconds kFailable{10};
constexpr double kAllowed = 0.15;
constexpr double kLeast = 0.5;

}  // namespace

ReceivingEnd::ReceivingEnd(os::Host& host, const media::TranscodeSpec& spec, local::RtmpServer* server)
    : host_(host), spec_(spec), server_(server) {}

base::Result<media::MediaFacts> ReceivingEnd::look(const runner::TranscodeRequest::Play& play) {
  caveats_.clear();  // of an earlier look, which saw nothing
  // Played and counted at the same time: a short stream has no time for one after the other.
  auto probing = std::async(std::launch::async, [&play] { return play(kProbe); });
  const auto arrived = count();
  FFWATT_TRY(auto facts, probing.get());
  facts.bitrate.reset();  // what ffprobe says of a live stream is only what the sender wrote into it
  if (arrived) {
    facts.bitrate = arrived->rate();
    FFWATT_TRY(auto doubt, judge(*arrived, spec_.bitrate));
    if (!doubt.empty()) caveats_.push_back(std::move(doubt));
  } else if (!server_) {
    caveats_.emplace_back("the bitrate at the receiving end was not seen: only the server that ffwatt starts tells it");
  } else {
    caveats_.emplace_back("the bitrate at the receiving end was not seen: the stream was over too soon");
  }
  return facts;
}

std::optional<ReceivingEnd::Bytes> ReceivingEnd::bytes_now() {
  const auto asked = host_.clock.boot();
  const auto streams = server_->streams();
  const auto answered = host_.clock.boot();
  if (!streams) return std::nullopt;
  const auto key = spec_.rtmp_url.substr(spec_.rtmp_url.rfind('/') + 1);
  for (const auto& stream : *streams) {
    const bool ours = stream.key == key && stream.state == media::LiveStream::State::publishing;
    if (ours) return Bytes{asked + (answered - asked) / 2, stream.bytes_in};
  }
  return std::nullopt;
}

std::optional<Arrived> ReceivingEnd::count() {
  if (!server_) return std::nullopt;
  const auto share = [this](double part, units::Seconds most) {
    return spec_.duration ? std::min(most, *spec_.duration * part) : most;
  };
  host_.clock.sleep_until(host_.clock.boot() + share(kSettlingOfShortStreams, kSettling), {});
  const auto first = bytes_now();
  if (!first) return std::nullopt;
  const auto enough = first->at + share(kOfShortStreams, kBetweenLooks);
  const auto most = first->at + share(kLongOfShortStreams, kLongLook);
  Arrived seen;
  for (;;) {
    const auto now = host_.clock.boot();
    const bool half_is_missing =
        spec_.bitrate && seen.time > units::Seconds(0) && seen.rate() < *spec_.bitrate * kLeast;
    const auto until = half_is_missing ? most : enough;
    if (now >= until) break;
    host_.clock.sleep_until(std::min(until, now + kBetweenReads), {});
    const auto last = bytes_now();
    if (!last || last->at <= first->at || last->in < first->in) break;
    seen = {last->in - first->in, last->at - first->at};
  }
  return seen.time > units::Seconds(0) ? std::optional(seen) : std::nullopt;
}

base::Result<std::string> judge(const Arrived& arrived, std::optional<units::BitsPerSecond> asked) {
  if (!asked) return std::string();
  if (arrived.time < kJudgeable) {
    return format("not checked: the bitrate at the receiving end, which was seen for {} only",
                  units::text(arrived.time));
  }
  const double ratio = arrived.rate() / *asked;
  const auto texts = format("{} arrive, {} were asked for", units::text(arrived.rate()), units::text(*asked));
  if (ratio < kLeast && arrived.time >= kFailable) {
    return base::Error::failed("less than half of the stream's bitrate: " + texts);
  }
  if (std::abs(ratio - 1) <= kAllowed) return std::string();
  return format("the bitrate at the receiving end is {:+.0f} % off, seen for {}: {}", (ratio - 1) * 100,
                units::text(arrived.time), texts);
}

}  // namespace cli::stream_test
