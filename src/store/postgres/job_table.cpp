#include "store/postgres/job_table.h"

#include <set>

#include "base/format.h"
#include "store/postgres/job_rows.h"

namespace store::postgres {
namespace {

using base::Error;
using base::format;

constexpr units::Seconds key_lifetime{24 * 3600.0};

Error no_job(base::Id id) { return Error::absent(format("there is no job {}", id.text())); }
Error taken(const std::string& id) { return Error::retry(format("there is a job {} already; make another id", id)); }

constexpr std::string_view looking = "looking for a job in";

}  // namespace

base::Result<JobRecord> find_record(Session& session, base::Id id) {
  if (!session.in_transaction()) {
    FFWATT_TRY(const auto rows, session.ask(looking, "SELECT " FFWATT_PG_RECORD " FROM jobs j WHERE j.id = $1::uuid",
                                            Parameters().add(id)));
    if (rows.size() == 0) return no_job(id);
    return record_at(session.where(), rows, 0);
  }
  if (const auto* held = session.round().find(id)) return held->record;
  FFWATT_TRY(const auto rows,
             session.ask(looking, "SELECT " FFWATT_PG_RECORD " FROM jobs j WHERE j.id = $1::uuid FOR UPDATE",
                         Parameters().add(id)));
  if (rows.size() == 0) return no_job(id);
  FFWATT_TRY(auto record, record_at(session.where(), rows, 0));
  return session.round().hold(std::move(record)).record;
}

base::Result<JobRecord> find_record(Session& session, std::int64_t number) {
  const auto absent = [&] { return Error::absent(format("there is no job #{}", number)); };
  if (!session.in_transaction()) {
    FFWATT_TRY(const auto rows,
               session.ask(looking, "SELECT " FFWATT_PG_RECORD " FROM jobs j WHERE j.number = $1::bigint",
                           Parameters().add(number)));
    if (rows.size() == 0) return absent();
    return record_at(session.where(), rows, 0);
  }
  if (const auto* held = session.round().find(number)) return held->record;
  FFWATT_TRY(const auto rows,
             session.ask(looking, "SELECT " FFWATT_PG_RECORD " FROM jobs j WHERE j.number = $1::bigint FOR UPDATE",
                         Parameters().add(number)));
  if (rows.size() == 0) return absent();
  FFWATT_TRY(auto record, record_at(session.where(), rows, 0));
  return session.round().hold(std::move(record)).record;
}

base::Result<void> hold_records(Session& session, std::span<const base::Id> ids) {
  std::set<base::Id> wanted;
  for (const auto id : ids)
    if (!session.round().find(id)) wanted.insert(id);
  if (wanted.empty()) return {};
  const std::vector<base::Id> sorted(wanted.begin(), wanted.end());
  // The offers by a statement of its own: it sees what was committed before the locks were had, the first one only
  // what was before it began to wait for them.
  std::vector<Statement> statements;
  statements.push_back({"SELECT " FFWATT_PG_RECORD " FROM jobs j WHERE j.id = ANY($1::uuid[]) ORDER BY j.id FOR UPDATE",
                        Parameters().add_ids(sorted)});
  statements.push_back(
      {"SELECT j.id, o.attempt, o.token FROM jobs j JOIN offers o ON o.job = j.number "
       "WHERE j.id = ANY($1::uuid[]) AND o.expires > farm_clock()",
       Parameters().add_ids(sorted)});
  FFWATT_TRY(const auto answers, session.ask("looking for jobs in", std::move(statements)));
  for (int row = 0; row < answers[0].size(); ++row) {
    FFWATT_TRY(auto record, record_at(session.where(), answers[0], row));
    session.round().hold(std::move(record)).offers = Held::Offers::known;
  }
  for (int row = 0; row < answers[1].size(); ++row) {
    FFWATT_TRY(const auto id, base::Id::parse(answers[1].text(row, 0)));
    if (auto* held = session.round().find(id))
      held->offer = jobs::Lease{id, static_cast<int>(answers[1].integer(row, 1)), answers[1].text(row, 2)};
  }
  return {};
}

base::Result<std::vector<Change>> changes_of(Session& session, base::Id id) {
  std::vector<Statement> statements;
  statements.push_back({"SELECT 1 FROM jobs WHERE id = $1::uuid", Parameters().add(id)});
  statements.push_back(
      {"SELECT c.event, c.actor, c.reason, c.at_ns FROM jobs j JOIN job_changes c ON c.job = j.number "
       "WHERE j.id = $1::uuid ORDER BY c.version",
       Parameters().add(id)});
  FFWATT_TRY(const auto answers, session.ask("reading the history of a job in", std::move(statements)));
  if (answers[0].size() == 0) return no_job(id);
  const auto& rows = answers[1];
  std::vector<Change> changes;
  for (int row = 0; row < rows.size(); ++row)
    changes.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2),
                       units::WallTime::from_nanoseconds(rows.integer(row, 3))});
  return changes;
}

