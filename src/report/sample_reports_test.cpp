#include "report/sample_reports.h"

#include <cmath>
#include <random>

namespace report::samples {
namespace {

using units::Joules;
using units::Quality;
using units::Scope;
using units::Seconds;
using units::Watts;

units::WallTime at(double seconds) { return units::WallTime::from_seconds(1'769'850'307.25 + seconds); }

jobs::Report ffmpeg_run() {
  jobs::Report report;
  report.id = "7f3k2a";
  report.kind = "run";
  report.node = "encoder-03";
  report.command = {"ffmpeg",  "-y",     "-i",   "in file.mp4", "-c:v",   "libx264",
                    "-preset", "medium", "-b:v", "2500k",       "out.mp4"};
  report.timings = {.queued = {}, .started = at(0), .encoding = at(0.02), .ended = at(4.71), .elapsed = Seconds(4.65)};
  report.outcome.exit_code = 0;
  report.cpu_time = Seconds(17.2);
  report.peak_memory = units::Bytes(214e6);
  media::Progress progress;
  progress.frames = 1500, progress.rate = units::Hertz(331), progress.media_time = Seconds(50);
  progress.bytes = units::Bytes(3.12e6), progress.speed = 11, progress.phase = media::Progress::Phase::ended;
  report.progress = progress;
  media::MediaFacts made;
  made.container = "mov,mp4,m4a,3gp,3g2,mj2", made.duration = Seconds(50), made.size = units::Bytes(15.7e6);
  made.bitrate = units::BitsPerSecond(2.51e6), made.video_codec = "h264", made.picture = units::PictureSize{1920, 1080};
  made.rate = units::Hertz(30), made.pixel_format = "yuv420p", made.frames = 1500, made.audio_codec = "aac";
  report.made = made;
  report.output = "/srv/media/out.mp4";
  report.log_tail = "video:15300kB audio:390kB subtitle:0kB\nkb/s:2506.12";
  return report;
}

void set_estimate(jobs::Report& report) {
  const auto energy =
      units::Measured<Joules>::of(Joules(34.1), Joules(17), Joules(68.2), Quality::estimated, "model", Scope::machine);
  report.energy = {{jobs::Part::total, energy}};
  report.power = energy.map<Watts>([&](Joules q) { return q / report.timings.elapsed; });
  report.trace = trace(46);
  for (auto& point : report.trace) point.power = point.power / 12.0;
}

}  // namespace

std::vector<jobs::PowerPoint> trace(std::size_t points) {
  std::vector<jobs::PowerPoint> out;
  for (std::size_t i = 1; i <= points; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(points), x = static_cast<double>(i);
    const double level = part < 0.06 ? 52 : part > 0.95 ? 61 : 90 + 5 * std::sin(x / 2.1) + 2 * std::sin(x / 0.7);
    const double pause = i * 2 > points ? 0.97 : 0.0;
    out.push_back({Seconds(0.08 * x + pause), Watts(level)});
  }
  return out;
}

jobs::Report measured() {
  auto report = ffmpeg_run();
  const auto line = [](jobs::Part part, double value, double half, Scope scope) {
    return jobs::EnergyLine{part, units::Measured<Joules>::of(Joules(value), Joules(value - half), Joules(value + half),
                                                              Quality::measured, "powercap", scope)};
  };
  report.energy = {
      line(jobs::Part::total, 412.6, 9.1, Scope::package), line(jobs::Part::above_idle, 301.9, 10.4, Scope::package),
      line(jobs::Part::idle_share, 110.7, 3.2, Scope::package), line(jobs::Part::total, 31.4, 1.1, Scope::dram)};
  report.energy.push_back(
      {jobs::Part::wall, units::Measured<Joules>::of(Joules(519.5), Joules(473.5), Joules(565.5), Quality::estimated,
                                                     "powercap x 1.17, not calibrated", Scope::machine)});
  report.power =
      units::Measured<Watts>::of(Watts(88.7), Watts(86.7), Watts(90.7), Quality::measured, "powercap", Scope::package);
  report.peak_power =
      units::Measured<Watts>::of(Watts(97), Watts(95), Watts(99), Quality::measured, "powercap", Scope::package);
  report.trace = trace(46);
  report.rates = jobs::Rates{
      .region = "DE",
      .currency = "EUR",
      .price = jobs::Rates::Rate{0.28, "pricing_config.json, DE"},
      .carbon = jobs::Rates::Rate{342.06, "Germany, average of a year: Ember", jobs::Rates::Rate::Kind::average}};
  report.tags = {{"camera", "north"}, {"ticket", "V-12"}};
  report.caveats = {"other work used 3 % of the CPU during the run"};
  return report;
}

jobs::Report estimated() {
  auto report = ffmpeg_run();
  report.id = "0192f3a4-7b1c-7def-8a90-0123456789ab", report.kind = "job", report.name = "evening news",
  report.node = "vm-eu-west-17";
  media::TranscodeSpec spec;
  spec.scenario = "1080p30-h264", spec.input = "/srv/media/in file.mp4", spec.encoder = "libx264",
  spec.preset = "medium";
  spec.bitrate = units::BitsPerSecond(2.5e6), spec.size = units::PictureSize{1920, 1080}, spec.rate = units::Hertz(30);
  spec.audio = media::Audio::aac, spec.output = "/srv/media/out.mp4";
  report.spec = spec;
  set_estimate(report);
  report.caveats = {
      "energy is a model's estimate: this virtual machine shows no energy counter; on the host `ffwatt doctor` says "
      "which one it has"};
  return report;
}

jobs::Report unmeasurable() {
  auto report = ffmpeg_run();
  const std::string reason =
      "no energy counter can be read: /sys/class/powercap/intel-rapl:0/energy_uj is for root only; run sudo ffwatt "
      "doctor "
      "--fix cpu-energy once";
  report.energy = {{jobs::Part::total, units::Measured<Joules>::unmeasurable(Scope::package, reason)}};
  report.power = units::Measured<Watts>::unmeasurable(Scope::package, reason);
  return report;
}

jobs::Report interrupted() {
  auto report = measured();
  report.outcome = {jobs::End::interrupted, jobs::FailureClass::interruption, "stopped by Ctrl-C", {}, 2};
  report.caveats = {"the file was closed by ffmpeg and plays up to the point where it was stopped"};
  report.made.reset();
  return report;
}

jobs::Report failed() {
  auto report = ffmpeg_run();
  report.outcome = {jobs::End::failed,
                    jobs::FailureClass::input,
                    "ffmpeg cannot read its input\nin file.mp4: No such file or directory",
                    1,
                    {}};
  report.log_tail = "Input #0, lavfi, from 'sine':\nin file.mp4: No such file or directory";
  report.timings.elapsed = Seconds(0.084);
  report.cpu_time = Seconds(0.06);
  report.progress.reset(), report.made.reset(), report.output.clear();
  report.energy = {
      {jobs::Part::total, units::Measured<Joules>::unmeasurable(
                              Scope::package, "too short: the run ended within three updates of the counter")}};
  return report;
}

jobs::Report other_program() {
  auto report = measured();
  report.name = "image stack", report.tags.clear(), report.caveats.clear(), report.trace.clear();
  report.command = {"/usr/local/bin/stack-images", "--threads", "8", "frames/"};
  report.progress.reset(), report.made.reset(), report.output.clear(), report.log_tail.clear();
  return report;
}

jobs::Report hostile() {
  const std::string evil = "\"><script>alert('x')</script>&amp;|`$(id)\x1b[2J\xff";
  auto report = estimated();
  report.id = evil, report.name = "=HYPERLINK(\"http://evil/\")" + evil, report.kind = "+run" + evil,
  report.node = "@node" + evil;
  report.tags = {{"-tag" + evil, "=value" + evil}};
  report.command = {"ffmpeg", "-i", evil, "rtmp://live.example/app/secret-key?token=secret-token",
                    "https://u:secret-password@h/x"};
  report.spec->scenario = evil, report.spec->input = evil, report.spec->encoder = evil, report.spec->preset = evil;
  report.outcome = {jobs::End::failed, jobs::FailureClass::input, evil + "\n" + evil, 1, {}};
  report.energy.push_back({jobs::Part::total, units::Measured<Joules>::unmeasurable(Scope::gpu, "-reason" + evil)});
  report.energy.push_back(
      {jobs::Part::total,
       units::Measured<Joules>::of(Joules(1), Joules(1), Joules(1), Quality::measured, "@src" + evil, Scope::dram)});
  report.caveats = {evil};
  report.made->container = report.made->video_codec = report.made->audio_codec = report.made->pixel_format = evil;
  report.output = "rtmp://live.example/app/secret-key" + evil;
  report.log_tail = evil + "\n```\n</pre></details>" + evil;
  return report;
}

jobs::Report random(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto below = [&](std::uint64_t n) { return generator() % n; };
  const auto maybe = [&] { return below(2) == 0; };
  const auto text = [&] {
    static const char* const pieces[] = {"a",
                                         "encode",
                                         " ",
                                         "  ",
                                         "\n",
                                         "é",
                                         "±",
                                         "視頻",
                                         "🎬",
                                         "\x1b[31m",
                                         "\xc3",
                                         "-",
                                         "https://u:p@host/very/long/path/without/any/blank/that/goes/on/and/on",
                                         "0"};
    std::string out;
    for (auto n = below(30); n > 0; --n) out += pieces[below(std::size(pieces))];
    return out;
  };
  const auto number = [&] { return std::pow(10.0, static_cast<double>(below(1600)) / 100 - 6); };
  const auto energy = [&] {
    const auto scope = static_cast<Scope>(below(5));
    if (below(3) == 0) return units::Measured<Joules>::unmeasurable(scope, text());
    const double value = number();
    return units::Measured<Joules>::of(Joules(value), Joules(value / (1 + static_cast<double>(below(3)))),
                                       Joules(value * (1 + static_cast<double>(below(4)))),
                                       static_cast<Quality>(below(3)), text(), scope);
  };
  auto report = maybe() ? measured() : estimated();
  if (maybe()) report.id = text();
  if (maybe()) report.name = text();
  report.kind = maybe() ? "job" : "test";
  report.outcome.end = static_cast<jobs::End>(below(5));
  report.outcome.failure = static_cast<jobs::FailureClass>(below(9));
  report.outcome.error = text(), report.log_tail = text(), report.output = text();
  if (maybe()) report.outcome.signal = static_cast<int>(below(64));
  report.timings.elapsed = Seconds(maybe() ? number() : 0);
  if (maybe())
    report.progress.reset();
  else
    report.progress->frames = static_cast<std::int64_t>(number());
  if (maybe()) report.made.reset();
  if (maybe()) report.cpu_time.reset();
  report.energy.clear();
  for (auto n = below(5); n > 0; --n) report.energy.push_back({static_cast<jobs::Part>(below(3)), energy()});
  report.power.reset();
  if (maybe()) report.power = energy().map<Watts>([](Joules q) { return Watts(q.value()); });
  report.caveats = {text(), text()};
  report.trace = trace(below(50));
  return report;
}

}  // namespace report::samples
