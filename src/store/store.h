// Store: what must survive, and what the masters of a farm share. One interface for SQLite (embedded, one master) and
// PostgreSQL (any number); conformance/ says what every backend must do. Read this header first. The store keeps and
// finds; it never decides: states change by jobs::transition. A Store belongs to one thread (the master's store
// thread); Readers beside it to one thread each.
//
// All changes between begin() and commit() become durable together; nothing may be acknowledged before commit()
// returned. Each call is all or nothing; one that is refused has changed nothing, and the transaction goes on. An error
// of the disk inside of a transaction undoes all of it: its commit fails. A commit that fails has rolled back. Outside
// of a transaction a call is durable when it returns.
//
// Offers and the deadlines of leases are not of that kind: nothing is lost with them. A store with one master keeps
// them in memory, on the clock that the caller passes as `now`; a shared one in the database, on its clock alone, and
// looks at `now` only to notice that this clock was set. rollback() leaves no offer of its transaction; where there is
// one master, none at all.
//
// Errors: absent (no such record), retry (somebody else changed it, or the store is busy or away for a while), invalid
// (the caller's fault), failed (disk full, I/O, a damaged file: stop serving; after I/O errors every further call fails
// as well).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "jobs/access_token.h"
#include "jobs/job.h"
#include "jobs/lease.h"
#include "jobs/node.h"
#include "jobs/report.h"
#include "os/host.h"
#include "wire/messages.h"
#include "wire/result_query.h"

namespace store {

// Finished runs of this machine or farm: `ffwatt run`, `ffwatt test` and accepted results of jobs share one schema.
class ReportReader {
 public:
  virtual ~ReportReader() = default;
  // Also by a prefix of 3 characters or more. absent: none; invalid: several, which the text names.
  virtual base::Result<jobs::Report> report(const std::string& id) = 0;
  virtual base::Result<std::vector<jobs::Report>> reports(int limit) = 0;  // by their start, newest first
  // One page of the answer, by the rules of wire/result_query.h. Nothing is held between pages: what is kept meanwhile
  // stands in a later page or in none, and no row comes twice. invalid: the cursor or the limit.
  virtual base::Result<wire::ResultPage> results(const wire::ResultQuery& query) = 0;
  // By the whole id of a run, or of a job (Store::put_power_trace). absent: none was kept.
  virtual base::Result<std::string> power_trace(const std::string& id) = 0;
};

class Results : public ReportReader {
 public:
  // retry where the id is taken: keep it by another one. Durable when it returns. Its power trace is kept beside it:
  // the reports that are read have none.
  virtual base::Result<void> add_report(const jobs::Report& report) = 0;
};

// The runs of one user, who may also change what is kept of them.
class LocalRuns : public Results {
 public:
  // Of the run that has exactly this id; absent where there is none. Durable when they return.
  virtual base::Result<void> put_tags(const std::string& id, const std::map<std::string, std::string>& tags) = 0;
  virtual base::Result<void> remove_report(const std::string& id) = 0;  // and its power trace
};

struct JobRecord {
  jobs::Job job;
  std::optional<jobs::Lease> lease;  // of the last attempt, also after it ended (late but sole)
  std::optional<base::Id> holder;  // the node of that lease; absent once its result has sent the job back to the queue
  std::string job_class;           // jobs::class_of what a node must have; empty: that of jobs::needs(job)
  std::int64_t version = 0;        // changes with every save
  // As stored, of a record that was read or inserted; insert() takes it from whoever had the time to write it. May be
  // empty: it says nothing that `job` does not.
  wire::JobText text;
  jobs::JobState stored = jobs::JobState::queued;  // what the job's state was when the record was read or saved
  // Where the job's report is kept: with the job, or as the result that has the job's id (add_report came before the
  // save), which need not be written twice.
  enum class ReportIn { job, results } report_in = ReportIn::job;
  bool operator==(const JobRecord& other) const {
    return job == other.job && lease == other.lease && holder == other.holder && job_class == other.job_class &&
           version == other.version;
  }
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

// What can be read beside the writer. It sees every commit that returned before it was asked.
class Reader : public ReportReader {
 public:
  virtual base::Result<JobRecord> record(base::Id id) = 0;
  virtual base::Result<JobRecord> record_by_number(std::int64_t number) = 0;
  virtual base::Result<std::vector<Change>> history(base::Id id) = 0;         // what save() was told, oldest first
  virtual base::Result<wire::JobPage> list(const wire::JobQuery& query) = 0;  // invalid: the cursor or the limit
  virtual base::Result<std::map<jobs::JobState, std::int64_t>> counts() = 0;  // every state, 0 where there is none
  // A copy of everything that was committed, while it serves. invalid: the file exists, or this backend has tools of
  // its own, which the text names.
  virtual base::Result<void> backup(const os::Path& file) = 0;
};

// One poll of a node for jobs.
struct Wish {
  base::Id node;
  std::string claim_id;
  std::vector<std::string> classes;  // that it can run
  int most = 1;                      // jobs to be offered
};
struct Offered {
  JobRecord record;
  jobs::Lease lease;
};
// A job that a node runs (running or canceling) or was offered (queued).
struct Holding {
  base::Id job, node;
  std::int64_t number = 0;
  jobs::JobState state = jobs::JobState::running;
  int attempt = 0;
  std::string job_class;
  bool operator==(const Holding&) const = default;
};
// How much a node has in hand, without saying what: a claim asks for it, and must not cost more where that is much.
struct NodeLoad {
  std::map<std::string, int> jobs;  // by class; running, canceling and offered ones
  int canceling = 0, offered = 0;   // how many of them
  bool operator==(const NodeLoad&) const = default;
};
struct SeenNode {
  jobs::Node node;
  units::Seconds since_heard;  // since the last heartbeat, claim or registration
};

class Store : public Reader {
 public:
  virtual base::Result<void> begin() = 0;
  virtual base::Result<void> commit() = 0;
  virtual void rollback() = 0;
  // none: the error that a call just answered came of a full disk. What was committed is safe and can be read; after
  // rollback() the next begin() starts afresh, and a write succeeds as soon as there is room for it.
  enum class Room { enough, none };
  virtual Room room() const = 0;
  // shared: other masters serve the same jobs. What they change is found by asking, once a second at the latest.
  enum class Sharing { alone, shared };
  virtual Sharing sharing() const = 0;
  // Called from any thread when another master may have changed something that a waiting poll should look at.
  virtual void when_changed(std::function<void()> callback) = 0;
  // For another thread. It must end before the store.
  virtual base::Result<std::unique_ptr<Reader>> open_reader() = 0;

