#include "report/redact.h"

#include <gtest/gtest.h>

namespace report {
namespace {

TEST(Redact, WhatLetsOthersInIsHiddenAndTheRestStays) {
  const std::pair<const char*, const char*> cases[] = {
      {"no url at all", "no url at all"},
      {"https://user:pass@host/a.mp4", "https://user:***@host/a.mp4"},
      {"https://host/a.mp4?sig=1&x=2", "https://host/a.mp4?***"},
      {"rtmp://live.example/app/key", "rtmp://live.example/app/***"},
      {"RTMPS://live.example:443/app/key/more", "RTMPS://live.example:443/app/***"},
      {"rtmp://live.example/app", "rtmp://live.example/app"},
      {"rtmp://127.0.0.1:1935/live/stream1", "rtmp://127.0.0.1:1935/live/stream1"},
      {"rtmp://localhost/live/stream1", "rtmp://localhost/live/stream1"},
      {"srt://host:9000?passphrase=secret", "srt://host:9000?***"},
      {"[f=flv]rtmp://a/b/c|[f=mp4]out.mp4", "[f=flv]rtmp://a/b/***|[f=mp4]out.mp4"},
      {"open 'rtmp://a/b/c': timed out", "open 'rtmp://a/b/***': timed out"},
      {"://", "://"},
  };
  for (const auto& [text, wanted] : cases) EXPECT_EQ(redact(text), wanted);
}

}  // namespace
}  // namespace report
