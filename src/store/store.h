// Store: what must survive. One interface for SQLite (embedded) and, later, PostgreSQL; conformance/ says what both must
// do. Read this header first. The store keeps and finds; it never decides: states change by jobs::transition.
// One thread at a time (the master's store thread). All changes between begin() and commit() become durable together;
// nothing may be acknowledged before commit() returned. Errors: absent (no such record), retry (somebody else changed it
// or the file is busy), failed (disk full, I/O: stop serving).
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
  virtual base::Result<void> add_report(const jobs::Report& report) = 0;  // retry where the id is taken
  virtual base::Result<jobs::Report> report(const std::string& id) = 0;   // also by a unique prefix of 3 characters or more
  virtual base::Result<std::vector<jobs::Report>> reports(int limit) = 0;  // newest first
};

struct JobRecord {
  jobs::Job job;
  std::optional<jobs::Lease> lease;      // of the last attempt, also after it ended (late but sole)
  std::optional<base::Id> holder;        // the node of that lease
  std::string job_class;                 // what a node must have, as text: same text, same needs
  std::int64_t version = 0;              // changes with every save
};

// Why a record changed; kept with it in the same transaction.
struct Change {
  std::string event, actor, reason;
  units::WallTime at;
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

  // Numbers the jobs and inserts them, all or none. With a key that is known: the jobs of then, if the digest is the same,
  // else invalid. Keys live 24 h.
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
  virtual base::Result<std::vector<Change>> history(base::Id id) = 0;  // oldest first

  // The first queued job of these classes in order, not before its time and none of `except`.
  virtual base::Result<std::optional<JobRecord>> next_ready(std::span<const std::string> classes, units::WallTime now,
                                                            std::span<const base::Id> except) = 0;
  // Distinct classes of queued jobs with the needs they stand for.
  virtual base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes() = 0;
  virtual base::Result<std::vector<JobRecord>> leased() = 0;  // running and canceling: for a master that starts
  virtual base::Result<wire::JobPage> list(const wire::JobQuery& query) = 0;
  virtual base::Result<std::map<jobs::JobState, std::int64_t>> counts() = 0;

  virtual base::Result<void> put_node(const jobs::Node& node) = 0;
  virtual base::Result<std::vector<jobs::Node>> nodes() = 0;

  // Asks the database itself, not this program's memory.
  virtual base::Result<void> health() = 0;
};

// The master's database. A lock file beside it admits one master: retry names the file. Migrates older schemas.
base::Result<std::unique_ptr<Store>> open_sqlite(os::Host& host, const os::Path& file);
// The local runs of a user: rollback journal and a lock around each write, for many `ffwatt run` at once.
base::Result<std::unique_ptr<Results>> open_local(os::Host& host, const os::Path& file);

}  // namespace store