  // Says which jobs this transaction will ask for: one question instead of many, and nobody else changes them until its
  // end. Ids that are not known are no error.
  virtual base::Result<void> prefetch(std::span<const base::Id> jobs) = 0;

  // Numbers the jobs and inserts them, all or none. With a key that is known: the jobs of then as they are now, if the
  // digest is the same, else invalid. Keys live 24 h. retry where an id is taken.
  struct Inserted {
    std::vector<jobs::Job> jobs;
    std::vector<wire::JobText> texts;  // of the same
    enum class Origin { fresh, repeated } origin = Origin::fresh;
  };
  virtual base::Result<Inserted> insert(std::vector<JobRecord> records, const std::optional<IdempotencyKey>& key,
                                        units::WallTime now) = 0;
  // Writes the record and the change if its version is still the stored one; retry if not. The record's version rises.
  // No offer outlives it, and no deadline of a lease where the job is not running or canceling any more.
  virtual base::Result<void> save(JobRecord& record, const Change& change) = 0;
  // Of a job's newest attempt, however it ended; in the place of what was there.
  virtual base::Result<void> put_power_trace(base::Id job, const std::string& trace) = 0;
  // retry where the id is taken, as with Results.
  virtual base::Result<void> add_report(const jobs::Report& report) = 0;

