// Core: what a master decides, without sockets, threads, timers or clocks. Operations come in with `now`; answers come
// back, at once or, for long polls, through take_replies(). Read this header first.
// One thread. The caller wraps operations in a transaction of the store and sends answers only after its commit, so a
// batch of requests costs one sync. The same object under a virtual clock is the master of the farm simulator.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "jobs/job.h"
#include "jobs/lease.h"
#include "jobs/node.h"
#include "jobs/retry.h"
#include "master/event_board.h"
#include "master/live_board.h"
#include "master/node_table.h"
#include "master/reservations.h"
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
  // Jobs are kept for so long after their end, results for ever. Absent: jobs as well.
  std::optional<units::Seconds> keep_jobs;
  std::string life = "0";          // names this start of this master; followers of another one begin anew
  std::size_t kept_events = 4096;  // changes that a follower may be behind: about a megabyte
};

// By "#42", "42" or a UUID. invalid where it is none of these, absent where there is no such job.
base::Result<store::JobRecord> find_record(store::Reader& reader, const std::string& id_or_number);

class Core {
 public:
  Core(store::Store& store, os::Random& random, base::Log& log, metrics::Registry& metrics, CoreSettings settings);

  // Once, before anything else: reads nodes and leases; every lease gets its full time again.
  base::Result<void> recover(units::Instant now);

  // For people.
  // What a submission is to the store: with an id and its text, made where there is time for it. Any thread.
  static std::vector<store::JobRecord> prepare(std::vector<jobs::Submission> submissions, os::Random& random,
                                               units::WallTime now);
  base::Result<store::Store::Inserted> submit(std::vector<store::JobRecord> records,
                                              const std::optional<store::IdempotencyKey>& key, units::Instant now);
  base::Result<store::Store::Inserted> submit(std::vector<jobs::Submission> submissions,
                                              const std::optional<store::IdempotencyKey>& key, units::Instant now);
  base::Result<jobs::Job> job(const std::string& id_or_number);  // "#42", "42" or a UUID
  // Bytes of power/power_trace.h; absent says why there are none.
  base::Result<std::string> power_trace(const std::string& id_or_number);
  // cancel, pause, resume or retry, asked for by `actor`. failed (409): the job's state does not allow it.
  base::Result<jobs::Job> change(const std::string& id_or_number, jobs::Event event, const std::string& actor,
                                 units::Instant now);
  // The same for the oldest jobs that match, at most 500 at once; those whose state does not allow it are left alone.
  struct Many {
    int changed = 0;
    enum class More { no, yes } more = More::no;  // ask again
  };
  base::Result<Many> change_many(const wire::JobQuery& query, jobs::Event event, const std::string& actor,
                                 units::Instant now);
  // Removes jobs that have ended; their results stay.
  base::Result<void> forget(const std::string& id_or_number);
  base::Result<Many> forget_many(const wire::JobQuery& query);
  // Why a queued job may wait long: unsatisfiable. Empty: no reason is known.
  std::string waits_for(const jobs::Job& job) const;
  // How far a job is, as its node told last; from now on it tells once a second, for as long as somebody asks.
  base::Result<wire::LiveView> watch(const std::string& id_or_number, units::Instant now);
  base::Result<std::vector<wire::NodeView>> nodes(units::Instant now);
  // active: it gets jobs; draining: it ends what it has, and gives back what it has not ended `within` so long. By id
  // or by name; absent: no such node, invalid: several.
  base::Result<wire::NodeView> set_intent(const std::string& node, jobs::Intent intent, const std::string& reason,
                                          units::Instant now, std::optional<units::Seconds> within = std::nullopt);
  // What opens the farm. `tell` hears of all tokens now and whenever they have changed, here or at another master.
  void when_tokens(std::function<void(const std::vector<jobs::AccessToken>&)> tell);
  struct NewToken {
    jobs::AccessToken token;
    std::string text;  // shown once, and kept nowhere
  };
  base::Result<NewToken> create_token(jobs::Scope scope, const std::string& name,
                                      const std::optional<units::Seconds>& lifetime, units::Instant now);
  base::Result<void> revoke_token(const std::string& id, units::Instant now);  // absent: there is none
  base::Result<std::vector<jobs::AccessToken>> tokens();
  base::Result<void> health();
  store::Reader& reader() { return store_; }  // on this thread

