// Scenarios: their defaults, what follows from what was given, and what can be wrong of one.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "cli/stream_test/plan.h"
#include "json/json.h"
#include "media/encoder_table.h"
#include "media/streams.h"
#include "wire/encode.h"

namespace cli::stream_test {
namespace {

using base::format;

// Pauses longer than this are a typing error: nobody's machine cools for hours.
constexpr units::Seconds kLongestPause{6 * 3600};
// Shorter than this a mean of idle power says nothing: most meters tick once a second.
constexpr units::Seconds kShortestBaseline{1};
// A player must connect, wait for a key frame and look at some pictures while the stream is on.
constexpr units::Seconds kShortestStream{3};
// Shorter streams than this have a key frame each second instead of every other, so that a player surely sees one.
constexpr units::Seconds kShortStream{10};

constexpr std::array<std::string_view, 3> type_names{"baseline", "single", "multi"};

// The documented preset, where the encoder has it.
std::string preset_for(const media::EncoderFacts* encoder) {
  constexpr std::string_view documented = "veryfast";
  if (!encoder || media::knows_preset(*encoder, documented)) return std::string(documented);
  return std::string(encoder->usual_preset);
}

void complete_one(media::Rendition& one, bool is_short) {
  const auto* encoder = media::find_encoder(one.encoder);
  if (encoder) one.codec = encoder->codec;
  if (one.preset.empty()) one.preset = preset_for(encoder);
  if (is_short && one.rate) one.gop = static_cast<int>(std::lround(std::clamp(one.rate->value(), 1.0, 240.0)));
}

}  // namespace

std::string_view name(Scenario::Type type) { return type_names[static_cast<std::size_t>(type)]; }

base::Result<Scenario::Type> parse_type(std::string_view text) {
  const auto* const found = std::find(type_names.begin(), type_names.end(), text);
  if (found != type_names.end()) return static_cast<Scenario::Type>(found - type_names.begin());
  const std::vector<std::string> known(type_names.begin(), type_names.end());
  return base::Error::invalid(format("'{}' is no type of scenario; one of {}.{}", text.substr(0, 64),
                                     base::join(known, ", "), base::did_you_mean(text.substr(0, 64), known)));
}

media::TranscodeSpec usual_stream() {
  media::TranscodeSpec spec;
  spec.output_mode = media::OutputMode::rtmp;
  spec.duration = units::Seconds(60);
  spec.size = units::PictureSize{1280, 720};
  spec.rate = units::Hertz(30);
  spec.encoder = "libx264";
  return spec;
}

void complete(media::TranscodeSpec& spec) {
  const bool is_short = spec.duration && *spec.duration < kShortStream;
  complete_one(spec, is_short);
  for (auto& one : spec.outputs) complete_one(one, is_short);
}

void set_streams(media::TranscodeSpec& spec, std::vector<media::Rendition> streams) {
  if (streams.empty()) return;
  const bool alike = std::all_of(streams.begin(), streams.end(), [&](const auto& one) { return one == streams[0]; });
  static_cast<media::Rendition&>(spec) = streams.front();
  if (alike)
    spec.streams = static_cast<int>(streams.size());
  else
    spec.outputs = std::move(streams);
}

std::vector<media::SpecFault> faults_of(const Scenario& scenario) {
  std::vector<media::SpecFault> out;
  const auto length = scenario.spec.duration.value_or(units::Seconds(0));
  if (scenario.name.empty() || scenario.name.size() > 200) out.push_back({"name", "1 to 200 characters"});
  if (scenario.stabilization > kLongestPause) out.push_back({"stabilization", "more than 6 hours"});
  if (scenario.cooldown > kLongestPause) out.push_back({"cooldown", "more than 6 hours"});
  if (scenario.type == Scenario::Type::baseline) {
    if (length < kShortestBaseline) out.push_back({"duration", "at least 1 s; shorter, idle power is noise"});
    if (length > kLongestPause) out.push_back({"duration", "more than 6 hours"});
    return out;
  }
  auto spec = scenario.spec;
  // Before there is a server something stands for the URL that it will have.
  if (spec.rtmp_url.empty()) spec.rtmp_url = "rtmp://127.0.0.1/live/test";
  for (auto& fault : media::check(spec)) {
    // Ours, and follows from the rate, whose own fault is told.
    if (fault.field == "gop" || fault.field.ends_with("/gop")) continue;
    if (fault.field == "streams") fault.field = "count";
    out.push_back(std::move(fault));
  }
  // check() has told of a duration that is none.
  if (length > units::Seconds(0) && length < kShortestStream)
    out.push_back({"duration", "at least 3 s, so that somebody can look at what arrives"});
  return out;
}

units::Seconds length_of(const Plan& plan) {
  units::Seconds sum = plan.baseline.value_or(units::Seconds(0));
  for (const auto& scenario : plan.scenarios) sum += scenario.length();
  return sum;
}

std::string fingerprint(const std::vector<Scenario>& scenarios) {
  // FNV-1a, 64 bits: against mistakes, not against anybody.
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    hash = (hash ^ 0xff) * 0x100000001b3u;  // ends it: no byte of UTF-8
  };
  for (const auto& scenario : scenarios) {
    add(name(scenario.type)), add(scenario.name);
    add(json::write(wire::encode(scenario.spec)));
    add(format("{} {}", scenario.stabilization.value(), scenario.cooldown.value()));
  }
  return format("{:016x}", hash);
}

}  // namespace cli::stream_test
