#include "local/rtmp_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/format.h"
#include "base/text.h"
#include "net/ports.h"
#include "os_testing/temporary_folder.h"

namespace local {
namespace {

using testing::HasSubstr;

class RtmpServerTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<RtmpServer>> start(RtmpSettings settings = {}) {
    if (settings.folder.empty()) settings.folder = folder_ / "rtmp server";
    return RtmpServer::start(host(), {{"PATH", "/usr/bin:/bin"}}, std::move(settings));
  }
  os::Host& host() { return real_.host(); }

  // nginx listens first and writes its number then. 0: it never did.
  pid_t pid() {
    const auto deadline = host().clock.boot() + units::Seconds(10);
    for (;;) {
      const auto text = host().files.read(folder_ / "rtmp server/nginx.pid");
      const auto number = text ? base::to_int(base::trim(*text)).value_or(0) : 0;
      if (number > 0 || host().clock.boot() > deadline) return static_cast<pid_t>(number);
      host().clock.sleep_until(host().clock.boot() + units::Seconds(0.005), {});
    }
  }
  static std::uint16_t port_of(const std::string& url) {
    const auto colon = url.rfind(':');
    return static_cast<std::uint16_t>(*base::to_int(url.substr(colon + 1, url.find('/', colon) - colon - 1)));
  }

  // Publishes a generated picture for `seconds`, in real time.
  std::unique_ptr<os::Process> publish(const std::string& url, int seconds) {
    os::SpawnSpec spec;
    spec.program = *os::find_program("ffmpeg", {{"PATH", "/usr/bin:/bin"}});
    spec.arguments = {"-v",   "error",   "-nostdin", "-re",
                      "-f",   "lavfi",   "-i",       base::format("testsrc2=s=320x240:r=25:d={}", seconds),
                      "-c:v", "libx264", "-preset",  "ultrafast",
                      "-g",   "25",      "-f",       "flv",
                      url};
    spec.descriptors = {{0, -1}, {1, 1}, {2, 2}};
    spec.group = os::SpawnSpec::Group::own;
    spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
    return host().processes.spawn(spec).value();
  }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
};

TEST_F(RtmpServerTest, ListensWhenStartReturnsAndIsGoneAfterStop) {
  auto server = start();
  ASSERT_TRUE(server.ok()) << server.error().text();
  const auto rtmp = port_of((*server)->url("a")), http = port_of((*server)->stat_url());
  EXPECT_TRUE(net::listening(rtmp));
  EXPECT_TRUE(net::listening(http));
  const auto streams = (*server)->streams();
  ASSERT_TRUE(streams.ok()) << streams.error().text();
  EXPECT_TRUE(streams->empty());
  (*server)->stop();
  (*server)->stop();
  EXPECT_FALSE(net::listening(rtmp));
  EXPECT_FALSE(net::listening(http));
}

TEST_F(RtmpServerTest, IsGoneWithItsObject) {
  std::uint16_t port = 0;
  {
    const auto server = start();
    ASSERT_TRUE(server.ok()) << server.error().text();
    port = port_of((*server)->url("a"));
  }
  EXPECT_FALSE(net::listening(port));
}

TEST_F(RtmpServerTest, SeesAStreamThatIsPublished) {
  const auto server = start();
  ASSERT_TRUE(server.ok()) << server.error().text();
  const auto publisher = publish((*server)->url("one"), 60);
  const auto deadline = host().clock.boot() + units::Seconds(30);
  const auto arrives = [&]() -> bool {
    while (host().clock.boot() < deadline) {
      for (const auto& stream : (*server)->streams().value_or({}))
        if (stream.key == "one" && stream.bytes_in.value() > 10'000 && !stream.video_codec.empty()) return true;
      if (publisher->wait_until(host().clock.boot() + units::Seconds(0.05)).value()) return false;
    }
    return false;
  };
  EXPECT_TRUE(arrives());
  ASSERT_TRUE(publisher->signal(SIGKILL).ok());
  EXPECT_TRUE(publisher->wait().ok());
}

TEST_F(RtmpServerTest, TwoServersRunBesideEachOther) {
  const auto one = start();
  const auto two = start({.folder = folder_ / "two"});
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_NE((*one)->url("x"), (*two)->url("x"));
  EXPECT_TRUE((*one)->streams().ok());
  EXPECT_TRUE((*two)->streams().ok());
}

TEST_F(RtmpServerTest, ATakenPortIsRefusedWithItsOwner) {
  const auto one = start();
  ASSERT_TRUE(one.ok());
  const auto taken = port_of((*one)->url("x"));
  for (const auto& settings : {RtmpSettings{.folder = folder_ / "two", .rtmp_port = taken},
                               RtmpSettings{.folder = folder_ / "two", .http_port = taken}}) {
    const auto two = start(settings);
    ASSERT_FALSE(two.ok());
    EXPECT_EQ(two.error().kind(), base::ErrorKind::failed);
    EXPECT_THAT(two.error().text(), HasSubstr(base::format("port {} is taken by nginx (pid {})", taken, pid())));
  }
}

TEST_F(RtmpServerTest, OneThatHasDiedSaysSoInsteadOfAnsweringNoStreams) {
  const auto server = start();
  ASSERT_TRUE(server.ok());
  ASSERT_GT(pid(), 0);
  const auto ticks = host().processes.start_ticks(pid());
  ASSERT_TRUE(host().processes.signal(pid(), *ticks, SIGKILL).ok());
  ASSERT_TRUE(host().processes.await_end(pid(), *ticks, host().clock.boot() + units::Seconds(10), {}).ok());
  const auto streams = (*server)->streams();
  ASSERT_FALSE(streams.ok());
  EXPECT_THAT(streams.error().text(), HasSubstr("has ended"));
  (*server)->stop();
}

TEST_F(RtmpServerTest, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  const auto file = folder_.write("file", "");
  const auto server = start({.folder = file / "below"});
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.error().text(), HasSubstr(file.string()));
}

}  // namespace
}  // namespace local
