// Completion in the real shells: each reads the script that `ffwatt completion` prints and is asked what it would
// offer.
#include <gmock/gmock.h>

#include "support/story.h"

namespace story {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class CompletionStory : public Story {
 protected:
  CompletionStory() {
    for (const char* shell : {"bash", "zsh", "fish"}) {
      const auto script = run({"ffwatt", "completion", shell});
      EXPECT_EQ(script.code, 0) << script.err;
      std::ofstream(folder_ / shell) << script.out;
    }
    std::ofstream(folder_ / "clip.mp4") << "no film";
  }

  // A shell's own program, with ours where it looks for programs.
  std::string answer(std::vector<std::string> command, const std::string& program) {
    std::ofstream(folder_ / "asked") << "export PATH=\"" << FFWATT_BIN_DIR << ":$PATH\"; cd '" << folder_.string()
                                     << "'\n"
                                     << program;
    command.push_back((folder_ / "asked").string());
    const auto ended = run(command);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    return ended.out;
  }
  // COMP_WORDS as readline fills it.
  std::string bash(const std::string& words) {
    return answer({"bash", "--norc"},
                  "source ./bash; COMP_WORDS=(" + words +
                      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ffwatt; printf '%s\\n' \"${COMPREPLY[@]}\"\n");
  }
  // zsh's own builtins work only under its line editor; what our function hands them is what is looked at.
  std::string zsh(const std::string& words) {
    return answer({"zsh", "-f"},
                  "compdef() { : }; compadd() { shift; print -l -- \"$@\" }; _files() { print files }\n"
                  "_normal() { print -r -- \"normal: $CURRENT $words\" }\n"
                  "source ./zsh; words=(" +
                      words + "); CURRENT=${#words}; _ffwatt || true\n");
  }
  std::string fish(const std::string& line) {
    return answer({"fish", "--no-config"}, "source ./fish\ncomplete -C \"" + line + "\"\n");
  }
};

TEST_F(CompletionStory, BashOffersCommandsFlagsValuesAndFiles) {
  EXPECT_EQ(bash("ffwatt jobs su"), "submit\n");
  EXPECT_THAT(bash("ffwatt ''"), HasSubstr("doctor\n"));
  EXPECT_THAT(bash("ffwatt run --no"), HasSubstr("--no-save\n"));
  EXPECT_EQ(bash("ffwatt run --color al"), "always\n");
  EXPECT_EQ(bash("ffwatt run --color '=' al"), "always\n");
  EXPECT_EQ(bash("ffwatt run --color '='"), "auto\nalways\nnever\n");
  EXPECT_EQ(bash("ffwatt run --out cl"), "clip.mp4\n");
  EXPECT_THAT(bash("ffwatt run -- ffmp"), HasSubstr("ffmpeg\n"));
}

TEST_F(CompletionStory, ZshOffersCommandsFlagsValuesAndFiles) {
  EXPECT_EQ(zsh("ffwatt jobs su"), "submit\n");
  EXPECT_THAT(zsh("ffwatt ''"), HasSubstr("doctor\n"));
  EXPECT_EQ(zsh("ffwatt run --color al"), "always\n");
  EXPECT_EQ(zsh("ffwatt run --color=al"), "--color=always\n");
  EXPECT_EQ(zsh("ffwatt run --out ''"), "files\n");
  EXPECT_EQ(zsh("ffwatt run -- ffmpeg -i ''"), "normal: 3 ffmpeg -i \n");
}

TEST_F(CompletionStory, FishOffersCommandsFlagsValuesAndFiles) {
  EXPECT_EQ(fish("ffwatt jobs su"), "submit\n");
  EXPECT_THAT(fish("ffwatt "), HasSubstr("doctor\n"));
  EXPECT_EQ(fish("ffwatt run --color al"), "always\n");
  EXPECT_EQ(fish("ffwatt run --color=al"), "--color=always\n");
  EXPECT_THAT(fish("ffwatt run --out cl"), HasSubstr("clip.mp4"));
  EXPECT_THAT(fish("ffwatt run -- ffmp"), HasSubstr("ffmpeg"));
}

}  // namespace
}  // namespace story
