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

base::Result<media::MediaFacts> ReceivingEnd::look(const runner::TranscodeRequest::Play& play,
                                                   const media::TranscodeSpec& stream) {
  const auto note = [&](std::string text) {
    const std::lock_guard lock(mutex_);
    caveats_[stream.rtmp_url] = std::move(text);
  };
  note("");  // forgets that of an earlier look, which saw nothing
  // Played and counted at the same time: a short stream has no time for one after the other.
  auto probing = std::async(std::launch::async, [&play] { return play(kProbe); });
  const auto arrived = count(stream);
  FFWATT_TRY(auto facts, probing.get());
  facts.bitrate.reset();  // what ffprobe says of a live stream is only what the sender wrote into it
  if (arrived) {
    facts.bitrate = arrived->rate();
    FFWATT_TRY(auto doubt, judge(*arrived, stream.bitrate));
    note(std::move(doubt));
  } else if (!server_) {
    note("the bitrate at the receiving end was not seen: only the server that ffwatt starts tells it");
  } else {
    note("the bitrate at the receiving end was not seen: the stream was over too soon");
  }
  return facts;
}

std::vector<std::string> ReceivingEnd::caveats(const std::vector<media::TranscodeSpec>& streams) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> found;  // text, numbers
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto noted = caveats_.find(streams[i].rtmp_url);
    if (noted == caveats_.end() || noted->second.empty()) continue;
    const auto same =
        std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.first == noted->second; });
    if (same == found.end())
      found.emplace_back(noted->second, std::to_string(i + 1));
    else
      same->second += format(", {}", i + 1);
  }
  std::vector<std::string> out;
  for (const auto& [text, numbers] : found)
    out.push_back(streams.size() == 1 ? text : format("stream {}: {}", numbers, text));
  return out;
}

std::optional<ReceivingEnd::Bytes> ReceivingEnd::bytes_now(const media::TranscodeSpec& stream) {
  const std::lock_guard lock(mutex_);
  const auto asked = host_.clock.boot();
  const auto streams = server_->streams();
  const auto answered = host_.clock.boot();
  if (!streams) return std::nullopt;
  const auto key = stream.rtmp_url.substr(stream.rtmp_url.rfind('/') + 1);
  for (const auto& one : *streams) {
    const bool ours = one.key == key && one.state == media::LiveStream::State::publishing;
    if (ours) return Bytes{asked + (answered - asked) / 2, one.bytes_in};
  }
  return std::nullopt;
}

std::optional<Arrived> ReceivingEnd::count(const media::TranscodeSpec& stream) {
  if (!server_) return std::nullopt;
  const auto share = [&stream](double part, units::Seconds most) {
    return stream.duration ? std::min(most, *stream.duration * part) : most;
  };
  host_.clock.sleep_until(host_.clock.boot() + share(kSettlingOfShortStreams, kSettling), {});
  const auto first = bytes_now(stream);
  if (!first) return std::nullopt;
  const auto enough = first->at + share(kOfShortStreams, kBetweenLooks);
  const auto most = first->at + share(kLongOfShortStreams, kLongLook);
  Arrived seen;
  for (;;) {
    const auto now = host_.clock.boot();
    const bool half_is_missing =
        stream.bitrate && seen.time > units::Seconds(0) && seen.rate() < *stream.bitrate * kLeast;
    const auto until = half_is_missing ? most : enough;
    if (now >= until) break;
    host_.clock.sleep_until(std::min(until, now + kBetweenReads), {});
    const auto last = bytes_now(stream);
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
