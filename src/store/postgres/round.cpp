#include "store/postgres/round.h"

#include "store/postgres/job_rows.h"

namespace store::postgres {
namespace {

bool holds_lease(jobs::JobState state) {
  return state == jobs::JobState::running || state == jobs::JobState::canceling;
}

}  // namespace

void Round::clear() { *this = Round(); }

Held* Round::find(base::Id id) {
  const auto found = held_.find(id);
  return found == held_.end() ? nullptr : &found->second;
}

Held* Round::find(std::int64_t number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : find(found->second);
}

Held& Round::hold(JobRecord record) {
  const auto id = record.job.id;
  by_number_[record.job.number] = id;
  auto& held = held_[id];
  held.stored_version = record.version;
  held.stored_state = record.job.state;
  held.record = std::move(record);
  return held;
}

void Round::let_go(base::Id id) {
  if (const auto* held = find(id)) by_number_.erase(held->record.job.number);
  held_.erase(id);
}

void Round::save(Held& held, const JobRecord& record, const Change& change) {
  held.record = record;
  held.offers = Held::Offers::known;
  held.offer.reset();
  saved_.insert(record.job.id);
  changes_.push_back({record.job.number, record.version, change});
}

void Round::offer(NewOffer offer) {
  if (auto* held = find(offer.lease.job)) {
    held->offers = Held::Offers::known;
    held->offer = offer.lease;
  }
  offers_.push_back(std::move(offer));
}

std::vector<Statement> Round::take() {
  std::vector<Statement> statements;
  add_inserts(statements);
  add_offers(statements);  // of jobs that were saved before they were offered: those saves went out with the question
  add_saves(statements);
  add_history(statements);
  if (!renewals_.empty()) {
    std::vector<base::Id> jobs;
    std::vector<double> lifetimes;
    for (const auto& [job, lifetime] : renewals_) jobs.push_back(job), lifetimes.push_back(lifetime);
    // Only leases that are there: whoever ended one has removed it.
    statements.push_back(
        {"UPDATE leases l SET until = farm_clock() + t.seconds * interval '1 second', "
         "lifetime = t.seconds * interval '1 second' "
         "FROM unnest($1::uuid[], $2::float8[]) AS t(id, seconds) JOIN jobs j ON j.id = t.id "
         "WHERE l.job = j.number",
         Parameters().add_ids(jobs).add_doubles(lifetimes)});
    renewals_.clear();
  }
  if (!heard_.empty()) {
    const std::vector<base::Id> nodes(heard_.begin(), heard_.end());
    statements.push_back(
        {"INSERT INTO node_heard (node, at) SELECT node, farm_clock() FROM unnest($1::uuid[]) AS t(node) "
         "ON CONFLICT (node) DO UPDATE SET at = excluded.at",
         Parameters().add_ids(nodes)});
    heard_.clear();
  }
  return statements;
}

void Round::add_inserts(std::vector<Statement>& into) {
  if (inserts_.empty()) return;
  std::vector<NumberedRecord> records;
  for (const auto& record : inserts_) records.push_back({&record, 0});
  into.push_back(insert_statement(records));
  inserts_.clear();
}

void Round::add_offers(std::vector<Statement>& into) {
  if (offers_.empty()) return;
  std::vector<std::int64_t> numbers, attempts;
  std::vector<base::Id> nodes;
  std::vector<std::string> claims, tokens;
  std::vector<double> lifetimes;
  for (const auto& offer : offers_) {
    numbers.push_back(offer.number);
    nodes.push_back(offer.node);
    claims.push_back(offer.claim_id);
    attempts.push_back(offer.lease.attempt);
    tokens.push_back(offer.lease.token);
    lifetimes.push_back(offer.lifetime);
  }
  // One that has ended may still lie there.
  into.push_back(
      {"INSERT INTO offers (job, node, claim_id, attempt, token, expires) "
       "SELECT job, node, claim_id, attempt::integer, token, farm_clock() + seconds * interval '1 second' "
       "FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::float8[]) "
       "AS t(job, node, claim_id, attempt, token, seconds) "
       "ON CONFLICT (job) DO UPDATE SET node = excluded.node, claim_id = excluded.claim_id, "
       "attempt = excluded.attempt, token = excluded.token, expires = excluded.expires",
       Parameters()
           .add_numbers(numbers)
           .add_ids(nodes)
           .add_texts(claims)
           .add_numbers(attempts)
           .add_texts(tokens)
           .add_doubles(lifetimes)});
  offers_.clear();
}

void Round::add_saves(std::vector<Statement>& into) {
  if (saved_.empty()) return;
  std::vector<NumberedRecord> records;
  std::vector<std::int64_t> free, begun, ended;  // what had an offer perhaps; what has a lease now, or none any more
  for (const auto id : saved_) {
    auto& held = held_.at(id);
    records.push_back({&held.record, held.stored_version});
    const auto number = held.record.job.number;
    const bool was = holds_lease(held.stored_state), is = holds_lease(held.record.job.state);
    if (!was) free.push_back(number);
    if (is && !was) begun.push_back(number);
    if (was && !is) ended.push_back(number);
  }
  into.push_back(update_statement(records));
  if (!free.empty())
    into.push_back({"DELETE FROM offers WHERE job = ANY($1::bigint[])", Parameters().add_numbers(free)});
  if (!ended.empty())
    into.push_back({"DELETE FROM leases WHERE job = ANY($1::bigint[])", Parameters().add_numbers(ended)});
  if (!begun.empty())
    into.push_back({"INSERT INTO leases (job) SELECT job FROM unnest($1::bigint[]) AS t(job) ON CONFLICT DO NOTHING",
                    Parameters().add_numbers(begun)});
  for (const auto id : saved_) {
    auto& held = held_.at(id);
    held.stored_version = held.record.version;
    held.stored_state = held.record.job.state;
  }
  saved_.clear();
}

void Round::add_history(std::vector<Statement>& into) {
  if (changes_.empty()) return;
  std::vector<std::int64_t> numbers, versions, times;
  std::vector<std::string> events, actors, reasons;
  for (const auto& [number, version, change] : changes_) {
    numbers.push_back(number);
    versions.push_back(version);
    times.push_back(change.at.nanoseconds());
    events.push_back(change.event);
    actors.push_back(change.actor);
    reasons.push_back(change.reason);
  }
  into.push_back(
      {"INSERT INTO job_changes (job, version, at_ns, event, actor, reason) SELECT * "
       "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])",
       Parameters()
           .add_numbers(numbers)
           .add_numbers(versions)
           .add_numbers(times)
           .add_texts(events)
           .add_texts(actors)
           .add_texts(reasons)});
  changes_.clear();
}

}  // namespace store::postgres
