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

// Over less than two groups of pictures the rate depends on where the key frames fall.
constexpr units::Seconds kJudgeable{4};
constexpr double kAllowed = 0.15;

}  // namespace

ReceivingEnd::ReceivingEnd(os::Host& host, const media::Ffmpeg& ffmpeg, const media::TranscodeSpec& spec,
                           local::RtmpServer* server)
    : host_(host), ffmpeg_(ffmpeg), spec_(spec), server_(server) {}

base::Result<media::MediaFacts> ReceivingEnd::look() {
  // Played and counted at the same time: a short stream has no time for one after the other.
  auto probing =
      std::async(std::launch::async, [this] { return media::probe(host_, ffmpeg_, spec_.rtmp_url, kProbe); });
  const auto bitrate = measure_bitrate();
  FFWATT_TRY(auto facts, probing.get());
  facts.bitrate = bitrate;  // what ffprobe says of a live stream is only what the sender wrote into it
  if (bitrate) FFWATT_CHECK(judge(*bitrate));
  if (!bitrate && !server_) {
    caveats_.emplace_back("the bitrate at the receiving end was not seen: only the server that ffwatt starts tells it");
  } else if (!bitrate) {
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

std::optional<units::BitsPerSecond> ReceivingEnd::measure_bitrate() {
  if (!server_) return std::nullopt;
  const auto share = [this](double part, units::Seconds most) {
    return spec_.duration ? std::min(most, *spec_.duration * part) : most;
  };
  host_.clock.sleep_until(host_.clock.boot() + share(kSettlingOfShortStreams, kSettling), {});
  const auto before = bytes_now();
  if (!before) return std::nullopt;
  const auto wait = share(kOfShortStreams, kBetweenLooks);
  host_.clock.sleep_until(before->at + wait, {});
  const auto after = bytes_now();
  if (!after || after->at <= before->at || after->in < before->in) return std::nullopt;
  looked_for_ = after->at - before->at;
  return units::BitsPerSecond((after->in - before->in).value() * 8 / looked_for_.value());
}

base::Result<void> ReceivingEnd::judge(units::BitsPerSecond measured) {
  if (!spec_.bitrate) return {};
  const double ratio = measured / *spec_.bitrate;
  if (looked_for_ < kJudgeable) {
    caveats_.push_back(format("the bitrate at the receiving end was seen for {} only", units::text(looked_for_)));
    return {};
  }
  const auto texts = format("{} arrive, {} were asked for", units::text(measured), units::text(*spec_.bitrate));
  if (ratio < 0.5) return base::Error::failed("less than half of the stream's bitrate: " + texts);
  if (std::abs(ratio - 1) > kAllowed) {
    caveats_.push_back(format("the bitrate at the receiving end is {:+.0f} % off: {}", (ratio - 1) * 100, texts));
  }
  return {};
}

}  // namespace cli::stream_test
