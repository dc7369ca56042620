#include "agent/roots.h"

#include <gmock/gmock.h>

#include "agent/spool_for_tests.h"

namespace agent {
namespace {

using testing::HasSubstr;

class RootsTest : public testing::Test {
 protected:
  RootsTest() {
    std::filesystem::create_directories(folder / "media/in");
    std::filesystem::create_directories(folder / "outputs");
    folder.write("media/in/a.mp4", "x");
    folder.write("secret.mp4", "x");
    roots = Roots({{"media", folder / "media"}});
  }
  base::Result<void> admit(const std::string& input, const std::string& output) {
    media::TranscodeSpec spec;
    spec.input = input, spec.output = output;
    return roots.admit(world.host.files, roots.resolved(spec), folder / "outputs");
  }
  std::string in(const char* name) { return (folder / name).string(); }

  os_testing::TemporaryFolder folder;
  TestHost world;
  Roots roots;
};

TEST_F(RootsTest, TakeThePlaceOfTheirNames) {
  media::TranscodeSpec spec;
  spec.input = "media:/in/a.mp4", spec.outputs.resize(2);
  spec.outputs[0].output = "media:/b.mp4", spec.outputs[1].output = "/c.mp4";
  const auto resolved = roots.resolved(spec);
  EXPECT_EQ(resolved.input, in("media/in/a.mp4"));
  EXPECT_EQ(resolved.outputs[0].output, in("media/b.mp4"));
  EXPECT_EQ(resolved.outputs[1].output, "/c.mp4");
}

TEST_F(RootsTest, AdmitWhatLiesInThemAndInTheOutputFolder) {
  EXPECT_TRUE(admit("media:/in/a.mp4", "media:/b.mp4"));
  EXPECT_TRUE(admit(in("media/in/a.mp4"), in("outputs/b.mp4")));
  EXPECT_TRUE(admit("media:/absent.mp4", "media:/b.mp4")) << "whoever opens it says so";
}

TEST_F(RootsTest, RefuseWhatLiesElsewhereAlsoBehindALink) {
  EXPECT_THAT(admit(in("secret.mp4"), "media:/b.mp4").error().text(), HasSubstr("none of this node's roots"));
  EXPECT_EQ(admit("media:/in/a.mp4", in("b.mp4")).error().kind(), base::ErrorKind::denied);
  std::filesystem::create_symlink(folder / "secret.mp4", folder / "media/link.mp4");
  EXPECT_EQ(admit("media:/link.mp4", "media:/b.mp4").error().kind(), base::ErrorKind::denied);
  std::filesystem::create_directories(folder / "media2");
  folder.write("media2/a.mp4", "x");
  EXPECT_EQ(admit(in("media2/a.mp4"), "media:/b.mp4").error().kind(), base::ErrorKind::denied) << "a like name";
}

TEST_F(RootsTest, OfAnotherNodeAreNamed) {
  const auto refused = admit("tapes:/a.mp4", "media:/b.mp4");
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::absent);
  EXPECT_THAT(refused.error().text(), HasSubstr("--root tapes=FOLDER"));
}

TEST_F(RootsTest, ThatAreNoneLeaveEveryPathOpen) {
  roots = Roots();
  EXPECT_TRUE(admit(in("secret.mp4"), in("b.mp4")));
}

TEST(ParseRoot, TakesANameAndAnAbsoluteFolder) {
  EXPECT_EQ(parse_root("media=/srv/media/")->second, "/srv/media");
  EXPECT_EQ(parse_root("media=/")->first, "media");
  for (const char* bad : {"", "media", "=/a", "media=", "media=a", "1media=/a", "me dia=/a", "a:b=/a"})
    EXPECT_THAT(parse_root(bad).error().text(), HasSubstr("write NAME=FOLDER")) << bad;
}

}  // namespace
}  // namespace agent
