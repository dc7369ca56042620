// Command lines that ffwatt never makes: what a hole in the checks of arguments would let through, straight to ffmpeg.
// Without the sandbox each reaches what is not its own; within it none does.
#include "base/text.h"
#include "os/host.h"
#include "sandbox/sandbox.h"
#include "support/hostile.h"

namespace story {
namespace {

using Words = std::vector<std::string>;

class AttackersCommandLine : public HostileStory {
 protected:
  std::string output() const { return (outputs_ / "out.mkv").string(); }
  std::string pwned() const { return (folder_ / "pwned").string(); }

  // Those that go for files, and those that go for the network.
  std::vector<Words> for_files() {
    const auto txt = secret("secret.txt"), mp4 = secret("secret.mp4");
    return {
        {"-i", txt, "-f", "null", "-"},
        {"-i", mp4, "-f", "null", "-"},
        {"-i", "concat:" + mp4 + "|" + mp4, "-f", "null", "-"},
        {"-i", "subfile,,start,0,end,100,,:" + mp4, "-f", "null", "-"},
        {"-f", "lavfi", "-i", "movie=" + mp4, "-f", "null", "-"},
        {"-f", "concat", "-safe", "0", "-i", inputs_.make("list.txt", "file '" + mp4 + "'\n"), "-f", "null", "-"},
        with({"-vf", "movie=" + mp4 + "[a];[in][a]overlay"}),
        with({"-vf", "drawtext=textfile=" + txt}),
        with({"-vf", "sendcmd=f=" + txt}),
        with({"-vf", "subtitles=" + mp4}),
        with({"-vf", "signalstats,metadata=mode=print:file=" + pwned()}),
        with({"-vstats_file", pwned()}),
        with({"-c:v", "libx264", "-pass", "1", "-passlogfile", pwned()}),
        with({"-c:v", "libx264", "-x264-params", "dump-yuv=" + pwned()}),
        with({"-c:v", "libx264", "-x264-params", "stats=" + pwned() + ":pass=1"}),
        with({"-c:v", "libx265", "-x265-params", "csv=" + pwned()}),
        with({"-attach", txt, "-metadata:s:t", "mimetype=text/plain"}),
        with({"-filter_script:v", txt}),
        with({"-f", "matroska", pwned()}),
        with(
            {"-f", "tee", "-c:v", "mpeg4", "-map", "0:v", "[f=matroska]" + pwned() + "|[f=mpegts]" + secret("tee.ts")}),
        with({"-f", "segment", "-segment_list", secret("list.m3u8"), secret("seg%d.ts")}),
        with({"-f", "hls", secret("out.m3u8")}),
        with({"-f", "image2", secret("%d.png")}),
        with({"-f", "matroska", "file:" + mp4}),
    };
  }
  std::vector<Words> for_the_network() {
    const auto url = canary_url(), port = port_canary_.port();
    return {
        {"-i", url + "/a.mp4", "-f", "null", "-"},
        {"-i", "tcp://127.0.0.1:" + port, "-f", "null", "-"},
        {"-i", "unix:" + port_canary_.abstract_name(), "-f", "null", "-"},
        {"-f", "x11grab", "-i", "127.0.0.1:0", "-f", "null", "-"},
        with({"-vf", "movie='" + url + "/a.mp4'[a];[in][a]overlay"}),
        with({"-progress", url + "/p"}),
        with({"-f", "matroska", url + "/put"}),
        with({"-f", "rtp", "rtp://127.0.0.1:" + port}),
        with({"-f", "mpegts", "udp://127.0.0.1:" + port}),
        with({"-f", "flv", "rtmp://127.0.0.1:" + port + "/a/b"}),
    };
  }
  Words with(Words more) const {
    Words out{"-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=1"};
    out.insert(out.end(), more.begin(), more.end());
    out.insert(out.end(), {"-f", "matroska", "file:" + output()});
    return out;
  }

  void ffmpeg(const Words& line, const sandbox::Plan& plan) {
    os::SpawnSpec spec;
    spec.program = program_;
    spec.arguments = {"-nostdin", "-v", "error", "-y"};
    spec.arguments.insert(spec.arguments.end(), line.begin(), line.end());
    // Some of them only obey the environment.
    spec.environment = {{"FFREPORT", "file=" + pwned()}, {"http_proxy", canary_url()}};
    spec.steps = plan.steps;
    const auto ended = os::run_and_collect(host().processes, host().clock, spec, units::Seconds(60));
    EXPECT_TRUE(ended.ok()) << (ended ? "" : ended.error().text());
  }
  os::Host& host() { return real_.host(); }

  os::RealHost real_;
  const os::Path program_ = *os::find_program("ffmpeg", {{"PATH", "/usr/local/bin:/usr/bin:/bin"}});
};

TEST_F(AttackersCommandLine, ReachesFilesWithoutTheSandbox) {
  watch();
  for (const auto& line : for_files()) {
    SCOPED_TRACE(base::join(line, " "));
    std::filesystem::remove(pwned());
    ffmpeg(line, {});
    EXPECT_TRUE(!secrets_.touched().empty() || std::filesystem::exists(pwned())) << "this line attacks nothing";
  }
}

TEST_F(AttackersCommandLine, ReachesNothingFromWithin) {
  for (const auto* layer : {"filesystem", "system_calls"})
    if (const auto there = sandbox::available(host(), layer); !there)
      GTEST_SKIP() << layer << ": " << there.error().text();
  auto lines = for_files();
  for (auto& line : for_the_network()) lines.push_back(std::move(line));
  watch();
  for (const auto& line : lines) {
    SCOPED_TRACE(base::join(line, " "));
    sandbox::Bounds bounds;
    bounds.program = program_;
    bounds.writable = {output()};
    bounds.file_size = units::Bytes(16 << 20);
    const auto plan = sandbox::plan(host(), sandbox::Mode::best, bounds, {.only = {}, .without = {"control_group"}});
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    ffmpeg(line, *plan);
    expect_nothing_touched();
  }
  EXPECT_EQ(content(secret("secret.txt")), "0 drawtext reinit 'text=secret'\n");
}

}  // namespace
}  // namespace story