  // Distinct classes of queued jobs, delayed ones too; some may have none any more.
  virtual base::Result<std::vector<std::string>> ready_classes() = 0;
  // For each wish, in their order: the first queued jobs of its classes by jobs::order_key that nobody was offered and
  // whose time has come, and a lease for each with a new token. An offer ends after `lifetime`, with a save of the job,
  // or by withdraw(). Of jobs whose class says `alone` at most one, as the first of its wish and with none after it.
  // The cost grows with what is offered, not with the queue.
  using NewToken = std::function<std::string()>;
  virtual base::Result<std::vector<std::vector<Offered>>> offer(std::span<const Wish> wishes, const NewToken& new_token,
                                                                units::Seconds lifetime, units::Instant now) = 0;
  // What this claim was offered and did not start yet.
  virtual base::Result<std::vector<Offered>> offered(base::Id node, const std::string& claim_id,
                                                     units::Instant now) = 0;
  virtual base::Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant now) = 0;
  virtual base::Result<void> withdraw(const jobs::Lease& offer) = 0;

  // A lease of a running or canceling job ends `lifetime` from now.
  virtual base::Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant now) = 0;
  // Jobs whose lease has ended, the first at first. Offers that have ended are taken back as well.
  virtual base::Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) = 0;
  // For a master that starts, or took a transaction back: where it is alone, it was away itself, and every lease gets
  // the whole lifetime again. Answers how many; 0 where others have kept watch.
  virtual base::Result<std::size_t> restart_leases(units::Seconds lifetime, units::Instant now) = 0;
  // What these nodes run and were offered, by job number; of all nodes where none is named.
  virtual base::Result<std::vector<Holding>> holdings(std::span<const base::Id> nodes, units::Instant now) = 0;
  // How much that is, of each of these nodes, in their order.
  virtual base::Result<std::vector<NodeLoad>> loads(std::span<const base::Id> nodes, units::Instant now) = 0;
  // When an offer or a lease ends next, where this store can tell.
  virtual std::optional<units::BootTime> next_deadline() const = 0;

  virtual base::Result<void> put_node(const jobs::Node& node, units::Instant now) = 0;  // new or changed
  virtual base::Result<void> heard(base::Id node, units::Instant now) = 0;              // absent: no such node
  virtual base::Result<std::vector<SeenNode>> nodes(units::Instant now) = 0;            // by id

  // What opens this farm. invalid: its id is taken.
  virtual base::Result<void> put_token(const jobs::AccessToken& token) = 0;
  virtual base::Result<void> remove_token(const std::string& id) = 0;  // absent: no such token
  virtual base::Result<std::vector<jobs::AccessToken>> tokens() = 0;   // by id

  // Jobs in this state, of this scenario where one is named, oldest first, at most so many: for changes of many at
  // once.
  virtual base::Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) = 0;
  // Removes jobs that ended before then, with their history and the power traces of all their attempts, oldest first;
  // results stay, without those. How many.
  virtual base::Result<int> forget_ended(units::WallTime before, int most) = 0;
  // Removes one job that has ended. absent: none such; retry: it has not ended.
  virtual base::Result<void> forget(base::Id job) = 0;

  // Nobody has asked for anything for a while: whatever is better done now than in the middle of a request.
  virtual base::Result<void> rest() { return {}; }
  // Asks the database itself, not this program's memory.
  virtual base::Result<void> health() = 0;
};

// The master's database in one file. A lock file beside it ("<file>.lock") admits one master: retry names it. Parent
// folders are made; older schemas are brought up to date. failed: a newer schema, another program's file, a damaged
// one; denied: this user may not write there.
// Log::grown writes 24 MB at the start, so that commits take 30 % less time afterwards.
enum class Log { small, grown };
base::Result<std::unique_ptr<Store>> open_sqlite(os::Host& host, const os::Path& file, Log log = Log::small);
// The masters' database on a PostgreSQL server of version 14 or newer, "postgres://user@host/database": any number of
// masters at once. What it has to tell beside errors (a server that does not sync, other masters that are not heard) it
// logs. invalid: the address, or a server that would lose what was acknowledged (synchronous_commit = off); denied: the
// password or the rights; retry: nobody answers there; failed: a newer schema. No text repeats a password. `host` and
// `log` must outlive it.
base::Result<std::unique_ptr<Store>> open_postgres(os::Host& host, const std::string& url, base::Log& log);
// The local runs of a user, in the same schema: rollback journal and a lock around each write, for many `ffwatt run` at
// once. A write waits up to 10 s for its turn, then retry. `host` must outlive it.
base::Result<std::unique_ptr<LocalRuns>> open_local(os::Host& host, const os::Path& file);

}  // namespace store
