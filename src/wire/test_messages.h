// Messages for tests: full, with every optional filled, and empty, with none. For tests only.
#pragma once

#include "wire/messages.h"

namespace wire {

inline units::WallTime test_time(int seconds) {
  return *units::parse_rfc3339("2026-01-31T09:05:07.250Z") + units::Seconds(seconds);
}
inline base::Id test_id(std::uint64_t n) { return base::Id::make(1'769'850'307'250 + n, n, n * 7); }

template <class Q>
units::Measured<Q> test_measured(double value) {
  return units::Measured<Q>::of(Q(value), Q(value - 0.1), Q(value + 1.0 / 3), units::Quality::estimated, "model",
                                units::Scope::machine);
}

inline media::TranscodeSpec full_spec() {
  media::TranscodeSpec spec;
  spec.scenario = "1080p30-h264";
  spec.input = "/media/Zürich \"a\".mp4";
  spec.duration = units::Seconds(90.5);
  spec.codec = media::Codec::av1;
  spec.encoder = "libsvtav1";
  spec.preset = "8";
  spec.bitrate = units::BitsPerSecond(5e6);
  spec.crf = 30;
  spec.size = units::PictureSize{1920, 1080};
  spec.rate = units::Hertz(30000.0 / 1001);
  spec.pixel_format = "yuv420p10le";
  spec.gop = 60;
  spec.threads = 4;
  spec.audio = media::Audio::aac;
  spec.output_mode = media::OutputMode::rtmp;
  spec.output = "/media/out.mp4";
  spec.rtmp_url = "rtmp://localhost:1935/live/key";
  spec.start = units::Seconds(1.5), spec.passes = 2, spec.streams = 3;
  spec.subtitles = media::Subtitles::copy;
  spec.quality = {media::Metric::vmaf, media::Metric::psnr};
  spec.outputs.emplace_back(spec).output = "/media/1080.mkv";
  spec.outputs.emplace_back();
  return spec;
}

inline media::Progress full_progress() {
  media::Progress p;
  p.frames = 1500;
  p.rate = units::Hertz(323.5);
  p.media_time = units::Seconds(50.04);
  p.bytes = units::Bytes(123'456'789);
  p.bitrate = units::BitsPerSecond(2'500'100.5);
  p.speed = 10.8;
  p.dropped = 3, p.duplicated = 4;
  p.phase = media::Progress::Phase::ended;
  return p;
}

inline media::MediaFacts full_facts() {
  media::MediaFacts f;
  f.container = "mov,mp4,m4a";
  f.duration = units::Seconds(50.04);
  f.size = units::Bytes(1e9);
  f.bitrate = units::BitsPerSecond(2.5e6);
  f.video_codec = "h264";
  f.picture = units::PictureSize{1919, 1};
  f.rate = units::Hertz(29.97);
  f.pixel_format = "yuv420p";
  f.frames = 1500;
  f.audio_codec = "aac";
  f.subtitles = 2;
  f.color_primaries = "bt2020", f.color_transfer = "smpte2084", f.color_space = "bt2020nc";
  return f;
}

inline jobs::Report full_report() {
  using units::Joules;
  jobs::Report r;
  r.id = "7f3k2q";
  r.name = "night run";
  r.kind = "job";
  r.node = "worker-1";
  r.tags = {{"codec", "h264"}, {"empty", ""}};
  r.command = {"ffmpeg", "-i", "a b.mp4", ""};
  r.spec = full_spec();
  r.outcome = {jobs::End::timeout, jobs::FailureClass::transient, "no answer\nat all", 255, 9};
  r.timings = {test_time(-60), test_time(0), test_time(1), test_time(99), units::Seconds(97.123456789)};
  r.sandbox = jobs::Sandbox{"best",
                            {{"filesystem", jobs::Sandbox::Layer::State::on, "Landlock ABI 7"},
                             {"network", jobs::Sandbox::Layer::State::missing, "user namespaces are forbidden"}}};
  r.cpu_time = units::Seconds(180.25);
  r.peak_memory = units::Bytes(512e6);
  r.energy = {
      {jobs::Part::total, test_measured<Joules>(412.6)},
      {jobs::Part::above_idle, units::Measured<Joules>::unmeasurable(units::Scope::package, "no baseline")},
      {jobs::Part::idle_share, units::Measured<Joules>::of(Joules(-1), Joules(-2), Joules(0), units::Quality::measured,
                                                           "perf", units::Scope::psys)}};
  r.rates = jobs::Rates{.region = "eu-central-1",
                        .currency = "EUR",
                        .price = jobs::Rates::Rate{0.28, "pricing_config.json, eu-central-1"},
                        .carbon = jobs::Rates::Rate{342.06, "Ember", jobs::Rates::Rate::Kind::average},
                        .pue = 1.25};
  r.power = test_measured<units::Watts>(88.7);
  r.peak_power = units::Measured<units::Watts>::unmeasurable(units::Scope::gpu, "no driver");
  r.trace = {{units::Seconds(0.1), units::Watts(80)}, {units::Seconds(0.2), units::Watts(81.5)}};
  r.caveats = {"other work used 31 % of the CPU"};
  r.progress = full_progress();
  r.made = full_facts();
  r.scoring = jobs::Scoring{
      .quality = {.scores = {{media::Metric::psnr, media::Pooled{38.5, 40.25, 33, 32.5, units::Seconds(4)}, "", ""},
                             {media::Metric::ssim, std::nullopt, "no filter", ""},
                             {media::Metric::vmaf, media::Pooled{93.5, 92, 80, 0, units::Seconds(0)}, "",
                              "vmaf_v0.6.1"}},
                  .compared = 119,
                  .reference_frames = 120,
                  .distorted_frames = 119,
                  .offset = -1,
                  .size = {853, 481},
                  .pixel_format = "yuv420p",
                  .rate = units::Hertz(24),
                  .notes = {"a note"},
                  .took = units::Seconds(3.5),
                  .ffmpeg = "5.1.9"},
      .reason = "",
      .energy = test_measured<Joules>(41.5)};
  r.output = "/media/out.mp4";
  r.pieces = {{jobs::Piece::Kind::rendition, 1, jobs::End::completed, "", "/media/1080.mkv", full_facts(),
               units::Seconds(97.5), 1500, test_measured<Joules>(206.3)},
              {jobs::Piece::Kind::repetition, 2, jobs::End::failed, "it broke", "", std::nullopt, std::nullopt,
               std::nullopt, std::nullopt}};
  r.log_tail = "frame= 1\n\x1b[31mred\x1b[0m\n";
  return r;
}

inline jobs::Submission full_submission() {
  jobs::Submission s;
  s.name = "a name";
  s.queue = jobs::Queue::live;
  s.priority = jobs::Priority::low;
  s.labels = {{"tenant", "a"}};
  s.timeout = units::Seconds(600);
  s.max_attempts = 5;
  s.confidence = "repeat: 5";
  s.spec = full_spec();
  return s;
}

inline jobs::Job full_job() {
  jobs::Job j;
  j.id = test_id(1);
  j.number = 42;
  j.submission = full_submission();
  j.state = jobs::JobState::canceling;
  j.created = test_time(0), j.changed = test_time(5);
  j.not_before = test_time(6);
  j.attempts = {{1, test_id(2), "worker-1", test_time(1), test_time(2), "interrupted", jobs::FailureClass::interruption,
                 "node lost", test_measured<units::Joules>(12.5)},
                {2, test_id(3), "", test_time(3), std::nullopt, "", jobs::FailureClass::none, "", std::nullopt}};
  j.failures = 1, j.interruptions = 2, j.crashes = 1;
  j.submission.alone = jobs::Alone::yes;
  j.reason = "canceled by ada";
  j.report = full_report();
  return j;
}

inline jobs::NodeFacts full_node_facts() {
  using Works = media::EncoderState::Works;
  using InUse = jobs::EnergySourceState::InUse;
  jobs::NodeFacts f;
  f.name = "worker-1";
  f.cpu_model = "AMD EPYC 7763";
  f.threads = 128, f.sockets = 2;
  f.memory = units::Bytes(256e9);
  f.ffmpeg_version = "5.1.9", f.agent_version = "0.1.0", f.kernel = "6.1.0", f.boot_id = "b-1", f.life = 1'700'000'000;
  f.slots = 8;
  f.device_slots = {{"nvenc", 8}, {"qsv", 0}};
  f.roots = {"media", "out"};
  f.gpus = {{"NVIDIA L4", "GPU-1", "550.54", units::Bytes(24e9)}, {"Arc", "", "", units::Bytes(0)}};
  f.gpu_reason = "one of them is lost", f.render_nodes = {"/dev/dri/renderD128"};
  f.disk = {"/out", units::Bytes(1e12), units::Bytes(5e11)};
  f.labels = {{"rack", "b7"}};
  f.encoders = {{"libx264", media::Codec::h264, Works::yes, ""},
                {"hevc_nvenc", media::Codec::h265, Works::no, "no GPU"}};
  f.energy_sources = {{"perf", InUse::no, "needs CAP_PERFMON"}, {"model", InUse::yes, ""}};
  return f;
}

inline jobs::NodeFacts bare_node_facts() {
  jobs::NodeFacts f;
  f.name = "bare";
  return f;
}

inline jobs::Lease full_lease() { return {test_id(1), 2, "00112233445566778899aabbccddeeff"}; }

}  // namespace wire
