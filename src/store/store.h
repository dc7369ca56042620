// Store: what must survive. One interface for SQLite (embedded) and, later, PostgreSQL; conformance/ says what both
// must do. Read this header first. The store keeps and finds; it never decides: states change by jobs::transition. One
// thread at a time (the master's store thread).
//
// All changes between begin() and commit() become durable together; nothing may be acknowledged before commit()
// returned. Each call is all or nothing; one that is refused has changed nothing, and the transaction goes on. An error
// of the disk inside of a transaction undoes all of it: its commit fails. A commit that fails has rolled back. Outside
// of a transaction a call is durable when it returns.
//
// Errors: absent (no such record), retry (somebody else changed it, or the file is busy), invalid (the caller's fault),
// failed (disk full, I/O, a damaged file: stop serving; after I/O errors every further call fails as well).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/job.h"
#include "jobs/lease.h"
#include "jobs/node.h"
#include "jobs/report.h"
#include "os/host.h"
#include "wire/messages.h"

namespace store {

// Finished runs of this machine or farm: `ffwatt run`, `ffwatt test` and accepted results of jobs share one schema.
class Results {
 public:
  virtual ~Results() = default;
  // retry where the id is taken: keep it by another one. Durable when it returns, or with the transaction that is open.
  // Its power trace is kept beside it: the reports that are read have none.
  virtual base::Result<void> add_report(const jobs::Report& report) = 0;
  // Also by a prefix of 3 characters or more. absent: none; invalid: several, which the text names.
  virtual base::Result<jobs::Report> report(const std::string& id) = 0;
  virtual base::Result<std::vector<jobs::Report>> reports(int limit) = 0;  // by their start, newest first
  // By the whole id of a run, or of a job (Store::put_power_trace). absent: none was kept.
  virtual base::Result<std::string> power_trace(const std::string& id) = 0;
};

struct JobRecord {
  jobs::Job job;
  std::optional<jobs::Lease> lease;  // of the last attempt, also after it ended (late but sole)
  std::optional<base::Id> holder;  // the node of that lease; absent once its result has sent the job back to the queue
  std::string job_class;           // what a node must have, as text: same text, same needs; empty: jobs::class_of
  std::int64_t version = 0;        // changes with every save
  bool operator==(const JobRecord&) const = default;
};

// Why a record changed; kept with it in the same transaction.
struct Change {
  std::string event, actor, reason;
  units::WallTime at;
  bool operator==(const Change&) const = default;
};

struct IdempotencyKey {
  std::string key;
  std::string body_digest;  // of the body that came with it
};

class Store : public Results {
 public:
  virtual base::Result<void> begin() = 0;
  virtual base::Result<void> commit() = 0;
  virtual void rollback() = 0;
  // none: the error that a call just answered came of a full disk. What was committed is safe and can be read; after
  // rollback() the next begin() starts afresh, and a write succeeds as soon as there is room for it.
  enum class Room { enough, none };
  virtual Room room() const = 0;

  // Numbers the jobs and inserts them, all or none. With a key that is known: the jobs of then as they are now, if the
  // digest is the same, else invalid. Keys live 24 h. retry where an id is taken.
  struct Inserted {
    std::vector<jobs::Job> jobs;
    enum class Origin { fresh, repeated } origin = Origin::fresh;
  };
  virtual base::Result<Inserted> insert(std::vector<JobRecord> records, const std::optional<IdempotencyKey>& key,
                                        units::WallTime now) = 0;
  virtual base::Result<JobRecord> record(base::Id id) = 0;
  virtual base::Result<JobRecord> record_by_number(std::int64_t number) = 0;
  // Writes the record and the change if its version is still the stored one; retry if not. The record's version rises.
  virtual base::Result<void> save(JobRecord& record, const Change& change) = 0;
  // Of a job's newest attempt, however it ended; in the place of what was there.
  virtual base::Result<void> put_power_trace(base::Id job, const std::string& trace) = 0;
  virtual base::Result<std::vector<Change>> history(base::Id id) = 0;  // what save() was told, oldest first

  // The first queued job of these classes by jobs::order_key, not before its time and none of `except`. The cost grows
  // with the classes and with `except`, not with the queue.
  virtual base::Result<std::optional<JobRecord>> next_ready(std::span<const std::string> classes, units::WallTime now,
                                                            std::span<const base::Id> except) = 0;
  // Distinct classes of queued jobs with the needs they stand for.
  virtual base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes() = 0;
  virtual base::Result<std::vector<JobRecord>> leased() = 0;  // running and canceling: for a master that starts
  virtual base::Result<wire::JobPage> list(const wire::JobQuery& query) = 0;  // invalid: the cursor or the limit
  virtual base::Result<std::map<jobs::JobState, std::int64_t>> counts() = 0;  // every state, 0 where there is none

  virtual base::Result<void> put_node(const jobs::Node& node) = 0;  // new, or in the place of what it was
  virtual base::Result<std::vector<jobs::Node>> nodes() = 0;        // by id

  // Asks the database itself, not this program's memory.
  virtual base::Result<void> health() = 0;
};

// The master's database in one file. A lock file beside it ("<file>.lock") admits one master: retry names it. Parent
// folders are made; older schemas are brought up to date. failed: a newer schema, another program's file, a damaged
// one; denied: this user may not write there.
base::Result<std::unique_ptr<Store>> open_sqlite(os::Host& host, const os::Path& file);
// The local runs of a user, in the same schema: rollback journal and a lock around each write, for many `ffwatt run` at
// once. A write waits up to 10 s for its turn, then retry. `host` must outlive it.
base::Result<std::unique_ptr<Results>> open_local(os::Host& host, const os::Path& file);

}  // namespace store
