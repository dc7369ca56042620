#include "store/sqlite/job_table.h"

#include <set>

#include "base/format.h"
#include "store/sqlite/job_rows.h"

namespace store::sqlite {
namespace {

using base::Error;
using base::format;

constexpr units::Seconds key_lifetime{24 * 3600.0};

Error no_job(base::Id id) { return Error::absent(format("there is no job {}", id.text())); }

// The jobs that a key made before; nothing where it is new.
base::Result<std::optional<std::vector<jobs::Job>>> jobs_of(Connection& connection, const IdempotencyKey& key,
                                                            units::WallTime now) {
  std::optional<std::vector<jobs::Job>> jobs;
  Query known(connection,
              "SELECT body_digest, first_number, jobs FROM idempotency_keys WHERE key = ? AND created_ns > ?");
  if (!known.bind(key.key).bind((now - key_lifetime).nanoseconds()).step()) return jobs;
  if (known.text(0) != key.body_digest)
    return Error::invalid(
        format("the idempotency key '{}' came with another body before; use a new key for a new request", key.key));
  Query rows(connection, "SELECT " FFWATT_LISTED_COLUMNS " FROM jobs WHERE number >= ? AND number < ? ORDER BY number");
  rows.bind(known.integer(1)).bind(known.integer(1) + known.integer(2));
  jobs.emplace();
  while (rows.step()) {
    FFWATT_TRY(auto job, listed_job_at(connection, rows));
    jobs->push_back(std::move(job));
  }
  return jobs;
}

void remember(Connection& connection, const IdempotencyKey& key, std::int64_t first, std::size_t count,
              units::WallTime now) {
  Query(connection,
        "INSERT INTO idempotency_keys (key, body_digest, first_number, jobs, created_ns) VALUES (?, ?, ?, ?, ?)")
      .bind(key.key)
      .bind(key.body_digest)
      .bind(first)
      .bind(static_cast<std::int64_t>(count))
      .bind(now.nanoseconds())
      .execute();
}

void forget_old_keys(Connection& connection, units::WallTime now) {
  Query(connection, "DELETE FROM idempotency_keys WHERE created_ns <= ?")
      .bind((now - key_lifetime).nanoseconds())
      .execute();
}

bool id_is_taken(Connection& connection, base::Id id) {
  return Query(connection, "SELECT 1 FROM jobs WHERE id = ?").bind(id.text()).step();
}

}  // namespace

base::Result<Store::Inserted> insert_jobs(Connection& connection, std::vector<JobRecord> records,
                                          const std::optional<IdempotencyKey>& key, units::WallTime now) {
  return connection.atomically("adding jobs to", [&]() -> base::Result<Store::Inserted> {
    Store::Inserted inserted;
    if (key) {
      FFWATT_TRY(auto known, jobs_of(connection, *key, now));
      if (known) {
        inserted.jobs = *std::move(known);
        for (const auto& job : inserted.jobs) inserted.texts.push_back(wire::JobText::of(job));
        inserted.origin = Store::Inserted::Origin::repeated;
        return inserted;
      }
    }
    // Whatever may be refused comes before the first row that is written.
    std::set<base::Id> ids;
    for (const auto& record : records)
      if (!ids.insert(record.job.id).second || id_is_taken(connection, record.job.id))
        return Error::retry(format("there is a job {} already; make another id", record.job.id.text()));
    if (key) forget_old_keys(connection, now);
    const auto first = next_number(connection);
    auto number = first;
    for (auto& record : records) {
      if (record.text.empty()) record.text = wire::JobText::of(record.job);
      record.job.number = number++;
      record.text.set_number(record.job.number);
      insert_row(connection, record);
      inserted.jobs.push_back(std::move(record.job));
      inserted.texts.push_back(std::move(record.text));
    }
    if (key) remember(connection, *key, first, records.size(), now);
    return inserted;
  });
}

base::Result<JobRecord> find_record(Connection& connection, base::Id id) {
  return connection.run("looking for a job in", [&]() -> base::Result<JobRecord> {
    Query row(connection, "SELECT " FFWATT_JOB_COLUMNS " FROM jobs WHERE id = ?");
    if (!row.bind(id.text()).step()) return no_job(id);
    return record_at(connection, row);
  });
}

base::Result<JobRecord> find_record(Connection& connection, std::int64_t number) {
  return connection.run("looking for a job in", [&]() -> base::Result<JobRecord> {
    Query row(connection, "SELECT " FFWATT_JOB_COLUMNS " FROM jobs WHERE number = ?");
    if (!row.bind(number).step()) return Error::absent(format("there is no job #{}", number));
    return record_at(connection, row);
  });
}

base::Result<void> save_record(Connection& connection, JobRecord& record, const Change& change) {
  auto saved = connection.atomically("changing a job in", [&]() -> base::Result<void> {
    if (update_row(connection, record) == 0) {
      if (!id_is_taken(connection, record.job.id)) return no_job(record.job.id);
      return Error::retry(
          format("somebody else changed job {} since it was read; read it again", record.job.id.text()));
    }
    Query(connection, "INSERT INTO job_changes (job, version, at_ns, event, actor, reason) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(record.job.number)
        .bind(record.version + 1)
        .bind(change.at.nanoseconds())
        .bind(change.event)
        .bind(change.actor)
        .bind(change.reason)
        .execute();
    return {};
  });
  if (saved) {
    ++record.version;
    record.stored = record.job.state;
  }
  return saved;
}

base::Result<std::vector<Change>> changes_of(Connection& connection, base::Id id) {
  return connection.run("reading the history of a job in", [&]() -> base::Result<std::vector<Change>> {
    if (!id_is_taken(connection, id)) return no_job(id);
    Query rows(connection,
               "SELECT event, actor, reason, at_ns FROM job_changes WHERE job = (SELECT number FROM jobs WHERE id = ?) "
               "ORDER BY version");
    rows.bind(id.text());
    std::vector<Change> changes;
    while (rows.step())
      changes.push_back({rows.text(0), rows.text(1), rows.text(2), units::WallTime::from_nanoseconds(rows.integer(3))});
    return changes;
  });
}

namespace {

// Its history goes with it (ON DELETE CASCADE), and its power traces, also those of its results: they are what takes
// the room, up to a megabyte for each hour of work.
void remove_job(Connection& connection, std::int64_t number, const std::string& id) {
  Query(connection, "DELETE FROM jobs WHERE number = ?").bind(number).execute();
  // "<id>-2" is the result of its second completion; '.' comes after '-'.
  Query(connection, "DELETE FROM power_traces WHERE run = ?1 OR (run >= ?1 || '-' AND run < ?1 || '.')")
      .bind(id)
      .execute();
}

}  // namespace

base::Result<std::vector<Gone>> forget_ended(Connection& connection, units::WallTime before, int most) {
  return connection.atomically("removing old jobs from", [&]() -> base::Result<std::vector<Gone>> {
    std::vector<std::pair<std::int64_t, std::string>> old;
    std::vector<Gone> gone;
    {
      Query rows(connection,
                 "SELECT number, id, scenario, state FROM jobs INDEXED BY jobs_ended "
                 "WHERE (state = 'completed' OR state = 'failed' OR state = 'canceled') AND changed_ns < ? "
                 "ORDER BY changed_ns LIMIT ?");
      rows.bind(before.nanoseconds()).bind(std::int64_t{most});
      while (rows.step()) {
        FFWATT_TRY(const auto state, jobs::parse_job_state(rows.text(3)));
        old.emplace_back(rows.integer(0), rows.text(1));
        gone.push_back({rows.text(2), state});
      }
    }
    for (const auto& [number, id] : old) remove_job(connection, number, id);
    return gone;
  });
}

base::Result<Gone> forget(Connection& connection, base::Id job) {
  return connection.atomically("removing a job from", [&]() -> base::Result<Gone> {
    std::int64_t number = 0;
    Gone gone;
    {
      Query row(connection, "SELECT number, state, scenario FROM jobs WHERE id = ?");
      if (!row.bind(job.text()).step()) return no_job(job);
      FFWATT_TRY(gone.state, jobs::parse_job_state(row.text(1)));
      if (!jobs::is_terminal(gone.state))
        return Error::retry(format("job #{} is {}; cancel it first", row.integer(0), jobs::name(gone.state)));
      number = row.integer(0);
      gone.scenario = row.text(2);
    }
    remove_job(connection, number, job.text());
    return gone;
  });
}

}  // namespace store::sqlite
