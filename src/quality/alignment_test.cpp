#include "quality/alignment.h"

#include <gmock/gmock.h>

#include <cmath>

namespace quality {
namespace {

using testing::HasSubstr;

// A bright spot that walks slowly over a grey ground; frame `n` of a film that never repeats.
std::string picture(double n, double noise = 0) {
  std::string out;
  for (int y = 0; y < thumbnail_side; ++y) {
    for (int x = 0; x < thumbnail_side; ++x) {
      const double dx = x - (16 + 12 * std::cos(n / 40)), dy = y - (16 + 12 * std::sin(n / 53));
      const double wobble = noise * std::sin(12.9898 * x + 78.233 * y + n);
      out += static_cast<char>(std::lround(60 + 150 * std::exp(-(dx * dx + dy * dy) / 40) + wobble));
    }
  }
  return out;
}
Thumbnails film(int first, int count, double noise = 0) {
  Thumbnails out;
  for (int n = first; n < first + count; ++n) out.bytes += picture(n, noise);
  return out;
}
void add(Thumbnails& to, const Thumbnails& more) { to.bytes += more.bytes; }

void check(const Thumbnails& reference, const Thumbnails& distorted, std::int64_t offset) {
  const auto found = align(reference, distorted, 300);
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(found->offset, offset);
  EXPECT_EQ(found->sure, Alignment::Sure::yes);
  EXPECT_LT(found->difference, found->usual);
}

TEST(Alignment, OfAFilmWithANoisyCopyIsZero) { check(film(0, 100), film(0, 100, 1), 0); }

TEST(Alignment, ShiftOfOneFrameIsFoundEitherWay) {
  check(film(0, 100), film(1, 99, 1), 1);
  check(film(0, 100), film(1, 100, 1), 1);
  check(film(1, 99), film(0, 100, 1), -1);
  check(film(1, 100), film(0, 100, 1), -1);
}

TEST(Alignment, RecordingThatBeganLateIsFoundInItsSource) { check(film(0, 400), film(250, 100, 1), 250); }

TEST(Alignment, OfAPictureThatDoesNotMoveIsZeroAndSaysSo) {
  Thumbnails still;
  for (int i = 0; i < 50; ++i) still.bytes += picture(0);
  const auto found = align(still, still, 300);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->offset, 0);
  EXPECT_EQ(found->sure, Alignment::Sure::still);
}

TEST(Alignment, OfOneFrameIsThatFrame) {
  check(film(0, 50), film(0, 1, 1), 0);
  check(film(0, 50), film(20, 1, 1), 20);
  const auto one = align(film(0, 1), film(0, 1), 300);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->offset, 0);
}

TEST(Alignment, FramesThatAreMissingOrDoubledInTheMiddleAreAFaultWithTheirPlace) {
  auto dropped = film(0, 60, 1);
  add(dropped, film(63, 57, 1));
  auto fault = align(film(0, 120), dropped, 300);
  ASSERT_FALSE(fault.ok());
  EXPECT_EQ(fault.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(fault.error().text(), HasSubstr("lacks 3 frames of the reference near its frame 59"));

  auto doubled = film(0, 61, 1);
  add(doubled, film(60, 60, 1));
  fault = align(film(0, 120), doubled, 300);
  ASSERT_FALSE(fault.ok());
  EXPECT_THAT(fault.error().text(), HasSubstr("repeats 1 frame of the reference near its frame 59"));
}

TEST(Alignment, OfAnEmptyFilmIsAFaultThatNamesIt) {
  EXPECT_THAT(align({}, film(0, 1), 10).error().text(), HasSubstr("the reference has no frame"));
  EXPECT_THAT(align(film(0, 1), {}, 10).error().text(), HasSubstr("the distorted film has no frame"));
}

}  // namespace
}  // namespace quality
