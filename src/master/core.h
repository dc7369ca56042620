// Core: what a master decides, without sockets, threads, timers or clocks. Operations come in with `now`; answers come
// back, at once or, for long polls, through take_replies(). Read this header first.
// One thread. The caller wraps operations in a transaction of the store and sends answers only after its commit, so a
// batch of requests costs one sync. The same object under a virtual clock is the master of the farm simulator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "jobs/job.h"
#include "jobs/lease.h"
#include "jobs/retry.h"
#include "master/node_table.h"
#include "master/watched_store.h"
#include "metrics/registry.h"
#include "os/random.h"
#include "store/store.h"
#include "units/time.h"
#include "wire/messages.h"

namespace master {

struct CoreSettings {
  jobs::LeaseTimes times;
  // Nothing is offered for so long after a start that found leases: their holders re-assert them first.
  units::Seconds quiet_after_restart{10};
  std::string version;
};

class Core {
 public:
  Core(store::Store& store, os::Random& random, base::Log& log, metrics::Registry& metrics, CoreSettings settings);

  // Once, before anything else: reads nodes and leases; every lease gets its full time again.
  base::Result<void> recover(units::Instant now);

  // For people.
  base::Result<store::Store::Inserted> submit(std::vector<jobs::Submission> submissions,
                                              const std::optional<store::IdempotencyKey>& key, units::Instant now);
  // What speaks against a job ever running: "needs h264_nvenc; no node has it". Empty where some node can.
  std::string warning(const jobs::Submission& submission) const;
  base::Result<jobs::Job> job(const std::string& id_or_number);  // "#42", "42" or a UUID
  // Bytes of power/power_trace.h; absent says why there are none.
  base::Result<std::string> power_trace(const std::string& id_or_number);
  base::Result<wire::JobPage> list(const wire::JobQuery& query);
  base::Result<jobs::Job> cancel(const std::string& id_or_number, const std::string& actor, units::Instant now);
  std::vector<wire::NodeView> nodes(units::Instant now) const;
  base::Result<std::vector<jobs::Report>> results(int limit);  // newest first
  base::Result<void> health();

  // For agents. Errors: absent (no such node or job), failed (the conflict of jobs::transition: 409).
  base::Result<wire::RegisterAnswer> enrol(const wire::RegisterRequest& request, units::Instant now);
  base::Result<wire::HeartbeatAnswer> heartbeat(base::Id node, const wire::HeartbeatRequest& request,
                                                units::Instant now);
  base::Result<wire::StartAnswer> start(base::Id job, const wire::StartRequest& request, units::Instant now);
  base::Result<wire::ResultAnswer> result(const wire::ResultRequest& request, units::Instant now);

  // Long poll: answered by take_replies() now or later; forget() where the asker went away before that, withdraw()
  // where the answer cannot reach it any more: what it was offered is free again.
  using Ticket = std::uint64_t;
  void claim(const wire::ClaimRequest& request, Ticket ticket, units::Instant now);
  void forget(Ticket ticket);
  void withdraw(const wire::ClaimAnswer& answer);
  struct Reply {
    Ticket ticket = 0;
    base::Result<wire::ClaimAnswer> answer;
  };
  std::vector<Reply> take_replies();

  // Whatever time brings: leases and offers that end, polls that waited long enough, retries that become due.
  base::Result<void> tick(units::Instant now);
  // When tick() must be called next, at the latest.
  units::BootTime next_deadline(units::Instant now) const;

  // Set once a call of the store has failed: an operation may be half done. Nothing may be committed or answered any
  // more; a new core reads the truth.
  const std::optional<base::Error>& store_failure() const { return store_.failure(); }
  // Except where the disk was full and the transaction was rolled back: this takes what is in memory back to what the
  // store holds. Polls stay parked, offers are void, leases get their full time again, and nothing is offered for as
  // long as after a restart.
  base::Result<void> reload(units::Instant now);
  // The transaction is durable: what was done in it is logged and counted now. Whether it wrote at all.
  WatchedStore::Wrote committed();

 private:
  struct Waiter {
    wire::ClaimRequest request;
    Ticket ticket = 0;
    units::BootTime deadline;
  };
  struct OpenOffer {  // no state of the job: lives here until started, withdrawn or expired
    base::Id node;
    std::string claim_id;
    jobs::Lease lease;
    units::BootTime expires;
  };
  struct Held {
    base::Id node;
    std::int64_t number = 0;
    units::BootTime deadline;  // the holder's time to live and the grace
    // A cancel that the node's next poll brings; heartbeats repeat it for as long as the job runs.
    std::optional<wire::LeaseAnswer> command;
  };
  using Classes = std::vector<std::pair<std::string, jobs::Needs>>;

  base::Result<store::JobRecord> find(const std::string& id_or_number);
  // The lease is that of the last attempt, and its result has sent the job back to the queue.
  static bool has_had_its_word(const store::JobRecord& record, const jobs::Lease& lease);
  jobs::Claim claim_of(const store::JobRecord& record, const jobs::Lease& lease) const;
  // Executes the step and its bookkeeping; the record is saved.
  base::Result<jobs::Step> apply(store::JobRecord& record, jobs::Event event, jobs::Claim claim,
                                 const std::string& actor, const std::string& reason, units::Instant now);
  base::Result<void> end_lease(store::JobRecord record, const std::string& reason, units::Instant now);
  base::Result<void> release_leases_of(base::Id node, const std::string& reason, units::Instant now);
  void hold(const jobs::Job& job, base::Id node, units::Instant now);
  base::Result<void> serve_waiters(units::Instant now);
  // `ready` loses the classes of which no job is left to offer.
  base::Result<wire::ClaimAnswer> offers_for(const wire::ClaimRequest& request, Classes& ready, units::Instant now);
  base::Result<std::size_t> read_leases(units::Instant now);
  void log_finished(const jobs::Job& job);

  WatchedStore store_;
  os::Random& random_;
  base::Log& log_;
  metrics::Registry& metrics_;
  CoreSettings settings_;

  NodeTable nodes_;
  std::vector<Waiter> waiters_;           // in order of arrival
  std::map<base::Id, OpenOffer> offers_;  // by job
  std::map<base::Id, Held> held_;         // by job: running and canceling
  std::vector<Reply> replies_;
  std::optional<units::BootTime> quiet_until_;
  std::vector<std::function<void()>> after_commit_;
};

}  // namespace master
