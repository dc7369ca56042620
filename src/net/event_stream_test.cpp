#include "net/event_stream.h"

#include <gtest/gtest.h>

#include <vector>

namespace net {
namespace {

struct Reading {
  EventReader reader;
  std::vector<EventReader::Event> events;
  bool feed(std::string_view bytes) {
    return reader.feed(bytes, [this](const EventReader::Event& event) {
      events.push_back(event);
      return true;
    });
  }
};

TEST(EventStream, WhatIsWrittenIsReadAgainInWhateverPieces) {
  const auto text =
      event_text("job", "a-1", R"({"number":1})") + std::string(event_comment) + event_text("live", "", "{}");
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    Reading reading;
    for (std::size_t at = 0; at < text.size(); at += piece) EXPECT_TRUE(reading.feed(text.substr(at, piece)));
    ASSERT_EQ(reading.events.size(), 2u) << piece;
    EXPECT_EQ(reading.events[0].name, "job");
    EXPECT_EQ(reading.events[0].id, "a-1");
    EXPECT_EQ(reading.events[0].data, R"({"number":1})");
    EXPECT_EQ(reading.events[1].name, "live");
    EXPECT_EQ(reading.events[1].id, "a-1") << "an event without an id leaves the place where it was";
  }
}

TEST(EventStream, LinesOfOthersAreReadAsTheStandardSays) {
  Reading reading;
  EXPECT_TRUE(
      reading.feed("retry: 2000\n\nevent:x\r\ndata:one\r\ndata: two\r\nunknown: 3\r\n\r\nevent: empty\n\ndata\n\n"));
  ASSERT_EQ(reading.events.size(), 2u) << "an event without data is none";
  EXPECT_EQ(reading.events[0].name, "x");
  EXPECT_EQ(reading.events[0].data, "one\ntwo");
  EXPECT_EQ(reading.events[1].name, "");
  EXPECT_EQ(reading.events[1].data, "");
}

TEST(EventStream, ALineWithoutAnEndIsNotKeptForEver) {
  Reading reading;
  EXPECT_TRUE(reading.feed(std::string(EventReader::longest_line, 'x')));
  EXPECT_FALSE(reading.feed("x"));
}

TEST(EventStream, WhoHasSeenEnoughIsToldNoMore) {
  EventReader reader;
  int seen = 0;
  EXPECT_FALSE(reader.feed(event_text("a", "", "1") + event_text("b", "", "2"),
                           [&](const EventReader::Event&) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace net
