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

media::MediaFacts picture() {
  media::MediaFacts facts;
  facts.picture = units::PictureSize{160, 120};
  return facts;
}

TEST(StreamCheck, LooksOnceWhenTheStreamHasSettled) {
  std::atomic<int> looks{0};
  StreamCheck check([&] { return ++looks, base::Result<media::MediaFacts>(picture()); }, units::Seconds(60));
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

// A busy machine may keep a player from its pictures; the stream goes on meanwhile.
TEST(StreamCheck, LooksAgainWhileNothingWasSeenAndTheStreamGoesOn) {
  const struct {
    std::string name;
    base::Result<media::MediaFacts> first;
    int looks;
  } cases[] = {{"nothing was seen", base::Error::retry("slow"), 2},
               {"no key frame came", media::MediaFacts{}, 2},
               {"a verdict", base::Error::failed("half of it"), 1},
               {"a picture", picture(), 1}};
  for (const auto& c : cases) {
    std::atomic<int> looks{0}, ended{0};
    StreamCheck check(
        [&] {
          const auto answer = ++looks == 1 ? c.first : base::Result<media::MediaFacts>(picture());
          ++ended;
          return answer;
        },
        units::Seconds(60));
    check.on_progress(sent(3));
    // Every report between the end of the first look and the beginning of the second may be the one that starts it.
    for (int i = 0; i < 1000 && looks < c.looks; ++i) {
      while (ended < 1) std::this_thread::yield();
      std::this_thread::yield();
      check.on_progress(sent(20));
    }
    check.on_progress(sent(58));
    EXPECT_EQ(check.answer()->ok(), c.looks == 2 || c.first.ok()) << c.name;
    EXPECT_EQ(looks, c.looks) << c.name;
  }
}

TEST(StreamVerdict, WhatNobodyCouldSeeOfAShortStreamIsNotChecked) {
  using Arrived = StreamVerdict::Arrived;
  const struct {
    base::Result<media::MediaFacts> answer;
    double sent;
    Arrived arrived;
    std::string text;
  } cases[] = {
      {picture(), 2, Arrived::yes, ""},
      {media::MediaFacts{}, 3, Arrived::not_checked, "not checked: what arrived"},
      {media::MediaFacts{}, 60, Arrived::no, "no key frame of it came"},
      {base::Error::retry("nobody answers"), 3, Arrived::not_checked, "nobody answers"},
      {base::Error::retry("nobody answers"), 60, Arrived::no, "could not be verified at its receiving end"},
      {base::Error::invalid("it holds no picture"), 3, Arrived::not_checked, "it holds no picture"},
      {base::Error::failed("half of it"), 8, Arrived::no, "half of it"},
  };
  for (const auto& c : cases) {
    const auto verdict = verdict_on(c.answer, units::Seconds(c.sent));
    EXPECT_EQ(verdict.arrived, c.arrived) << verdict.text;
    EXPECT_THAT(verdict.text, HasSubstr(c.text));
  }
}

TEST(StreamCheck, WithoutALookThereIsNoAnswer) {
  StreamCheck check({}, std::nullopt);
  check.on_progress(sent(100));
  EXPECT_FALSE(check.answer());
}

}  // namespace
}  // namespace runner
