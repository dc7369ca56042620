#include "runner/streams.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "base/format.h"
#include "media/streams.h"
#include "runner/combined.h"

namespace runner {
namespace {

using base::format;

media::Progress together(const std::vector<media::Progress>& all) {
  media::Progress sum = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto& one = all[i];
    sum.frames += one.frames, sum.dropped += one.dropped, sum.duplicated += one.duplicated;
    sum.rate += one.rate, sum.bytes += one.bytes, sum.bitrate += one.bitrate;
    // The slowest says how far all of them are.
    sum.media_time = std::min(sum.media_time, one.media_time), sum.speed = std::min(sum.speed, one.speed);
    if (one.phase == media::Progress::Phase::running) sum.phase = one.phase;
  }
  return sum;
}

// What the streams tell while they run, told on as one. Called from their threads.
class Telling {
 public:
  Telling(int count, std::function<void(const Live&)> tell)
      : latest_(static_cast<std::size_t>(count)), tell_(std::move(tell)) {}

  void take(std::size_t number, const Live& live) {
    if (!tell_) return;
    const std::lock_guard lock(mutex_);
    latest_[number] = live;
    // Each ticks twice a second; one of them gives the beat. The others' ends must not stop it.
    if (number != beat()) return;
    tell_(sum(number, live));
  }

 private:
  std::size_t beat() const {
    const auto goes_on = [](const std::optional<Live>& live) {
      return live && !(live->progress && live->progress->phase == media::Progress::Phase::ended);
    };
    const auto first = std::find_if(latest_.begin(), latest_.end(), goes_on);
    return first == latest_.end() ? 0 : static_cast<std::size_t>(first - latest_.begin());
  }
  // `newest` is that of the stream `number`.
  Live sum(std::size_t number, const Live& newest) const {
    Live all = newest;
    std::vector<media::Progress> progress;
    for (std::size_t i = 0; i < latest_.size(); ++i) {
      const auto& one = latest_[i];
      if (!one) continue;
      if (one->progress) progress.push_back(*one->progress);
      if (i == number) continue;
      all.reading.energy = all.reading.energy + one->reading.energy;
      if (const auto fraction = one->fraction) all.fraction = std::min(all.fraction.value_or(1), *fraction);
      all.elapsed = std::max(all.elapsed, one->elapsed);
    }
    if (!progress.empty()) all.progress = together(progress);
    return all;
  }

  std::mutex mutex_;
  std::vector<std::optional<Live>> latest_;
  std::function<void(const Live&)> tell_;
};

void take_outcome(jobs::Report& report, const std::vector<jobs::Report>& all) {
  const auto bad =
      std::find_if(all.begin(), all.end(), [](const auto& one) { return one.outcome.end != jobs::End::completed; });
  if (bad == all.end()) return;
  report.outcome = bad->outcome;
  report.outcome.error = format("stream {} of {}: {}", bad - all.begin() + 1, all.size(), bad->outcome.error);
  report.log_tail = bad->log_tail;
  report.made.reset();
}

jobs::Report combined(const TranscodeRequest& request, const std::vector<jobs::Report>& all) {
  jobs::Report report = all.front();
  if (report.spec) {
    const auto encoder = report.spec->encoder;
    auto spec = request.spec;
    spec.encoder = encoder;
    for (std::size_t i = 0; i < spec.outputs.size() && i < all.size(); ++i)
      if (const auto& one = all[i].spec) spec.outputs[i].encoder = one->encoder;
    report.spec = std::move(spec);
  }
  // Of unlike streams nobody's facts are those of all.
  if (!request.spec.outputs.empty()) report.made.reset();
  report.id = request.id;  // not that of its first stream
  report.output.clear();
  report.caveats.clear(), report.pieces.clear();
  std::vector<EnergyLines> energies;
  std::vector<media::Progress> progress;
  report.cpu_time = units::Seconds(0), report.peak_memory = units::Bytes(0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& one = all[i];
    report.pieces.push_back(piece_of(one, jobs::Piece::Kind::stream, static_cast<int>(i) + 1));
    energies.push_back(one.energy);
    if (one.progress) progress.push_back(*one.progress);
    report.timings.started = std::min(report.timings.started, one.timings.started);
    report.timings.ended = std::max(report.timings.ended, one.timings.ended);
    report.timings.elapsed = std::max(report.timings.elapsed, one.timings.elapsed);
    if (report.cpu_time && one.cpu_time)
      *report.cpu_time += *one.cpu_time;
    else
      report.cpu_time.reset();
    if (report.peak_memory && one.peak_memory)
      *report.peak_memory += *one.peak_memory;
    else
      report.peak_memory.reset();
    for (const auto& caveat : one.caveats)
      if (std::find(report.caveats.begin(), report.caveats.end(), caveat) == report.caveats.end())
        report.caveats.push_back(caveat);
  }
  report.energy = sum_of(energies);
  if (auto power = mean_power(report)) report.power = std::move(power);
  if (progress.size() == all.size()) report.progress = together(progress);
  take_outcome(report, all);
  return report;
}

}  // namespace

jobs::Report run_streams(os::Host& host, TranscodeRequest request,
                         const std::function<jobs::Report(TranscodeRequest)>& run) {
  const auto specs = media::streams_of(request.spec);
  const int count = static_cast<int>(specs.size());
  std::vector<jobs::Report> reports(specs.size());
  Telling telling(count, request.on_progress);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
      auto one = request;
      const auto number = static_cast<std::size_t>(i);
      one.spec = specs[number];
      one.part = format("-{}", i + 1);
      one.metered_as = (request.metered_as.empty() ? request.id : request.metered_as) + one.part;
      one.reserved = request.reserved / count;
      one.signals = nullptr;  // of whoever started all of them: it asks by `cancel`
      if (request.log_file)
        one.log_file = request.log_file->parent_path() /
                       (request.log_file->stem().string() + one.part + request.log_file->extension().string());
      if (request.scratch) {
        one.scratch = *request.scratch / ("stream" + one.part);
        (void)host.files.make_folders(*one.scratch).ok();  // where it cannot be made, the start of ffmpeg says so
      }
      one.on_progress = [&telling, number](const Live& live) { telling.take(number, live); };
      threads.emplace_back(
          [&reports, &run, number, one = std::move(one)]() mutable { reports[number] = run(std::move(one)); });
    }
  }
  auto report = combined(request, reports);
  if (report.outcome.end != jobs::End::completed)
    for (const auto& name : media::output_files(request.spec)) discard(host.files, name, request.id);
  return report;
}

}  // namespace runner