  // For agents. Errors: absent (no such node or job), failed (the conflict of jobs::transition: 409).
  base::Result<wire::RegisterAnswer> enrol(const wire::RegisterRequest& request, units::Instant now);
  // The same for a node that brings a token of its own, which opens what is that node's from now on. `used`: the id of
  // a token that lets in one node, and has with this; denied where it has before.
  base::Result<wire::RegisterAnswer> admit(const wire::RegisterRequest& request, const jobs::TokenText& own,
                                           const std::string& used, units::Instant now);
  base::Result<wire::HeartbeatAnswer> heartbeat(base::Id node, const wire::HeartbeatRequest& request,
                                                units::Instant now);
  // Progress between heartbeats, while somebody watches. It renews no lease.
  base::Result<wire::LiveAnswer> live(base::Id node, const wire::HeartbeatRequest& request, units::Instant now);
  base::Result<wire::StartAnswer> start(base::Id job, const wire::StartRequest& request, units::Instant now);
  base::Result<wire::ResultAnswer> result(const wire::ResultRequest& request, units::Instant now);

  // Long poll: answered by take_replies(), after the next serve() or later; forget() where the asker went away before
  // that, withdraw() where the answer cannot reach it any more: what it was offered is free again.
  using Ticket = std::uint64_t;
  void claim(const wire::ClaimRequest& request, Ticket ticket, units::Instant now);
  // The same without waiting, for whoever just delivered a result and asks for more.
  base::Result<wire::ClaimAnswer> claim_now(const wire::ClaimRequest& request, units::Instant now);
  void forget(Ticket ticket);
  base::Result<void> withdraw(const wire::ClaimAnswer& answer);
  struct Reply {
    Ticket ticket = 0;
    base::Result<wire::ClaimAnswer> answer;
  };
  // Looks for what polls can be answered now; tick() does it as well. Many operations, one look.
  base::Result<void> serve(units::Instant now);
  std::vector<Reply> take_replies();

  // Whatever time brings: leases and offers that end, polls that waited long enough, retries that become due.
  base::Result<void> tick(units::Instant now);
  // What can wait until nobody asks: removes some of the jobs that ended long ago. no: there may be more.
  enum class Rested { yes, no };
  base::Result<Rested> retire(units::Instant now);
  // Another master has changed something.
  void look();
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
  // What has happened, as far as it is durable, and what nodes tell by the second; for followers (event_feed.h).
  const EventBoard& events() const { return events_; }
  const LiveBoard& board() const { return board_; }
  // Somebody follows this job, or all that run: their nodes tell by the second for a while.
  base::Result<void> keep_told(const std::optional<base::Id>& job, units::Instant now);

  // What the operations of a round will ask for, in one question.
  base::Result<void> prefetch(std::span<const base::Id> jobs) { return store_.prefetch(jobs); }

 private:
  struct Waiter {
    wire::ClaimRequest request;
    Ticket ticket = 0;
    units::BootTime deadline;
    enum class Asked { no, yes } asked = Asked::no;  // whether the store was asked for it
  };
  struct Known {  // what a node that asks may get, gathered before the store is asked
    const wire::ClaimRequest* request = nullptr;
    store::NodeLoad load;
    wire::ClaimAnswer answer;
    bool alone = false;  // the answer holds a job that wants the node to itself
  };
  using Classes = std::vector<std::pair<std::string, const jobs::Needs*>>;
  // What other masters do with nodes is seen after so long.
  static constexpr units::Seconds shared_patience{2};

