// bench_sandbox PAIRS: one small transcode of a file (ffprobe, ffmpeg, ffprobe) with the whole sandbox and without, one
// after the other and in turns, so that what the machine does meanwhile meets both. Prints one line a pair:
// milliseconds with and without, then those of CPU time, of this process and its children, with and without.
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "meter/local_meter.h"
#include "runner/run_transcode.h"

namespace {

runner::TranscodeRequest request(const os::Path& folder, sandbox::Mode mode) {
  runner::TranscodeRequest out;
  out.id = "bench-" + std::string(sandbox::name(mode)), out.kind = "test";
  out.sandbox = mode;
  out.encoders = media::known_encoders();
  for (auto& encoder : out.encoders) encoder.works = media::EncoderState::Works::yes;
  out.spec.encoder = "libx264", out.spec.preset = "ultrafast";
  out.spec.bitrate = units::BitsPerSecond(200'000);
  out.spec.duration = units::Seconds(0.2);
  out.spec.output = (folder / "out.mp4").string();
  return out;
}

double cpu_milliseconds() {
  double out = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const auto& time : {used.ru_utime, used.ru_stime})
      out += static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  }
  return out;
}

struct Took {
  double wall = 0, cpu = 0;
};

}  // namespace

int main(int count, char** words) {
  const int pairs = count > 1 ? std::atoi(words[1]) : 30;
  os::RealHost real;
  auto& host = real.host();
  const os::Environment environment{{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  const auto ffmpeg = media::find_ffmpeg(host, "ffmpeg", environment);
  if (!ffmpeg) return std::cerr << ffmpeg.error().text() << "\n", 1;
  const auto folder = host.files.make_unique_folder(std::filesystem::temp_directory_path(), "ffwatt-bench-");
  if (!folder) return std::cerr << folder.error().text() << "\n", 1;
  meter::LocalMeter meter(host, {});
  meter.start();
  const auto run = [&](runner::TranscodeRequest wanted) {
    const auto cpu = cpu_milliseconds();
    const auto begin = std::chrono::steady_clock::now();
    const auto report = runner::run_transcode(host, meter, *ffmpeg, environment, std::move(wanted));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (report.outcome.end != jobs::End::completed) std::cerr << report.outcome.error << "\n", std::exit(1);
    return Took{took.count(), cpu_milliseconds() - cpu};
  };
  auto source = request(*folder, sandbox::Mode::off);
  source.spec.output = (*folder / "in.mp4").string();
  source.spec.size = units::PictureSize{320, 180}, source.spec.rate = units::Hertz(25);
  run(source);
  (void)runner::publish(host.files, *folder / "in.mp4", source.id);
  const auto timed = [&](sandbox::Mode mode) {
    auto wanted = request(*folder, mode);
    wanted.spec.input = (*folder / "in.mp4").string();
    return run(wanted);
  };
  for (int i = 0; i < pairs; ++i) {
    Took with, without;
    // Who is first in a pair changes.
    if (i % 2 == 0) with = timed(sandbox::Mode::best);
    without = timed(sandbox::Mode::off);
    if (i % 2 == 1) with = timed(sandbox::Mode::best);
    std::cout << with.wall << " " << without.wall << " " << with.cpu << " " << without.cpu << "\n";
  }
  (void)host.files.remove_tree(*folder);
  return 0;
}
