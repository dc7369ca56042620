// Scores of films whose right scores are known beforehand.
#include "quality/compare.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/text.h"
#include "quality/films_for_tests.h"

namespace quality {
namespace {

using media::Metric;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;

class Compare : public Films {};

TEST_F(Compare, FilmWithItselfIsInfiniteInDecibelsAndOneInSsim) {
  const auto film = pattern("a.mkv");
  const auto found = good(film, film, {Metric::psnr, Metric::ssim});
  ASSERT_EQ(found.quality.scores.size(), 2u);
  EXPECT_TRUE(std::isinf(found.quality.scores[0].pooled->mean));
  EXPECT_DOUBLE_EQ(found.quality.scores[1].pooled->mean, 1);
  EXPECT_EQ(found.quality.compared, 40);
  EXPECT_EQ(found.frames[0].size(), 40u);
  EXPECT_EQ(found.quality.offset, 0);
  EXPECT_THAT(found.quality.notes, IsEmpty());
  EXPECT_EQ(found.quality.rate, units::Hertz(20));
}

// Each luma sample of a flat grey is 4 higher, chroma is untouched: of all planes of 4:2:0 the mean square error is
// 16 × 2/3.
TEST_F(Compare, KnownDistortionHasItsKnownPsnr) {
  const auto source = "color=c=gray:size=128x96:rate=20:duration=1";
  const auto grey = pattern("grey.mkv", "null", source), brighter = pattern("brighter.mkv", "lutyuv=y=val+4", source);
  const auto found = good(grey, brighter);
  ASSERT_TRUE(found.quality.scores.at(0).pooled);
  EXPECT_NEAR(found.quality.scores[0].pooled->mean, 10 * std::log10(255.0 * 255 / (16 * 2 / 3.0)), 0.006);
  EXPECT_NEAR(found.quality.scores[0].pooled->worst_second, found.quality.scores[0].pooled->mean, 1e-9);
  EXPECT_THAT(found.quality.notes, Contains(HasSubstr("hardly moves")));
}

TEST_F(Compare, ShiftOfOneFrameIsFoundAndSaidAndCostsNoQuality) {
  const auto film = pattern("a.mkv"), late = copy("late.mkv", film, "select=gte(n\\,1),setpts=PTS-STARTPTS");
  const auto found = good(film, late);
  EXPECT_EQ(found.quality.offset, 1);
  EXPECT_EQ(found.quality.compared, 39);
  EXPECT_TRUE(std::isinf(found.quality.scores.at(0).pooled->mean));
  EXPECT_THAT(found.quality.notes, Contains(HasSubstr("begins 1 frame after the reference")));
  EXPECT_THAT(found.quality.notes,
              Contains(HasSubstr("the reference has 40 frames, 1 at its beginning and 0 at its end")));

  const auto as_they_lie = good(film, late, {Metric::psnr}, Request::Align::as_they_lie);
  EXPECT_EQ(as_they_lie.quality.offset, 0);
  EXPECT_LT(as_they_lie.quality.scores.at(0).pooled->mean, 40);  // neighbours: what a shift would have cost
}

TEST_F(Compare, WorstSecondIsWhereTheDistortionIs) {
  const auto film = pattern("a.mkv", "null", "testsrc2=size=128x96:rate=20:duration=4");
  const auto hurt = copy("hurt.mkv", film, "boxblur=4:enable=between(n\\,40\\,59)");
  const auto found = good(film, hurt, {Metric::ssim});
  const auto& ssim = *found.quality.scores.at(0).pooled;
  EXPECT_EQ(ssim.worst_second_at, units::Seconds(2));
  EXPECT_LT(ssim.worst_second, ssim.mean);
  EXPECT_DOUBLE_EQ(found.frames[0][39], 1);
  EXPECT_LT(found.frames[0][40], 1);
}

TEST_F(Compare, SaysOfEachMetricWhyItIsNotScored) {
  const auto film = pattern("a.mkv");
  auto support = probe_support(host(), ffmpeg());
  ASSERT_TRUE(support.ok()) << support.error().text();
  const auto found = good(film, film, media::all_metrics());
  ASSERT_EQ(found.quality.scores.size(), media::all_metrics().size());
  for (const auto& score : found.quality.scores) {
    EXPECT_NE(score.pooled.has_value(), !score.reason.empty()) << name(score.metric);
    if (!support->has(score.metric)) {
      EXPECT_THAT(score.reason, HasSubstr("this ffmpeg has no")) << name(score.metric);
    }
  }
  EXPECT_EQ(found.quality.scores.back().model, "vmaf_v0.6.1");
}

TEST_F(Compare, WithNothingScoredIsAFaultWithTheReasons) {
  const auto film = pattern("a.mkv");
  const auto found = compare(
      host(), ffmpeg(),
      {.reference = film, .distorted = film, .metrics = {Metric::vmaf}, .model = VmafModel{"/nowhere/model.json"}});
  ASSERT_FALSE(found.ok());
  EXPECT_THAT(found.error().text(), HasSubstr("vmaf: "));
}

// A stand-in that lists libvmaf and answers as libvmaf 2 does: what is asked of it and how its log is read is shown on
// every machine, whatever ffmpeg that has.
TEST_F(Compare, VmafIsAskedForAndReadAsLibvmaf2Does) {
  const auto film = pattern("a.mkv", "null", "testsrc2=size=128x96:rate=20:duration=0.1");
  const auto real = ffmpeg().ffmpeg.string(), asked = path("asked").string();
  const auto script = folder_.write("ffmpeg", base::format(R"(#!/bin/sh
case "$*" in
  *-filters*) echo ' ... libvmaf           VV->V      Calculate the VMAF between two video streams.' ;;
  *filter=libvmaf*) echo '   model             <string>     ..FV....... Set the model' ;;
  *libvmaf=*) echo "$*" > '{}'
    printf '{{\n "version": "2.3.1",\n "frames": [{{"frameNum":0,"metrics":{{"vmaf":90.5}}}},{{"frameNum":1,"metrics":{{"vmaf":91.5}}}}]\n}}\n' >&2 ;;
  *) exec '{}' "$@" ;;
esac
)",
                                                           asked, real));
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const media::Ffmpeg stand_in{script, ffmpeg().ffprobe, "7.1", ""};
  const auto found = compare(
      host(), stand_in,
      {.reference = film, .distorted = film, .metrics = {Metric::vmaf}, .model = VmafModel{"neg"}, .threads = 2});
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_DOUBLE_EQ(found->quality.scores.at(0).pooled->mean, 91);
  EXPECT_EQ(found->quality.scores[0].model, "vmaf_v0.6.1neg");
  EXPECT_THAT(folder_.read("asked"), HasSubstr("[d][r]libvmaf=model=version=vmaf_v0.6.1neg:log_fmt=json:log_path="
                                               "/proc/self/fd/2:n_threads=2[out] -map [out] -f null -"));
}

}  // namespace
}  // namespace quality