  base::Result<store::JobRecord> find(const std::string& id_or_number) { return find_record(store_, id_or_number); }
  // The lease is that of the last attempt, and its result has sent the job back to the queue.
  static bool has_had_its_word(const store::JobRecord& record, const jobs::Lease& lease);
  base::Result<jobs::Claim> claim_of(const store::JobRecord& record, const jobs::Lease& lease, units::Instant now);
  // Executes the step and its bookkeeping; the record is saved.
  base::Result<jobs::Step> apply(store::JobRecord& record, jobs::Event event, jobs::Claim claim,
                                 const std::string& actor, const std::string& reason, units::Instant now);
  // Of the jobs that match: those in the wanted states, at most as many as are changed at once.
  base::Result<std::vector<base::Id>> matching(const wire::JobQuery& query,
                                               const std::function<bool(jobs::JobState)>& wanted);
  base::Result<jobs::Step> change(store::JobRecord& record, jobs::Event event, const std::string& actor,
                                  units::Instant now);
  enum class Lost { silent, restarted };
  base::Result<void> end_lease(store::JobRecord record, Lost how, units::Instant now);
  base::Result<void> await_last_word(store::JobRecord record, units::Instant now);
  base::Result<void> release_leases_of(base::Id node, units::Instant now);
  base::Result<void> withdraw_offers_of(base::Id node, units::Instant now);
  // A result that changes nothing any more says all the same what its attempt took: that was for nothing. Only of the
  // last attempt, whose token is known.
  base::Result<void> book_late(store::JobRecord& record, const wire::ResultRequest& request, units::Instant now);
  // The last attempt's accepted result says just this.
  base::Result<bool> is_told_again(const store::JobRecord& record, const jobs::Report& report);
  // Among the results. Before the record is saved.
  base::Result<void> keep_report(store::JobRecord& record, int attempt, const std::string& power_trace);
  // A node that lets down several jobs in a row gets no more.
  base::Result<void> count_against(base::Id node, base::Id job, units::Instant now);
  // Answers in the order of the requests; empty where there is nothing to tell now.
  base::Result<std::vector<wire::ClaimAnswer>> answers_for(std::span<const wire::ClaimRequest* const> requests,
                                                           units::Instant now);
  base::Result<Classes> ready_classes();
  void tell_watched(units::Instant now);
  const jobs::Needs& needs_of(const std::string& job_class);
  base::Result<std::vector<Known>> look_at(std::span<const wire::ClaimRequest* const> requests, units::Instant now);
  base::Result<void> tell_cancels(std::span<Known> all, units::Instant now);
  // What a node may be offered, as wishes to the store: one for each kind of slots.
  void wish_for(const Known& known, const Classes& ready, std::vector<store::Wish>& wishes);
  base::Result<void> hand_over(Known& known, std::vector<store::Offered> offers);
  base::Result<void> reserve_nodes(const Classes& ready, units::Instant now);
  units::Seconds lease_lifetime() const;
  // Counted and logged with the commit.
  void note_finished(const jobs::Job& job);

  WatchedStore store_;
  os::Random& random_;
  base::Log& log_;
  metrics::Registry& metrics_;
  CoreSettings settings_;

  base::Result<void> read_tokens(units::Instant now);
  void tokens_changed();

  NodeTable nodes_;
  LiveBoard board_;
  EventBoard events_;
  std::function<void(const std::vector<jobs::AccessToken>&)> tell_tokens_;
  enum class Tokens { known, changed_here, perhaps_elsewhere } tokens_ = Tokens::changed_here;
  units::BootTime tokens_read_;
  units::BootTime tokens_due() const {
    return tokens_read_ + units::Seconds(1);
  }  // others change much, and rarely these
  Reservations reservations_;
  std::vector<Waiter> waiters_;               // in order of arrival
  std::map<std::string, jobs::Needs> needs_;  // of each class that was met
  std::set<std::pair<base::Id, int>> told_;   // attempts whose cancel went out with a poll; heartbeats repeat it
  std::map<base::Id, std::vector<base::Id>> let_down_;  // by node: distinct jobs whose leases ended there in a row
  // By job: what the holder of this attempt said last. Another master may have seen the attempt end.
  std::map<base::Id, std::pair<int, units::Measured<units::Joules>>> spent_;
  std::vector<Reply> replies_;
  bool wake_ = false;           // something changed that parked polls may want
  units::BootTime look_again_;  // and at the latest then: retries become due, other masters do something
  units::BootTime retire_again_;
  std::optional<units::BootTime> quiet_until_;
  std::vector<std::function<void()>> after_commit_;
};

}  // namespace master
