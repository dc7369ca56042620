#include "master/core.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace master {

using base::Error;
using base::format;
using jobs::Event;
using jobs::JobState;
using jobs::Verdict;

Core::Core(store::Store& store, os::Random& random, base::Log& log, metrics::Registry& metrics, CoreSettings settings)
    : store_(store), random_(random), log_(log), metrics_(metrics), settings_(std::move(settings)), nodes_(store) {}

base::Result<std::size_t> Core::read_leases(units::Instant now) {
  FFWATT_CHECK(nodes_.load(now));
  FFWATT_TRY(const auto leased, store_.leased());
  held_.clear();
  for (const auto& record : leased) {
    hold(record.job, record.holder.value_or(base::Id()), now);
    if (record.job.state == JobState::canceling && record.lease)
      held_[record.job.id].command = {record.job.id, record.lease->attempt, wire::LeaseWord::cancel};
  }
  return leased.size();
}

base::Result<void> Core::recover(units::Instant now) {
  FFWATT_TRY(const auto leases, read_leases(now));
  if (leases > 0) {
    quiet_until_ = now.boot + settings_.quiet_after_restart;
    log_.info("found jobs that were running; offering nothing until their nodes report",
              {{"jobs", format("{}", leases)}, {"seconds", format("{}", settings_.quiet_after_restart.value())}});
  }
  return {};
}

base::Result<void> Core::reload(units::Instant now) {
  store_.forget();
  after_commit_.clear();
  offers_.clear();
  FFWATT_CHECK(read_leases(now));
  // An offer that is taken needs a write: who has just found no room need not be asked at once again.
  quiet_until_ = now.boot + settings_.quiet_after_restart;
  return {};
}

WatchedStore::Wrote Core::committed() {
  for (const auto& happen : std::exchange(after_commit_, {})) happen();
  return store_.take_wrote();
}

base::Result<store::Store::Inserted> Core::submit(std::vector<jobs::Submission> submissions,
                                                  const std::optional<store::IdempotencyKey>& key, units::Instant now) {
  std::vector<store::JobRecord> records;
  records.reserve(submissions.size());
  for (auto& submission : submissions) {
    store::JobRecord record;
    record.job.id = random_.id(now.wall);
    record.job.created = record.job.changed = now.wall;
    record.job.submission = std::move(submission);
    records.push_back(std::move(record));
  }
  FFWATT_TRY(auto inserted, store_.insert(std::move(records), key, now.wall));
  if (inserted.origin == store::Store::Inserted::Origin::fresh)
    for (const auto& job : inserted.jobs)
      after_commit_.push_back([this, queue = std::string(name(job.submission.queue))] {
        metrics_.increment(metrics::Name::jobs_submitted, {{"queue", queue}});
      });
  FFWATT_CHECK(serve_waiters(now));
  return inserted;
}

std::string Core::warning(const jobs::Submission& submission) const {
  const jobs::Needs wanted = jobs::needs(submission);
  for (const auto& [id, known] : nodes_.all())
    if (jobs::can_run(known.node.facts, wanted)) return {};
  const std::string list = base::join(wanted.any_encoder, " or ");
  if (nodes_.all().empty()) return "no node has registered yet; the job waits";
  return format("unsatisfiable: needs {}; no node has it", list);
}

base::Result<store::JobRecord> Core::find(const std::string& id_or_number) {
  std::string_view text = id_or_number;
  if (text.starts_with('#')) text.remove_prefix(1);
  if (const auto number = base::to_int(text)) {
    auto record = store_.record_by_number(*number);
    if (!record && record.error().kind() == base::ErrorKind::absent)
      return Error::absent(format("there is no job #{}; list them with `ffwatt jobs ls`", *number));
    return record;
  }
  const auto id = base::Id::parse(text);
  if (!id)
    return Error::invalid(format(
        "'{}' is no job; job ids are numbers, such as 42 or #42, or the UUID that the job was answered with; list them "
        "with `ffwatt jobs ls`",
        text.substr(0, 64)));
  auto record = store_.record(*id);
  if (!record && record.error().kind() == base::ErrorKind::absent)
    return Error::absent(format("there is no job {}; list them with `ffwatt jobs ls`", id->text()));
  return record;
}

base::Result<jobs::Job> Core::job(const std::string& id_or_number) {
  FFWATT_TRY(auto record, find(id_or_number));
  return std::move(record.job);
}