namespace {

base::Result<Store::Inserted> jobs_of(Session& session, const std::string& numbers) {
  FFWATT_TRY(const auto rows, session.ask(looking,
                                          "SELECT " FFWATT_PG_LISTED
                                          " FROM jobs j WHERE j.number = ANY($1::text::bigint[]) ORDER BY j.number",
                                          Parameters().add(numbers)));
  Store::Inserted inserted;
  inserted.origin = Store::Inserted::Origin::repeated;
  for (int row = 0; row < rows.size(); ++row) {
    FFWATT_TRY(auto job, listed_job_at(session.where(), rows, row));
    inserted.texts.push_back(wire::JobText(rows.text(row, 9)));
    inserted.jobs.push_back(std::move(job));
  }
  return inserted;
}

// Takes the key for these numbers; or answers the jobs that it made before. Another master that is just taking it is
// waited for.
base::Result<std::optional<Store::Inserted>> take_key(Session& session, const IdempotencyKey& key,
                                                      std::span<const base::Id> ids,
                                                      std::span<const std::int64_t> numbers, units::WallTime now) {
  std::vector<Statement> statements;
  statements.push_back(
      {"INSERT INTO idempotency_keys AS k (key, body_digest, numbers, created_ns) "
       "SELECT $1::bytea, $2::bytea, $3::bigint[], $4::bigint "
       "WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = ANY($6::uuid[])) "
       "ON CONFLICT (key) DO UPDATE SET body_digest = excluded.body_digest, "
       "numbers = excluded.numbers, created_ns = excluded.created_ns WHERE k.created_ns <= $5::bigint "
       "RETURNING 1",
       Parameters()
           .add_bytes(key.key)
           .add_bytes(key.body_digest)
           .add_numbers(numbers)
           .add(now.nanoseconds())
           .add((now - key_lifetime).nanoseconds())
           .add_ids(ids)});
  statements.push_back(
      {"SELECT body_digest, numbers::text FROM idempotency_keys WHERE key = $1::bytea "
       "AND created_ns > $2::bigint",
       Parameters().add_bytes(key.key).add((now - key_lifetime).nanoseconds())});
  statements.push_back({"SELECT id FROM jobs WHERE id = ANY($1::uuid[])", Parameters().add_ids(ids)});
  FFWATT_TRY(const auto answers, session.ask("adding jobs to", std::move(statements)));
  if (answers[0].size() != 0) return std::optional<Store::Inserted>();
  if (answers[1].size() != 0) {
    if (answers[1].bytes(0, 0) != key.body_digest)
      return Error::invalid(
          format("the idempotency key '{}' came with another body before; use a new key for a new request", key.key));
    FFWATT_TRY(auto known, jobs_of(session, answers[1].text(0, 1)));
    return std::optional(std::move(known));
  }
  if (answers[2].size() != 0) return taken(answers[2].text(0, 0));
  return Error::retry("another master has just used the same idempotency key and given it up; send it again");
}

}  // namespace

base::Result<Store::Inserted> insert_jobs(Session& session, std::vector<JobRecord> records,
                                          std::span<const std::int64_t> numbers,
                                          const std::optional<IdempotencyKey>& key, units::WallTime now) {
  std::set<base::Id> distinct;
  std::vector<base::Id> ids;
  for (const auto& record : records) {
    if (!distinct.insert(record.job.id).second) return taken(record.job.id.text());
    ids.push_back(record.job.id);
  }
  if (key) {
    FFWATT_TRY(auto known, take_key(session, *key, ids, numbers, now));
    if (known) return *std::move(known);
  }
  Store::Inserted inserted;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto& record = records[i];
    record.job.number = numbers[i];
    record.version = 1;
    if (record.text.empty())
      record.text = wire::JobText::of(record.job);
    else
      record.text.set_number(numbers[i]);
    inserted.jobs.push_back(record.job);
    inserted.texts.push_back(record.text);
    session.round().insert(std::move(record));
  }
  return inserted;
}

Statement forget_old_keys(units::WallTime now) {
  return {
      "DELETE FROM idempotency_keys WHERE key IN (SELECT key FROM idempotency_keys WHERE created_ns <= $1::bigint "
      "ORDER BY created_ns LIMIT 1000 FOR UPDATE SKIP LOCKED)",
      Parameters().add((now - key_lifetime).nanoseconds())};
}

// Its power traces go with it, also those of its results: they are what takes the room. "<id>-2" is the result of its
// second completion; '.' comes after '-'.
#define FFWATT_PG_FORGET                                                                        \
  "gone AS (DELETE FROM jobs USING old WHERE jobs.number = old.number RETURNING jobs.number), " \
  "changes AS (DELETE FROM job_changes c USING old WHERE c.job = old.number), "                 \
  "traces AS (DELETE FROM power_traces p USING old WHERE p.run = old.id::text), "               \
  "more AS (DELETE FROM power_traces p USING old "                                              \
  "WHERE p.run >= old.id::text || '-' AND p.run < old.id::text || '.') "                        \
  "SELECT count(*) FROM gone"

base::Result<int> forget_ended(Session& session, units::WallTime before, int most) {
  FFWATT_TRY(const auto rows,
             session.ask("removing old jobs from",
                         "WITH old AS MATERIALIZED (SELECT number, id FROM jobs "
                         "WHERE state IN ('completed', 'failed', 'canceled') AND changed_ns < $1::bigint "
                         "ORDER BY changed_ns LIMIT $2::bigint FOR UPDATE SKIP LOCKED), " FFWATT_PG_FORGET,
                         Parameters().add(before.nanoseconds()).add(std::int64_t{most})));
  return static_cast<int>(rows.integer(0, 0));
}

base::Result<void> forget(Session& session, base::Id job) {
  FFWATT_TRY(const auto record, find_record(session, job));
  if (!jobs::is_terminal(record.job.state))
    return Error::retry(format("job #{} is {}; cancel it first", record.job.number, jobs::name(record.job.state)));
  FFWATT_TRY(const auto rows, session.ask("removing a job from",
                                          "WITH old AS MATERIALIZED (SELECT number, id FROM jobs "
                                          "WHERE number = $1::bigint), " FFWATT_PG_FORGET,
                                          Parameters().add(record.job.number)));
  session.round().let_go(job);
  return {};
}

}  // namespace store::postgres
