// A story: a folder of its own, an environment with nothing of the tester's, and the built programs.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

#include "json/json.h"
#include "support/program.h"

namespace story {

class Story : public testing::Test {
 protected:
  Story() {
    std::string pattern = testing::TempDir() + "story-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    // A story's programs are metered by nobody else's meter, and leave none behind.
    environment_ = {{"FFWATT_METER_SOCKET", "none"},
                    {"PATH", std::string(FFWATT_BIN_DIR) + ":/usr/local/bin:/usr/bin:/bin"},
                    {"HOME", folder_.string()},
                    {"FFWATT_STATE_DIR", (folder_ / "state").string()},
                    {"TERM", "xterm"},
                    {"LANG", "C.UTF-8"}};
  }
  ~Story() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Start start(std::vector<std::string> words) const {
    return {.words = std::move(words), .environment = environment_, .folder = folder_};
  }
  Start on_terminal(std::vector<std::string> words, int columns = 80) const {
    auto made = start(std::move(words));
    made.on = Start::On::terminal;
    made.columns = columns;
    return made;
  }
  Ended run(std::vector<std::string> words) const { return story::run(start(std::move(words))); }

  // The film that comes with the test media; CI has it. Where it is missing, one of ours of the same size and length.
  std::string real_film() const {
    const std::filesystem::path film = FFWATT_SOURCE_DIR "/../shared/media/big-buck-bunny-480p-30s.mp4";
    if (std::filesystem::exists(film)) return std::filesystem::weakly_canonical(film).string();
    EXPECT_EQ(::getenv("CI"), nullptr) << film << " is missing";
    const auto made = (folder_ / "clip.mp4").string();
    EXPECT_EQ(run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=854x480:r=24:d=30", "-c:v", "libx264",
                   "-y", made})
                  .code,
              0);
    return made;
  }

  // A document that must be JSON, or a null value and a failed test.
  static json::Value parsed(const std::string& text) {
    auto value = json::parse(text);
    EXPECT_TRUE(value.ok()) << text << "\n" << (value ? "" : value.error().text());
    return value ? *std::move(value) : json::Value();
  }
  static std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
};

}  // namespace story
