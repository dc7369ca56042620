// VMAF for real, where there is an ffmpeg with libvmaf (CMakeLists.txt of this folder).
#ifdef FFWATT_VMAF_FFMPEG
#include <gmock/gmock.h>

#include <filesystem>

#include "base/text.h"
#include "quality/films_for_tests.h"

namespace quality {
namespace {

using media::Metric;

class Vmaf : public Films {
 protected:
  media::Ffmpeg scorer() { return *media::find_ffmpeg(host(), FFWATT_VMAF_FFMPEG, {{"PATH", "/usr/bin:/bin"}}); }
  Comparison scored(const os::Path& reference, const os::Path& distorted) {
    auto found = compare(host(), scorer(),
                         {.reference = reference,
                          .distorted = distorted,
                          .metrics = {Metric::vmaf, Metric::psnr},
                          .model = VmafModel{FFWATT_VMAF_MODEL},
                          .threads = 2});
    EXPECT_TRUE(found.ok()) << (found ? "" : found.error().text());
    return found ? *std::move(found) : Comparison{};
  }
  // What libvmaf says by itself at its end: "VMAF score = 62.430866".
  double told_by_libvmaf(const os::Path& reference, const os::Path& distorted) {
    os::SpawnSpec spawn;
    spawn.program = FFWATT_VMAF_FFMPEG;
    spawn.arguments = {"-v",
                       "error",
                       "-nostdin",
                       "-i",
                       distorted.string(),
                       "-i",
                       reference.string(),
                       "-lavfi",
                       std::string("[0:v][1:v]libvmaf=model_path=") + FFWATT_VMAF_MODEL,
                       "-f",
                       "null",
                       "-"};
    spawn.environment = {{"PATH", "/usr/bin:/bin"}};
    const auto output = os::run_and_collect(host().processes, host().clock, spawn, units::Seconds(120));
    EXPECT_TRUE(output.ok());
    constexpr std::string_view mark = "VMAF score = ";
    const auto text = output ? output->out + output->err : std::string();
    const auto at = text.find(mark);
    EXPECT_NE(at, std::string::npos) << text;
    if (at == std::string::npos) return -1;
    return base::to_double(base::trim(text.substr(at + mark.size(), text.find('\n', at) - at - mark.size())))
        .value_or(-1);
  }
};

TEST_F(Vmaf, OfRealFootageIsWhatLibvmafSaysItself) {
  const std::filesystem::path clip = FFWATT_SOURCE_DIR "/../shared/media/big-buck-bunny-480p-30s.mp4";
  const auto source = std::filesystem::exists(clip)
                          ? made("source.mkv", {"-ss", "10", "-t", "2", "-i", clip.string(), "-an", "-c:v", "ffv1"})
                          : pattern("source.mkv", "null", "testsrc2=size=640x360:rate=24:duration=2");
  const auto encode = copy("encode.mkv", source, "null", {"-c:v", "libx264", "-preset", "veryfast", "-crf", "35"});
  const auto found = scored(source, encode);
  ASSERT_TRUE(found.quality.scores.at(0).pooled) << found.quality.scores[0].reason;
  EXPECT_EQ(found.quality.scores[0].model, "vmaf_v0.6.1.pkl");
  EXPECT_EQ(found.quality.compared, 48);
  EXPECT_NEAR(found.quality.scores[0].pooled->mean, told_by_libvmaf(source, encode), 0.01);
  EXPECT_TRUE(found.quality.scores[1].pooled) << found.quality.scores[1].reason;
}

TEST_F(Vmaf, OfAShiftedFilmIsThatOfItsPartners) {
  const auto film = pattern("a.mkv", "null", "testsrc2=size=320x240:rate=20:duration=2");
  const auto late = copy("late.mkv", film, "select=gte(n\\,1),setpts=PTS-STARTPTS");
  const auto found = scored(film, late);
  EXPECT_EQ(found.quality.offset, 1);
  ASSERT_TRUE(found.quality.scores.at(0).pooled) << found.quality.scores[0].reason;
  EXPECT_GT(found.quality.scores[0].pooled->mean, 95);
}

}  // namespace
}  // namespace quality
#endif
