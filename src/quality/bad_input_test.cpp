// Films that do not fit together: each is either brought together, and the notes say how, or refused with what, where,
// why and what to do.
#include <gmock/gmock.h>

#include <cmath>

#include "quality/films_for_tests.h"

namespace quality {
namespace {

using media::Metric;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class BadInput : public Films {
 protected:
  std::string refused(const os::Path& reference, const os::Path& distorted,
                      base::ErrorKind kind = base::ErrorKind::invalid) {
    const auto error = bad(reference, distorted);
    EXPECT_EQ(error.kind(), kind) << error.text();
    return error.text();
  }
};

TEST_F(BadInput, OtherSizeOfTheSameShapeIsScaledAndSaid) {
  const auto film = pattern("a.mkv");
  const auto found = good(film, copy("small.mkv", film, "scale=64:48"));
  EXPECT_LT(found.quality.scores.at(0).pooled->mean, 60);
  EXPECT_THAT(found.quality.notes,
              Contains("the distorted film is scaled from 64x48 to the reference's 128x96 (bicubic)"));
  EXPECT_EQ(found.quality.size, (units::PictureSize{128, 96}));
}

TEST_F(BadInput, OtherShapeIsRefused) {
  const auto film = pattern("a.mkv");
  EXPECT_THAT(refused(film, copy("wide.mkv", film, "crop=128:72")),
              AllOf(HasSubstr("the reference is 128x96 and the distorted film 128x72"), HasSubstr("cut the same way")));
}

TEST_F(BadInput, OtherRateIsRefusedWithTheCommandThatHelps) {
  const auto film = pattern("a.mkv");
  EXPECT_THAT(refused(film, copy("rate.mkv", film, "fps=10")),
              AllOf(HasSubstr("has 20.0 fps and the distorted film 10.0 fps"), HasSubstr("-vf fps=10")));
}

TEST_F(BadInput, OtherLengthIsComparedAsFarAsBothGoAndSaid) {
  const auto film = pattern("a.mkv");
  const auto found = good(film, copy("short.mkv", film, "trim=end_frame=30"));
  EXPECT_EQ(found.quality.compared, 30);
  EXPECT_TRUE(std::isinf(found.quality.scores.at(0).pooled->mean));
  EXPECT_THAT(found.quality.notes,
              Contains("the reference has 40 frames, 0 at its beginning and 10 at its end without a "
                       "partner"));
}

TEST_F(BadInput, OtherPixelFormatIsConvertedToTheReferencesAndSaid) {
  const auto film = pattern("a.mkv");
  const auto found = good(film, copy("ten.mkv", film, "format=yuv422p10le"));
  EXPECT_EQ(found.quality.pixel_format, "yuv420p");
  EXPECT_THAT(found.quality.notes, Contains("the reference's pixels are yuv420p and the distorted film's yuv422p10le: "
                                            "compared as yuv420p"));
  EXPECT_THAT(refused(copy("rgb.mkv", film, "format=gbrp10le"), film),
              AllOf(HasSubstr("the reference's pixels are gbrp10le"), HasSubstr("-pix_fmt yuv444p")));
}

TEST_F(BadInput, HdrAgainstSdrIsRefused) {
  const auto film = pattern("a.mkv");
  const auto hdr =
      copy("hdr.mkv", film, "format=yuv420p10le",
           {"-c:v", "ffv1", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc"});
  EXPECT_THAT(refused(hdr, film),
              AllOf(HasSubstr("the reference is HDR and the distorted film is not"), HasSubstr("tonemap")));
  EXPECT_THAT(refused(film, hdr), HasSubstr("the distorted film is HDR and the reference is not"));
}

TEST_F(BadInput, VariableRateIsComparedWhereTheTimesOfPartnersAgree) {
  // Every third frame is missing from both, with its time.
  const auto film = pattern("a.mkv"), thinned = copy("thinned.mkv", film, "select=mod(n\\,3)");
  const auto encoded = copy("encoded.mkv", thinned, "null", {"-c:v", "libx264", "-preset", "ultrafast"});
  const auto found = good(thinned, encoded);
  EXPECT_EQ(found.quality.compared, 26);
  EXPECT_THAT(found.quality.notes, Contains("of a variable rate; the partners' times agree"));
}

TEST_F(BadInput, FramesLostInTheMiddleAreRefusedWithTheirPlace) {
  const auto film = pattern("a.mkv", "null", "testsrc2=size=128x96:rate=20:duration=6");
  const auto lossy = copy("lossy.mkv", film, "select=not(between(n\\,60\\,64)),setpts=N/20/TB");
  EXPECT_THAT(refused(film, lossy), AllOf(HasSubstr("lacks 5 frames of the reference near its frame 59"),
                                          HasSubstr("-fps_mode passthrough")));
}

TEST_F(BadInput, AudioOnlyIsRefusedEitherWay) {
  const auto film = pattern("a.mkv"), tone = made("tone.m4a", {"-f", "lavfi", "-i", "sine=duration=1"});
  EXPECT_THAT(refused(tone, film), AllOf(HasSubstr("the reference"), HasSubstr("holds sound and no picture")));
  EXPECT_THAT(refused(film, tone), AllOf(HasSubstr("the distorted film"), HasSubstr("holds sound and no picture")));
}

TEST_F(BadInput, CutReferenceIsRefused) {
  const auto whole = pattern("a.mp4", "null", "testsrc2=size=128x96:rate=20:duration=2",
                             {"-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart"});
  const auto bytes = folder_.read("a.mp4");
  const auto cut = folder_.write("cut.mp4", bytes.substr(0, bytes.size() * 2 / 3));
  EXPECT_THAT(refused(cut, whole), AllOf(HasSubstr("the reference"), HasSubstr("is cut")));
}

TEST_F(BadInput, FileThatIsMissingEmptyOrNoFilmIsRefused) {
  const auto film = pattern("a.mkv");
  EXPECT_THAT(refused(path("none.mkv"), film, base::ErrorKind::absent), HasSubstr("none.mkv"));
  EXPECT_THAT(refused(film, folder_.write("empty.mkv", "")), HasSubstr("is empty"));
  EXPECT_THAT(refused(film, folder_.write("text.mkv", "no film")), HasSubstr("is not media that ffmpeg reads"));
}

TEST_F(BadInput, FilmWithoutAFrameIsRefused) {
  const auto film = pattern("a.mkv");
  // A Y4M header without a frame after it.
  const auto none = folder_.write("none.y4m", "YUV4MPEG2 W128 H96 F20:1 Ip A1:1 C420jpeg\n");
  EXPECT_THAT(bad(film, none).text(), HasSubstr("the distorted film"));
  EXPECT_THAT(bad(none, film).text(), HasSubstr("the reference"));
}

TEST_F(BadInput, OneFrameIsComparedAndSaid) {
  const auto film = pattern("a.mkv"), one = copy("one.mkv", film, "trim=end_frame=1");
  const auto found = good(film, one, {Metric::psnr, Metric::ssim});
  EXPECT_EQ(found.quality.compared, 1);
  EXPECT_TRUE(std::isinf(found.quality.scores.at(0).pooled->mean));
  EXPECT_THAT(found.quality.notes, Contains(HasSubstr("one frame is compared")));
}

TEST_F(BadInput, StreamThatBeganLateIsAlignedToItsSourceAndSaid) {
  const auto source = pattern("source.mkv", "null", "testsrc2=size=128x96:rate=20:duration=6");
  // The recording has the stream's frames 50 to 89, shown 2.5 s after its beginning.
  const auto recording = copy("recording.mkv", source, "trim=start_frame=50:end_frame=90,setpts=PTS-STARTPTS+2.5/TB",
                              {"-c:v", "ffv1", "-copyts"});
  const auto found = good(source, recording);
  EXPECT_EQ(found.quality.offset, 50);
  EXPECT_EQ(found.quality.compared, 40);
  EXPECT_TRUE(std::isinf(found.quality.scores.at(0).pooled->mean));
  EXPECT_THAT(found.quality.notes, Contains(HasSubstr("the first pictures are shown at 0 s and 2.50 s")));
}

TEST_F(BadInput, AnotherFilmIsComparedWithAWord) {
  const auto film = pattern("a.mkv"),
             other = pattern("b.mkv", "hflip,negate,vflip", "testsrc=size=128x96:rate=20:duration=2");
  EXPECT_THAT(good(film, other).quality.notes, Contains(HasSubstr("is it the right reference?")));
}

}  // namespace
}  // namespace quality
