#include "cli/stream_test/plan.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "media/target_check.h"

namespace cli::stream_test {
namespace {

using base::format;
using Type = options::Option::Type;

media::TranscodeSpec spec_of(const options::Values& values) {
  auto spec = usual_stream();
  if (values.has("rtmp-url")) spec.rtmp_url = values.text("rtmp-url");
  spec.duration = values.duration("duration");
  if (values.has("bitrate")) spec.bitrate = values.bitrate("bitrate");
  spec.size = values.picture_size("resolution");
  spec.rate = units::Hertz(values.number("fps"));
  spec.encoder = values.text("encoder");
  if (values.has("preset")) spec.preset = values.text("preset");
  return spec;
}

base::Result<Plan> plan_of_one(const options::Values& values, Scenario scenario) {
  FFWATT_TRY(auto plan, plan_without_scenarios(values));
  scenario.name = values.text("name");
  scenario.stabilization = values.duration("stabilization");
  scenario.cooldown = values.duration("cooldown");
  complete(scenario.spec);
  if (values.toggle("with-baseline")) plan.baseline = values.duration("baseline-duration");

  std::vector<std::string> faults;
  for (const auto& fault : faults_of(scenario)) {
    const auto flag = fault.field == "rtmp_url" ? std::string("rtmp-url") : fault.field;
    faults.push_back(format("--{}: {}", flag, fault.message));
  }
  if (plan.baseline) {
    Scenario baseline{.type = Scenario::Type::baseline, .name = "baseline", .description = {}, .spec = {}};
    baseline.spec.duration = plan.baseline;
    for (const auto& fault : faults_of(baseline)) faults.push_back("--baseline-duration: " + fault.message);
  }
  if (!faults.empty()) return base::Error::invalid(base::join(faults, "\n  "));
  plan.scenarios.push_back(std::move(scenario));
  return plan;
}

}  // namespace

std::vector<options::Option> common_options() {
  return {
      {.flag = "output-dir",
       .type = Type::path,
       .value_name = "FOLDER",
       .help = "Folder of the results file; made where it is absent",
       .standard = "test_results"},
      {.flag = "rtmp-url",
       .value_name = "URL",
       .help = "Stream to this server (rtmp://HOST:PORT/APP/KEY) instead of one started for the test"},
      {.flag = "compute-quality",
       .type = Type::toggle,
       .help = "Encode a part of each stream's picture once more, after the test, and score it"},
      {.flag = "dry-run", .type = Type::toggle, .help = "Print what would be done, and how long it takes; do nothing"},
      sandbox::option(),
  };
}

std::vector<options::Option> stream_options() {
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
  };
}

base::Result<Plan> plan_without_scenarios(const options::Values& values) {
  Plan plan;
  plan.output_folder = values.text("output-dir");
  FFWATT_TRY(plan.sandbox, sandbox::mode_from(values));
  plan.compute_quality = values.toggle("compute-quality");
  if (values.has("rtmp-url")) plan.rtmp_url = values.text("rtmp-url");
  if (const auto wrong = plan.rtmp_url.empty() ? std::nullopt : media::rtmp_url_fault(plan.rtmp_url))
    return base::Error::invalid("--rtmp-url: " + *wrong);
  return plan;
}

base::Result<Plan> single_plan(const options::Values& values) {
  if (!values.has("bitrate")) return base::Error::invalid("--bitrate is required, such as --bitrate 2000k");
  return plan_of_one(values, {.type = Scenario::Type::single, .name = {}, .description = {}, .spec = spec_of(values)});
}

base::Result<Plan> multi_plan(const options::Values& values) {
  const auto texts = values.has("bitrates") ? values.list("bitrates") : std::vector<std::string>();
  if (values.has("bitrate") && !texts.empty())
    return base::Error::invalid("--bitrate is of all streams, --bitrates of each: give one of them");
  const auto count = values.has("count") ? static_cast<std::size_t>(values.integer("count")) : texts.size();
  if (count == 0) return base::Error::invalid("--count is required, such as --count 4");
  if (!values.has("bitrate") && texts.empty())
    return base::Error::invalid("--bitrate or --bitrates is required, such as --bitrate 2000k or --bitrates 1M,2M");
  if (!texts.empty() && texts.size() != count)
    return base::Error::invalid(
        format("--bitrates: {} of them for {} streams; give one for each", texts.size(), count));
  Scenario scenario{.type = Scenario::Type::multi, .name = {}, .description = {}, .spec = spec_of(values)};
  std::vector<media::Rendition> streams(count, scenario.spec);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto bitrate = units::parse_bitrate(texts[i]);
    if (!bitrate) return bitrate.error().in("--bitrates");
    streams[i].bitrate = *bitrate;
  }
  set_streams(scenario.spec, std::move(streams));
  return plan_of_one(values, std::move(scenario));
}

}  // namespace cli::stream_test
