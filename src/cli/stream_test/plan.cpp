#include "cli/stream_test/plan.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "media/encoder_table.h"

namespace cli::stream_test {
namespace {

using base::format;
using Type = options::Option::Type;

// Pauses longer than this are a typing error: nobody's machine cools for hours.
constexpr units::Seconds kLongestPause{6 * 3600};
// Shorter than this a mean of idle power says nothing: most meters tick once a second.
constexpr units::Seconds kShortestBaseline{1};

// A player must connect, wait for a key frame and look at some pictures while the stream is on.
constexpr units::Seconds kShortestStream{3};
// Shorter streams than this have a key frame each second instead of every other, so that a player surely sees one.
constexpr units::Seconds kShortStream{10};

// Checked before there is a server: stands for the URL that it will have.
constexpr std::string_view kOwnServer = "rtmp://127.0.0.1/live/test";

// The documented preset, where the encoder has it.
std::string preset_for(const media::EncoderFacts* encoder) {
  constexpr std::string_view documented = "veryfast";
  if (!encoder || media::knows_preset(*encoder, documented)) return std::string(documented);
  return std::string(encoder->usual_preset);
}

media::TranscodeSpec spec_of(const options::Values& values) {
  media::TranscodeSpec spec;
  spec.output_mode = media::OutputMode::rtmp;
  spec.rtmp_url = values.has("rtmp-url") ? values.text("rtmp-url") : std::string(kOwnServer);
  spec.duration = values.duration("duration");
  spec.bitrate = values.bitrate("bitrate");
  spec.size = values.picture_size("resolution");
  spec.rate = units::Hertz(values.number("fps"));
  if (values.duration("duration") < kShortStream)
    spec.gop = static_cast<int>(std::lround(std::clamp(values.number("fps"), 1.0, 240.0)));
  spec.encoder = values.text("encoder");
  const auto* encoder = media::find_encoder(spec.encoder);
  if (encoder) spec.codec = encoder->codec;
  spec.preset = values.has("preset") ? values.text("preset") : preset_for(encoder);
  return spec;
}

}  // namespace

std::vector<options::Option> plan_options() {
  return {
      {.flag = "name", .short_flag = 'n', .value_name = "NAME", .help = "What to call the test", .standard = "test"},
      {.flag = "bitrate",
       .short_flag = 'b',
       .type = Type::bitrate,
       .help = "Of the video, such as 2000k or 5M; required"},
      {.flag = "duration", .short_flag = 'd', .type = Type::duration, .help = "Of the stream", .standard = "60"},
      {.flag = "resolution", .type = Type::picture_size, .help = "Of the picture", .standard = "1280x720"},
      {.flag = "fps", .type = Type::number, .value_name = "RATE", .help = "Frames a second", .standard = "30"},
      {.flag = "encoder", .value_name = "NAME", .help = "Which of ffmpeg's encoders", .standard = "libx264"},
      {.flag = "preset",
       .value_name = "PRESET",
       .help = "In the encoder's own words (default: veryfast, or the encoder's usual one)"},
      {.flag = "stabilization",
       .type = Type::duration,
       .help = "Let the machine calm down for so long before the stream",
       .standard = "0"},
      {.flag = "cooldown", .type = Type::duration, .help = "Wait for so long after the stream", .standard = "0"},
      {.flag = "with-baseline",
       .type = Type::toggle,
       .help = "Measure the machine's power first, without a stream; it is told as a number of its own"},
      {.flag = "baseline-duration",
       .type = Type::duration,
       .help = "For how long --with-baseline measures",
       .standard = "30"},
      {.flag = "output-dir",
       .type = Type::path,
       .value_name = "FOLDER",
       .help = "Folder of the results file; made where it is absent",
       .standard = "test_results"},
      {.flag = "rtmp-url",
       .value_name = "URL",
       .help = "Stream to this server (rtmp://HOST:PORT/APP/KEY) instead of one started for the test"},
      sandbox::option(),
  };
}

base::Result<Plan> plan_of(const options::Values& values) {
  if (!values.has("bitrate")) return base::Error::invalid("--bitrate is required, such as --bitrate 2000k");
  Plan plan;
  plan.name = values.text("name");
  plan.spec = spec_of(values);
  plan.stabilization = values.duration("stabilization");
  plan.cooldown = values.duration("cooldown");
  plan.output_folder = values.text("output-dir");
  FFWATT_TRY(plan.sandbox, sandbox::mode_from(values));
  if (values.toggle("with-baseline")) plan.baseline = values.duration("baseline-duration");

  std::vector<std::string> faults;
  for (const auto& fault : media::check(plan.spec)) {
    if (fault.field == "gop") continue;  // ours, and follows from the rate, whose own fault is told
    const auto flag = fault.field == "rtmp_url" ? std::string("rtmp-url") : fault.field;
    faults.push_back(format("--{}: {}", flag, fault.message));
  }
  // check() has told of a duration that is none.
  if (const auto length = values.duration("duration"); length > units::Seconds(0) && length < kShortestStream)
    faults.push_back("--duration: at least 3 s, so that somebody can look at what arrives");
  for (const auto* flag : {"stabilization", "cooldown", "baseline-duration"})
    if (values.duration(flag) > kLongestPause) faults.push_back(format("--{}: more than 6 hours", flag));
  if (plan.baseline && *plan.baseline < kShortestBaseline)
    faults.push_back("--baseline-duration: at least 1 s; shorter, idle power is noise");
  if (plan.name.empty() || plan.name.size() > 200) faults.push_back("--name: 1 to 200 characters");
  if (!faults.empty()) return base::Error::invalid(base::join(faults, "\n  "));
  if (!values.has("rtmp-url")) plan.spec.rtmp_url.clear();
  return plan;
}

}  // namespace cli::stream_test
