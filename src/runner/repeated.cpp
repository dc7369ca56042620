#include "runner/repeated.h"

#include <algorithm>

#include "base/format.h"
#include "runner/combined.h"

namespace runner {
namespace {

using base::format;

// Each look at an interval is another chance to find it narrow by luck, so it must be narrow twice in a row.
constexpr int kNarrowInARow = 2;

class Repeated {
 public:
  Repeated(os::Host& host, TranscodeRequest request, const std::function<jobs::Report(TranscodeRequest)>& run)
      : host_(host), request_(std::move(request)), run_(run), began_(host.clock.boot()) {}

  jobs::Report operator()() {
    const auto& wanted = request_.repetitions;
    for (int number = 1; number <= wanted.most; ++number) {
      auto report = run_(one(number));
      pieces_.push_back(piece_of(report, jobs::Piece::Kind::repetition, number));
      if (request_.on_repetition) request_.on_repetition(pieces_);
      if (report.outcome.end != jobs::End::completed) return ended(std::move(report), number);
      energies_.push_back(report.energy);
      reports_.push_back(std::move(report));
      if (wanted.until && !scatter_known()) return unmeasurable();
      if (number >= wanted.least && enough()) break;
    }
    return mean();
  }

 private:
  TranscodeRequest one(int number) const {
    auto out = request_;
    out.repetitions = {};
    if (request_.timeout) out.timeout = std::max(units::Seconds(0.001), *request_.timeout - elapsed());
    if (!request_.on_progress) return out;
    out.on_progress = [this, number](Live live) {
      for (const auto& piece : pieces_)
        if (piece.energy) live.reading.energy = live.reading.energy + *piece.energy;
      // How many there will be is known where their number was asked for.
      if (request_.repetitions.until)
        live.fraction.reset();
      else if (live.fraction)
        live.fraction = (number - 1 + *live.fraction) / request_.repetitions.most;
      live.elapsed = elapsed();
      request_.on_progress(live);
    };
    return out;
  }

  units::Seconds elapsed() const { return host_.clock.boot() - began_; }

  bool scatter_known() const {
    const auto* top = jobs::headline(energies_.back());
    return top && top->energy.known();
  }

  bool enough() {
    const auto& until = request_.repetitions.until;
    if (!until) return static_cast<int>(reports_.size()) >= request_.repetitions.most;
    const auto scatter = scatter_of(energies_);
    narrow_ = scatter && *scatter <= *until ? narrow_ + 1 : 0;
    return narrow_ >= kNarrowInARow;
  }

  // What one of them ended with is what all of them end with.
  jobs::Report ended(jobs::Report report, int number) {
    report.outcome.error = format("repetition {}: {}", number, report.outcome.error);
    report.pieces = pieces_;
    if (number > 1)
      report.caveats.push_back(
          format("the figures are those of repetition {} alone; the {} before it are in pieces", number, number - 1));
    discard_outputs();
    return report;
  }

  jobs::Report unmeasurable() {
    auto report = std::move(reports_.back());
    const auto* top = jobs::headline(report.energy);
    report.outcome = {jobs::End::failed, jobs::FailureClass::node,
                      format("confidence {} cannot be reached on this machine, where the energy is not known: {}",
                             jobs::text_of(request_.repetitions), top ? top->energy.reason() : "nothing was read"),
                      std::nullopt, std::nullopt};
    report.pieces = pieces_;
    discard_outputs();
    return report;
  }

  jobs::Report mean() {
    auto report = reports_.back();
    const double count = static_cast<double>(reports_.size());
    units::Seconds elapsed{}, cpu{};
    for (const auto& one : reports_) {
      elapsed += one.timings.elapsed;
      cpu += one.cpu_time.value_or(units::Seconds(0));
      if (one.peak_memory)
        report.peak_memory = std::max(report.peak_memory.value_or(units::Bytes(0)), *one.peak_memory);
    }
    report.timings.started = reports_.front().timings.started;
    report.timings.encoding = reports_.front().timings.encoding;
    report.timings.elapsed = elapsed / count;
    if (report.cpu_time) report.cpu_time = cpu / count;
    report.energy = mean_of(energies_);
    if (auto power = mean_power(report)) report.power = std::move(power);
    report.pieces = pieces_;
    report.caveats.push_back(
        format("energy, power and time are those of one run: the mean of {} repetitions", reports_.size()));
    const auto& until = request_.repetitions.until;
    if (const auto scatter = scatter_of(energies_); until && narrow_ < kNarrowInARow)
      report.caveats.push_back(
          format("asked for ± {:.2g} %, reached ± {:.2g} % after {} repetitions, the most that are run", 100 * *until,
                 100 * scatter.value_or(1), reports_.size()));
    return report;
  }

  void discard_outputs() {
    for (const auto& name : media::output_files(request_.spec)) discard(host_.files, name, request_.id);
  }

  os::Host& host_;
  TranscodeRequest request_;
  const std::function<jobs::Report(TranscodeRequest)>& run_;
  units::BootTime began_;
  std::vector<jobs::Piece> pieces_;
  std::vector<jobs::Report> reports_;
  std::vector<EnergyLines> energies_;
  int narrow_ = 0;
};

}  // namespace

jobs::Report run_repeated(os::Host& host, TranscodeRequest request,
                          const std::function<jobs::Report(TranscodeRequest)>& run) {
  return Repeated(host, std::move(request), run)();
}

}  // namespace runner
