#include "media/scenario_label.h"

#include <gtest/gtest.h>

#include "media/encoder_table.h"
#include "media/scenario.h"

namespace media {
namespace {

TranscodeSpec asked(const std::string& scenario) {
  const auto found = Scenarios::built_in().find(scenario).value();
  auto spec = found.defaults;
  spec.scenario = found.name;
  return spec;
}

TEST(ScenarioLabel, IsTheScenariosNameWhereNothingElseWasAskedFor) {
  const auto known = Scenarios::built_in();
  for (const auto& scenario : known.all()) EXPECT_EQ(scenario_label(asked(scenario.name)), scenario.name);
  auto spec = asked("720p30-h264");
  spec.duration = units::Seconds(5);
  spec.input = "/in.mp4", spec.output = "/out.mp4";
  spec.encoder = "libx264";
  EXPECT_EQ(scenario_label(spec), "720p30-h264");
}

TEST(ScenarioLabel, TellsWhatWasAskedForInsteadOfTheScenariosOwn) {
  auto spec = asked("720p-h264");
  spec.codec = Codec::h265;
  spec.preset = usual_preset(spec.codec, spec.encoder);
  EXPECT_EQ(scenario_label(spec), "720p30-h264 with h265");

  spec = asked("720p-h264");
  spec.size = units::PictureSize{1920, 1080};
  spec.rate = units::Hertz(60);
  spec.preset = "slow";
  EXPECT_EQ(scenario_label(spec), "720p30-h264 with 1920x1080, 60.0 fps, preset slow");

  spec = asked("720p-h264");
  spec.bitrate.reset();
  spec.crf = 20;
  EXPECT_EQ(scenario_label(spec), "720p30-h264 with crf 20");
}

TEST(ScenarioLabel, OfWhatIsNotBuiltInIsItsName) {
  TranscodeSpec spec;
  spec.codec = Codec::av1;
  EXPECT_EQ(scenario_label(spec), "av1");
  spec.scenario = "mine";
  EXPECT_EQ(scenario_label(spec), "mine");
}

}  // namespace
}  // namespace media