base::Result<std::string> Core::power_trace(const std::string& id_or_number) {
  FFWATT_TRY(const auto record, find(id_or_number));
  auto trace = store_.power_trace(record.job.id.text());
  if (trace || trace.error().kind() != base::ErrorKind::absent) return trace;
  return base::Error::absent(
      base::format("job #{} has no power trace: {}", record.job.number,
                   record.job.report ? "its node sent none" : base::format("it is {}", jobs::name(record.job.state))));
}

base::Result<wire::JobPage> Core::list(const wire::JobQuery& query) { return store_.list(query); }
base::Result<std::vector<jobs::Report>> Core::results(int limit) { return store_.reports(limit); }
base::Result<void> Core::health() { return store_.health(); }

std::vector<wire::NodeView> Core::nodes(units::Instant now) const {
  std::vector<wire::NodeView> views;
  for (const auto& [id, known] : nodes_.all()) {
    wire::NodeView view;
    view.node = known.node;
    view.heartbeat_age = nodes_.age(known, now);
    view.liveness = jobs::liveness(view.heartbeat_age);
    for (const auto& [job, held] : held_)
      if (held.node == id) view.running.push_back(format("#{}", held.number));
    views.push_back(std::move(view));
  }
  return views;
}

base::Result<jobs::Step> Core::apply(store::JobRecord& record, Event event, jobs::Claim claim, const std::string& actor,
                                     const std::string& reason, units::Instant now) {
  const jobs::Step step = jobs::transition(record.job.state, event, claim);
  if (step.verdict != Verdict::moved) return step;
  record.job.state = step.to;
  record.job.changed = now.wall;
  // Who canceled it stays the reason, however its attempt then ended.
  if (record.job.state != JobState::canceled || event == Event::cancel || record.job.reason.empty())
    record.job.reason = reason;
  FFWATT_CHECK(store_.save(record, {std::string(jobs::name(step.to)), actor, reason, now.wall}));
  if (step.to != JobState::running && step.to != JobState::canceling) held_.erase(record.job.id);
  offers_.erase(record.job.id);  // no offer outlives a change of its job
  if (jobs::is_terminal(step.to)) after_commit_.push_back([this, job = record.job] { log_finished(job); });
  return step;
}

base::Result<jobs::Job> Core::cancel(const std::string& id_or_number, const std::string& actor, units::Instant now) {
  FFWATT_TRY(auto record, find(id_or_number));
  FFWATT_TRY(const auto step, apply(record, Event::cancel, jobs::Claim::none, actor, "canceled by " + actor, now));
  if (step.verdict == Verdict::conflict)
    return Error::failed(
        format("job #{} is {} and cannot be canceled: {}", record.job.number, jobs::name(record.job.state), step.why));
  // The holder hears of it by the poll that it keeps open, or by the next one.
  const auto held = held_.find(record.job.id);
  if (record.job.state == JobState::canceling && record.lease && held != held_.end()) {
    held->second.command = {record.job.id, record.lease->attempt, wire::LeaseWord::cancel};
    FFWATT_CHECK(serve_waiters(now));
  }
  return std::move(record.job);
}

void Core::log_finished(const jobs::Job& job) {
  metrics_.increment(metrics::Name::jobs_finished, {{"outcome", std::string(jobs::name(job.state))}});
  const jobs::EnergyLine* line = job.report ? jobs::headline(job.report->energy) : nullptr;
  std::string energy = "n/a: no attempt reported any";
  std::string quality = "unmeasurable";
  if (line) {
    quality = std::string(units::name(line->energy.quality()));
    energy = line->energy.known() ? format("{:.1f} J", line->energy.value().value()) : line->energy.reason();
  }
  log_.info(format("job {}", jobs::name(job.state)),
            {{"job", format("#{}", job.number)},
             {"scenario", job.submission.spec.scenario},
             {"node", job.attempts.empty() ? "-" : job.attempts.back().node_name},
             {"attempts", format("{}", job.attempts.size())},
             {"seconds", job.report && job.report->timings.elapsed > units::Seconds(0)
                             ? format("{:.1f}", job.report->timings.elapsed.value())
                             : "-"},
             {"energy", energy},
             {"quality", quality},
             {"error", job.state == JobState::completed ? "-" : job.reason}});
}

std::vector<Core::Reply> Core::take_replies() { return std::exchange(replies_, {}); }

}  // namespace master
