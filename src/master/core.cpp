#include "master/core.h"

#include <algorithm>

#include "base/format.h"
#include "base/mutants.h"
#include "base/text.h"

namespace master {

using base::Error;
using base::format;
using jobs::Event;
using jobs::JobState;
using jobs::Verdict;

namespace {

// Changes of many jobs at once: so many take some milliseconds, and nobody waits for longer.
constexpr int most_at_once = 500;

}  // namespace

units::Seconds Core::lease_lifetime() const {
  const auto life = settings_.times.time_to_live + settings_.times.margin();
  return FFWATT_MUTANT(dead_leases_stay) ? life * 4.0 : life;
}

Core::Core(store::Store& store, os::Random& random, base::Log& log, metrics::Registry& metrics, CoreSettings settings)
    : store_(store),
      random_(random),
      log_(log),
      metrics_(metrics),
      settings_(std::move(settings)),
      nodes_(store_),
      events_(settings_.life, settings_.kept_events) {}

base::Result<void> Core::recover(units::Instant now) {
  FFWATT_CHECK(nodes_.load(now));
  FFWATT_TRY(const auto leases, store_.restart_leases(lease_lifetime(), now));
  if (leases > 0) {
    quiet_until_ = now.boot + settings_.quiet_after_restart;
    log_.info("found jobs that were running; offering nothing until their nodes report",
              {{"jobs", format("{}", leases)}, {"seconds", format("{}", settings_.quiet_after_restart.value())}});
  }
  if (FFWATT_MUTANT(ended_job_comes_back) || FFWATT_MUTANT(canceled_by_nobody)) {
    const bool back = FFWATT_MUTANT(ended_job_comes_back);
    FFWATT_TRY(const auto ids, store_.matching(back ? JobState::completed : JobState::queued, "", 1));
    for (const auto id : ids) (void)change(id.text(), back ? Event::retry : Event::cancel, "nobody", now).ok();
  }
  return read_tokens(now);
}

base::Result<void> Core::reload(units::Instant now) {
  store_.forget_failure();
  after_commit_.clear();
  // A shared database that was away in the middle of a commit may have done it.
  if (store_.sharing() == store::Store::Sharing::shared) events_.gap();
  wake_ = true;
  told_.clear();  // whoever was told in the round that is void may not have heard
  FFWATT_CHECK(nodes_.load(now));
  FFWATT_CHECK(store_.restart_leases(lease_lifetime(), now));
  // An offer that is taken needs a write: who has just found no room need not be asked at once again.
  if (store_.sharing() == store::Store::Sharing::alone) quiet_until_ = now.boot + settings_.quiet_after_restart;
  return {};
}

WatchedStore::Wrote Core::committed() {
  for (const auto& happen : std::exchange(after_commit_, {})) happen();
  for (const auto& change : store_.take_changes()) std::visit([this](const auto& one) { events_.add(one); }, change);
  return store_.take_wrote();
}

std::vector<store::JobRecord> Core::prepare(std::vector<jobs::Submission> submissions, os::Random& random,
                                            units::WallTime now) {
  std::vector<store::JobRecord> records;
  records.reserve(submissions.size());
  for (auto& submission : submissions) {
    store::JobRecord record;
    record.job.id = random.id(now);
    record.job.created = record.job.changed = now;
    record.job.submission = std::move(submission);
    record.job_class = jobs::class_of(jobs::needs(record.job));
    record.text = wire::JobText::of(record.job);
    records.push_back(std::move(record));
  }
  return records;
}

base::Result<store::Store::Inserted> Core::submit(std::vector<jobs::Submission> submissions,
                                                  const std::optional<store::IdempotencyKey>& key, units::Instant now) {
  return submit(prepare(std::move(submissions), random_, now.wall), key, now);
}

base::Result<store::Store::Inserted> Core::submit(std::vector<store::JobRecord> records,
                                                  const std::optional<store::IdempotencyKey>& key, units::Instant now) {
  auto first = FFWATT_MUTANT(key_ignored) ? std::nullopt : key;
  if (first && FFWATT_MUTANT(any_body_of_a_key)) first->body_digest.clear();
  FFWATT_TRY(auto inserted, store_.insert(std::move(records), first, now.wall));
  if (inserted.origin == store::Store::Inserted::Origin::fresh) {
    std::map<jobs::Queue, int> submitted;
    for (const auto& job : inserted.jobs) ++submitted[job.submission.queue];
    after_commit_.push_back([this, submitted] {
      for (const auto& [queue, count] : submitted)
        metrics_.increment(metrics::Name::jobs_submitted, {{"queue", std::string(name(queue))}}, count);
    });
  }
  wake_ = true;
  return inserted;
}

std::string Core::waits_for(const jobs::Job& job) const {
  if (job.state != JobState::queued) return {};
  if (nodes_.all().empty()) return "no node has registered yet; the job waits";
  const jobs::Needs wanted = jobs::needs(job);
  std::string lacking;
  for (const auto& [id, node] : nodes_.all()) {
    if (jobs::can_run(id, node.facts, wanted)) return {};
    if (lacking.empty()) lacking = jobs::lacks(node.facts, wanted);
  }
  if (lacking.empty()) return "unsatisfiable: it failed on every node that has what it needs, for what they lack";
  return format("unsatisfiable: needs {}; no node has it", lacking);
}

base::Result<store::JobRecord> find_record(store::Reader& reader, const std::string& id_or_number) {
  std::string_view text = id_or_number;
  if (text.starts_with('#')) text.remove_prefix(1);
  if (const auto number = base::to_int(text)) {
    auto record = reader.record_by_number(*number);
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
  auto record = reader.record(*id);
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

base::Result<void> Core::health() { return store_.health(); }

base::Result<std::vector<wire::NodeView>> Core::nodes(units::Instant now) {
  FFWATT_TRY(auto seen, store_.nodes(now));
  FFWATT_TRY(const auto holdings, store_.holdings({}, now));
  std::map<base::Id, std::vector<std::string>> running;
  for (const auto& holding : holdings)
    if (holding.state != JobState::queued) running[holding.node].push_back(format("#{}", holding.number));
  std::vector<wire::NodeView> views;
  for (auto& one : seen) {
    wire::NodeView view;
    view.running = std::move(running[one.node.id]);
    view.node = std::move(one.node);
    view.heartbeat_age = one.since_heard;
    view.liveness = jobs::liveness(view.heartbeat_age);
    views.push_back(std::move(view));
  }
  return views;
}

base::Result<wire::NodeView> Core::set_intent(const std::string& node, jobs::Intent intent, const std::string& reason,
                                              units::Instant now, std::optional<units::Seconds> within) {
  FFWATT_TRY(auto views, nodes(now));
  std::erase_if(views, [&](const auto& view) { return view.node.id.text() != node && view.node.facts.name != node; });
  if (views.empty())
    return Error::absent(format("there is no node '{}'; list them with `ffwatt nodes ls`", node.substr(0, 64)));
  if (views.size() > 1)
    return Error::invalid(format("{} nodes are named '{}'; give the id of one: {} …", views.size(), node.substr(0, 64),
                                 views.front().node.id.text()));
  auto& view = views.front();
  const auto give_back_at = within ? std::optional(now.wall + *within) : std::nullopt;
  FFWATT_TRY(const auto changed, nodes_.set_intent(view.node.id, intent, reason, now, give_back_at));
  view.node.intent = changed.intent;
  view.node.give_back_at = changed.give_back_at;
  view.node.intent_reason = changed.intent_reason;
  if (intent == jobs::Intent::active) let_down_.erase(view.node.id);
  wake_ = true;
  return std::move(view);
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
  if (step.to == JobState::queued) record.job_class = jobs::class_of(jobs::needs(record.job));
  FFWATT_CHECK(store_.save(record, {std::string(jobs::name(step.to)), actor, reason, now.wall}));
  if (step.to != JobState::running && step.to != JobState::canceling) {
    spent_.erase(record.job.id);
    if (record.lease) told_.erase({record.job.id, record.lease->attempt});
  }
  if (jobs::is_terminal(step.to)) note_finished(record.job);
  return step;
}

base::Result<jobs::Step> Core::change(store::JobRecord& record, Event event, const std::string& actor,
                                      units::Instant now) {
  std::string reason;
  switch (event) {
    case Event::cancel:
      reason = "canceled by " + actor;
      break;
    case Event::pause:
      reason = "paused by " + actor;
      break;
    case Event::resume:
      reason = "resumed by " + actor;
      break;
    default:
      reason = "to be tried again, asked for by " + actor;
  }
  if (event == Event::retry && jobs::is_terminal(record.job.state)) {
    // A life of its own: what the attempts before it did is kept, and speaks neither for nor against it any more.
    record.job.failures = record.job.interruptions = record.job.crashes = 0;
    record.job.not_before.reset();
    record.holder.reset();
  }
  return apply(record, event, jobs::Claim::none, actor, reason, now);
}

base::Result<jobs::Job> Core::change(const std::string& id_or_number, Event event, const std::string& actor,
                                     units::Instant now) {
  FFWATT_TRY(auto record, find(id_or_number));
  FFWATT_TRY(const auto step, change(record, event, actor, now));
  if (step.verdict == Verdict::conflict) {
    static const std::map<Event, std::string_view> participles{
        {Event::cancel, "canceled"}, {Event::pause, "paused"}, {Event::resume, "resumed"}, {Event::retry, "retried"}};
    return Error::failed(format("job #{} is {} and cannot be {}: {}", record.job.number, jobs::name(record.job.state),
                                participles.at(event), step.why));
  }
  // The holder hears of a cancel by the poll that it keeps open, or by the next one.
  wake_ = true;
  return std::move(record.job);
}

base::Result<std::vector<base::Id>> Core::matching(const wire::JobQuery& query,
                                                   const std::function<bool(JobState)>& wanted) {
  std::vector<base::Id> all;
  for (const auto state : jobs::all_job_states()) {
    if ((query.state && *query.state != state) || !wanted(state)) continue;
    const int left = most_at_once - static_cast<int>(all.size());
    if (left == 0) break;
    FFWATT_TRY(const auto ids, store_.matching(state, query.scenario, left));
    all.insert(all.end(), ids.begin(), ids.end());
  }
  return all;
}

base::Result<Core::Many> Core::change_many(const wire::JobQuery& query, Event event, const std::string& actor,
                                           units::Instant now) {
  const auto moves = [&](JobState state) {
    return jobs::transition(state, event, jobs::Claim::none).verdict == Verdict::moved;
  };
  FFWATT_TRY(const auto ids, matching(query, moves));
  FFWATT_CHECK(store_.prefetch(ids));
  Many many;
  for (const auto id : ids) {
    FFWATT_TRY(auto record, store_.record(id));
    FFWATT_TRY(const auto step, change(record, event, actor, now));
    if (step.verdict == Verdict::moved) ++many.changed;
  }
  if (many.changed == most_at_once) many.more = Many::More::yes;
  wake_ = true;
  return many;
}

base::Result<Core::Rested> Core::retire(units::Instant now) {
  if (!settings_.keep_jobs || now.boot < retire_again_) return Rested::yes;
  FFWATT_TRY(const int gone, store_.forget_ended(now.wall - *settings_.keep_jobs, most_at_once));
  if (gone == most_at_once) return Rested::no;
  retire_again_ = now.boot + units::Seconds(60);
  return Rested::yes;
}

base::Result<void> Core::forget(const std::string& id_or_number) {
  FFWATT_TRY(const auto record, find(id_or_number));
  const auto& job = record.job;
  if (!jobs::is_terminal(job.state))
    return Error::failed(format("job #{} is {}; only a job that has ended can be removed: cancel it first", job.number,
                                jobs::name(job.state)));
  return store_.forget(job.id);
}

base::Result<Core::Many> Core::forget_many(const wire::JobQuery& query) {
  FFWATT_TRY(const auto ids, matching(query, jobs::is_terminal));
  Many many;
  for (const auto id : ids) {
    const auto gone = store_.forget(id);
    if (gone)
      ++many.changed;
    else if (gone.error().kind() != base::ErrorKind::retry)  // it has not ended
      return gone.error();
  }
  if (many.changed == most_at_once) many.more = Many::More::yes;
  return many;
}

void Core::note_finished(const jobs::Job& job) {
  const jobs::EnergyLine* line = job.report ? jobs::headline(job.report->energy) : nullptr;
  std::string energy = "n/a: no attempt reported any";
  std::string quality = "unmeasurable";
  if (line) {
    quality = std::string(units::name(line->energy.quality()));
    energy = line->energy.known() ? format("{:.1f} J", line->energy.value().value()) : line->energy.reason();
  }
  // Of the job only what is told: a record with its report is a thousand bytes in fifty pieces.
  after_commit_.push_back([this, state = job.state, number = job.number, scenario = job.submission.spec.scenario,
                           node = job.attempts.empty() ? "-" : job.attempts.back().node_name,
                           attempts = job.attempts.size(),
                           elapsed = job.report ? job.report->timings.elapsed : units::Seconds(0), energy, quality,
                           error = job.state == JobState::completed ? "-" : job.reason] {
    metrics_.increment(metrics::Name::jobs_finished, {{"outcome", std::string(jobs::name(state))}});
    log_.info(format("job {}", jobs::name(state)),
              {{"job", format("#{}", number)},
               {"scenario", scenario},
               {"node", node},
               {"attempts", format("{}", attempts)},
               {"seconds", elapsed > units::Seconds(0) ? format("{:.1f}", elapsed.value()) : "-"},
               {"energy", energy},
               {"quality", quality},
               {"error", error}});
  });
}

std::vector<Core::Reply> Core::take_replies() { return std::exchange(replies_, {}); }

}  // namespace master
