#include "simulation/model_runner.h"

#include "base/format.h"
#include "base/text.h"
#include "runner/run_transcode.h"

namespace simulation {

using jobs::FailureClass;

std::string film(base::Id job, int attempt) { return base::format("film of {} {}", job.text(), attempt); }

std::optional<std::pair<base::Id, int>> maker_of(std::string_view film) {
  const auto words = base::words(film);
  if (words.size() != 4) return std::nullopt;
  const auto job = base::Id::parse(words[2]);
  const auto attempt = base::to_int(words[3]);
  if (!job || !attempt) return std::nullopt;
  return std::pair(*job, static_cast<int>(*attempt));
}

ModelRunner::ModelRunner(World& world, History& history, const NodeClock& clock, std::vector<DiskFiles::Mount> disks,
                         Machine on, os::Path folder, agent::ProcessName name, const RunnerHabits& habits,
                         const Moment& asleep_until, std::function<void()> ended)
    : world_(world),
      history_(history),
      clock_(clock),
      files_(std::move(disks)),
      on_(std::move(on)),
      folder_(std::move(folder)),
      name_(std::move(name)),
      habits_(habits),
      asleep_until_(asleep_until),
      ended_(std::move(ended)) {
  world_.after(world_.chance().between(units::Seconds(0.001), units::Seconds(0.05)), life_, [this] { begin(); });
}

ModelRunner::~ModelRunner() {
  if (!ran_) return;
  auto& ran = history_.ran[*ran_];
  if (ran.ended) return;
  ran.ended = world_.now();
  ran.joules = joules();
}

double ModelRunner::joules() const { return ran_ ? watts_ * seconds(world_.now() - history_.ran[*ran_].began) : 0; }

std::vector<jobs::EnergyLine> ModelRunner::energy() const {
  const units::Joules all(joules());
  // Nothing ran yet, or for no time at all: that is no measurement.
  if (all <= units::Joules(0))
    return {{jobs::Part::total,
             units::Measured<units::Joules>::unmeasurable(units::Scope::machine, "too short: it ran for no time")}};
  return {{jobs::Part::total, units::Measured<units::Joules>::of(all, all, all, units::Quality::simulated, "simulator",
                                                                 units::Scope::machine)}};
}

void ModelRunner::begin() {
  if (asleep_until_ > world_.now()) return world_.at(asleep_until_, life_, [this] { begin(); });
  auto lock = agent::Spool::runner_lock(files_, folder_);
  auto offer = agent::Spool::offer_in(files_, folder_);
  if (!lock || !offer || files_.exists(folder_ / "report.json")) return end();
  lock_ = *std::move(lock);
  offer_ = *std::move(offer);
  if (!agent::Spool::put_runner(files_, folder_, name_)) return end();
  auto& chance = world_.chance();
  const double die = chance.unit();
  double edge = 0;
  for (const auto& [part, fate] : {std::pair{habits_.fails, Fate::fails},
                                   {habits_.bad_input, Fate::bad_input},
                                   {habits_.lacks_something, Fate::lacks_something},
                                   {habits_.dies, Fate::dies},
                                   {habits_.hangs, Fate::hangs}}) {
    if (die >= edge && die < edge + part) fate_ = fate;
    edge += part;
  }
  deaf_ = chance.happens(habits_.deaf);
  unkillable_ = chance.happens(habits_.unkillable);
  watts_ = chance.between(20.0, 200.0);
  // The same error on two nodes is the input's; that of one node is another one the next time.
  static constexpr const char* words[] = {"a stone",  "a root",  "a step", "a cat",
                                          "its feet", "a cable", "a word", "a dog"};
  word_ = words[chance.below(std::size(words))];
  started_ = clock_.wall();
  const units::Seconds takes(chance.any_size(habits_.shortest.value(), habits_.longest.value()));
  done_at_ = world_.now() + moment(fate_ == Fate::hangs ? takes + units::Seconds(60) : takes);
  ran_ = history_.ran.size();
  history_.ran.push_back({offer_->lease.job, offer_->lease.attempt, on_, world_.now(), {}, {}, unkillable_, 0, {}});
  world_.note(on_, base::format("runs {} attempt {}", offer_->lease.job.text(), offer_->lease.attempt));
  go_on();
}

void ModelRunner::go_on() {
  if (finishing_) return;
  if (asleep_until_ > world_.now()) {
    done_at_ += asleep_until_ - world_.now();
    return world_.at(asleep_until_, life_, [this] { go_on(); });
  }
  if (world_.now() < done_at_) {
    wire::RunningJob progress{offer_->lease, {}, energy().front().energy, {}};
    (void)agent::Spool::put_progress(files_, folder_, progress).ok();
    const auto step = world_.chance().between(units::Seconds(5), units::Seconds(25));
    return world_.at(std::min(done_at_, world_.now() + moment(step)), life_, [this] { go_on(); });
  }
  switch (fate_) {
    case Fate::completes:
      return finish(jobs::End::completed, FailureClass::none, "");
    case Fate::fails:
      return finish(jobs::End::failed, FailureClass::transient, base::format("it stumbled over {}", word_));
    case Fate::hangs:
      return finish(jobs::End::failed, FailureClass::transient, base::format("no progress for 60 s on {}", on_));
    case Fate::bad_input:
      return finish(jobs::End::failed, FailureClass::input, "moov atom not found");
    case Fate::lacks_something:
      return finish(jobs::End::failed, FailureClass::node, "the encoder is missing");
    case Fate::dies:
      return end();
  }
}

void ModelRunner::finish(jobs::End end, FailureClass failure, const std::string& error) {
  finishing_ = true;
  jobs::Report report;
  report.id = offer_->job.id.text();
  report.name = offer_->job.submission.name;
  report.kind = "job";
  report.node = on_;
  report.outcome = {end, failure, error, {}, {}};
  report.timings.started = started_;
  report.timings.ended = clock_.wall();
  report.energy = energy();
  const os::Path output = offer_->job.submission.spec.output;
  const std::string id = agent::run_id(offer_->lease);
  if (end == jobs::End::completed) {
    const auto made =
        files_.write_durably(runner::temporary_output(output, id), film(offer_->lease.job, offer_->lease.attempt));
    if (!made) report.outcome = {jobs::End::failed, FailureClass::transient, made.error().text(), {}, {}};
  }
  if (report.outcome.end != jobs::End::completed) runner::discard(files_, output, id);
  auto& ran = history_.ran[*ran_];
  ran.ended = world_.now();
  ran.joules = joules();
  put_report(std::move(report), 0);
}

void ModelRunner::put_report(jobs::Report report, int tries) {
  const auto put = agent::Spool::put_report(files_, folder_, report);
  if (put) history_.ran[*ran_].reported = report.outcome.end;
  if (put || put.error().kind() == base::ErrorKind::absent || tries == 60) return end();
  world_.after(units::Seconds(10), life_, [this, report = std::move(report), tries] { put_report(report, tries + 1); });
}

void ModelRunner::stop(agent::StopReason reason) {
  if (ran_ && !history_.ran[*ran_].told_to_stop) history_.ran[*ran_].told_to_stop = world_.now();
  if (deaf_ || finishing_ || !ran_) return;
  const bool back = agent::gives_back(reason);
  world_.after(world_.chance().between(units::Seconds(0.01), units::Seconds(4)), life_, [this, back] {
    if (finishing_) return;
    if (back)
      finish(jobs::End::interrupted, FailureClass::interruption, "the agent gave the job back while it ran");
    else
      finish(jobs::End::canceled, FailureClass::canceled, "canceled");
  });
}

void ModelRunner::kill() {
  killed_ = agent::Runners::Killed::yes;
  finishing_ = finishing_ || !unkillable_;
  const auto lingers =
      unkillable_ ? world_.chance().between(units::Seconds(10), units::Seconds(600)) : units::Seconds(0);
  world_.after(lingers, life_, [this] { end(); });
}

void ModelRunner::end() {
  if (ran_ && !history_.ran[*ran_].ended) {
    history_.ran[*ran_].ended = world_.now();
    history_.ran[*ran_].joules = joules();
  }
  files_.kill();  // its locks go with it
  lock_.reset();
  const auto ended = ended_;
  ended();
}

}  // namespace simulation
