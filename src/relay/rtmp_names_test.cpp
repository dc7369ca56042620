#include "relay/rtmp_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relay {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string number(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string text(std::string_view value) {
  return "\x02" + number(static_cast<std::uint32_t>(value.size()), 2) + std::string(value);
}
std::string name_of_member(std::string_view value) {
  return number(static_cast<std::uint32_t>(value.size()), 2) + std::string(value);
}
const std::string nothing(1, '\x05');
const std::string one = std::string(1, '\0') + "\x3f\xf0" + std::string(6, '\0');

// A message in chunks, with a header of the given form.
std::string message(int format, int channel, char type, const std::string& body, std::size_t chunk = 128,
                    std::uint32_t time = 0) {
  std::string out(1, static_cast<char>(format << 6 | channel));
  if (format < 3) out += number(std::min(time, 0xffffffu), 3);
  if (format < 2) out += number(static_cast<std::uint32_t>(body.size()), 3) + type;
  if (format == 0) out += std::string("\x01\0\0\0", 4);
  const std::string extended = time >= 0xffffff ? number(time, 4) : "";
  out += extended;
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    if (at > 0) out += static_cast<char>(0xc0 | channel), out += extended;
    out += body.substr(at, chunk);
  }
  return out;
}

std::string greeting() { return "\x03" + std::string(2 * 1536, 'h'); }
std::string connect() {
  return text("connect") + one + "\x03" + name_of_member("app") + text("live") + name_of_member("tcUrl") +
         text("rtmp://far/live") + number(0, 2) + "\x09";
}
std::string publish(std::string_view name) { return text("publish") + one + nothing + text(name) + text("live"); }

std::string passed(RtmpNames& names, const std::string& bytes, std::size_t piece = std::string::npos) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    const auto part = names.feed(std::string_view(bytes).substr(at, piece));
    EXPECT_TRUE(part) << part.error().text();
    if (!part) return out;
    out += *part;
  }
  return out;
}

const std::string key = "a-key-that-nobody-may-see?token=" + std::string(300, 'x');

TEST(RtmpPath, IsPartedAsFfmpegDoes) {
  const auto parts = [](std::string_view rest) {
    const auto out = parts_of_rtmp(rest);
    return out.application + " | " + out.name;
  };
  EXPECT_EQ(parts("/live/key"), "live | key");
  EXPECT_EQ(parts("/live/key?token=a/b"), "live | key?token=a/b");
  EXPECT_EQ(parts("/live/instance/key"), "live/instance | key");
  EXPECT_EQ(parts("/live/instance/a/key"), "live/instance | a/key");
  EXPECT_EQ(parts("/live"), "live | ");
  EXPECT_EQ(parts("/live/"), "live | ");
}

TEST(RtmpNames, TheKeyTakesThePlaceOfItsStandInHoweverTheBytesArrive) {
  const std::string film = message(0, 4, 9, std::string(5000, 'f'));
  const auto said = greeting() + message(0, 3, 20, connect()) + message(1, 3, 20, publish("by-relay")) + film;
  const auto wanted = greeting() + message(0, 3, 20, connect()) + message(1, 3, 20, publish(key)) + film;
  for (const std::size_t piece : {std::string::npos, std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    RtmpNames names("by-relay", key);
    EXPECT_TRUE(passed(names, said, piece) == wanted) << piece;
  }
}

TEST(RtmpNames, OnlyAWholeArgumentIsTheStandIn) {
  RtmpNames names("by-relay", key);
  const auto said = greeting() + message(0, 3, 20, publish("by-relay-2")) + message(0, 8, 9, "by-relay");
  EXPECT_EQ(passed(names, said), said);
}

TEST(RtmpNames, AnotherChunkSizeHoldsForWhatFollows) {
  RtmpNames names("by-relay", key);
  const auto size = message(0, 2, 1, number(4096, 4));
  const std::string film(9000, 'f');
  EXPECT_TRUE(
      passed(names, greeting() + size + message(0, 3, 20, publish("by-relay"), 4096) + message(0, 6, 9, film, 4096)) ==
      greeting() + size + message(0, 3, 20, publish(key), 4096) + message(0, 6, 9, film, 4096));
}

TEST(RtmpNames, MessagesBetweenTheChunksOfACommandPassFirst) {
  RtmpNames names("by-relay", key);
  const auto long_command = text(std::string(200, 'c')) + text("by-relay");
  const auto command = message(0, 3, 20, long_command);
  const auto cut = std::size_t{12 + 128};
  const auto film = message(0, 4, 9, "film");
  EXPECT_TRUE(passed(names, greeting() + command.substr(0, cut) + film + command.substr(cut)) ==
              greeting() + film + message(0, 3, 20, text(std::string(200, 'c')) + text(key)));
}

TEST(RtmpNames, AHeaderThatLeavesOutTheLengthSaysItWhereTheServerKnowsAnother) {
  RtmpNames names("by-relay", key);
  const auto command = publish("by-relay");
  // A second message like it in length and type, then one that repeats all.
  const auto said = greeting() + message(0, 3, 20, command) + message(2, 3, 20, command) + message(3, 3, 20, command);
  const auto other = message(1, 3, 20, publish(key));
  EXPECT_TRUE(passed(names, said) == greeting() + message(0, 3, 20, publish(key)) + other + other);
}

TEST(RtmpNames, LateTimesStandBehindEveryHeader) {
  RtmpNames names("by-relay", key);
  EXPECT_TRUE(passed(names, greeting() + message(0, 3, 20, publish("by-relay"), 128, 0x1000000)) ==
              greeting() + message(0, 3, 20, publish(key), 128, 0x1000000));
}

TEST(RtmpNames, WhatIsNoRtmpIsRefusedAndNeverGrows) {
  const std::string cases[] = {message(1, 3, 20, "no header before"), message(0, 3, 20, std::string(70000, 'c')),
                               message(0, 2, 1, number(0, 4)), message(0, 2, 1, number(0x7fffffff, 4)),
                               message(0, 3, 9, std::string(200, 'a')).substr(0, 140) + message(0, 3, 9, "b")};
  for (const auto& bytes : cases) {
    RtmpNames names("by-relay", key);
    ASSERT_TRUE(names.feed(greeting()));
    const auto out = names.feed(bytes);
    ASSERT_FALSE(out) << bytes.size();
    EXPECT_THAT(out.error().text(), HasSubstr("not RTMP"));
  }
}

}  // namespace
}  // namespace relay
