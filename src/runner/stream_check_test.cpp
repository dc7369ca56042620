#include "runner/stream_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runner {
namespace {

using testing::HasSubstr;

std::optional<media::Progress> sent(double seconds) {
  media::Progress progress;
  progress.media_time = units::Seconds(seconds);
  return progress;
}

TEST(StreamCheck, LooksOnceWhenTheStreamHasSettled) {
  std::atomic<int> looks{0};
  StreamCheck check([&] { return ++looks, base::Result<media::MediaFacts>(media::MediaFacts{}); }, units::Seconds(60));
  check.on_progress(std::nullopt);
  check.on_progress(sent(2.9));
  EXPECT_EQ(looks, 0);
  check.on_progress(sent(3.0));
  check.on_progress(sent(10));
  ASSERT_TRUE(check.answer());
  EXPECT_TRUE(check.answer()->ok());
  EXPECT_EQ(looks, 1);
}

TEST(StreamCheck, LooksEarlierWhereTheStreamIsShort) {
  StreamCheck check([] { return base::Result<media::MediaFacts>(media::MediaFacts{}); }, units::Seconds(2));
  check.on_progress(sent(0.3));
  EXPECT_TRUE(check.answer()->ok());
}

TEST(StreamCheck, AStreamThatEndedFirstWasNotSeen) {
  StreamCheck check([] { return base::Result<media::MediaFacts>(media::MediaFacts{}); }, units::Seconds(60));
  check.on_progress(sent(1));
  ASSERT_FALSE(check.answer()->ok());
  EXPECT_THAT(check.answer()->error().text(), HasSubstr("ended before"));
}

TEST(StreamCheck, WithoutALookThereIsNoAnswer) {
  StreamCheck check({}, std::nullopt);
  check.on_progress(sent(100));
  EXPECT_FALSE(check.answer());
}

}  // namespace
}  // namespace runner
