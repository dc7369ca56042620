// Core: what an agent decides, without sockets, threads, timers, files or clocks. Events come in with `now`, actions go
// out; carrying them out is the program's work (program.h), and each ends in an event again. Read this header first.
// One thread. The same object under a virtual clock is an agent of the farm simulator.
//
// Life of a job here: offered → start is sent → running (a runner process of its own) → its report is in the spool →
// posted until an answer ends the matter → output published or thrown away.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "jobs/lease.h"
#include "jobs/needs.h"
#include "jobs/node.h"
#include "os/random.h"
#include "units/time.h"
#include "wire/messages.h"

namespace agent {

// What the program is to do. Each of the first four has at most one in flight.
struct Enrol {
  wire::RegisterRequest request;
};
struct Heartbeat {
  base::Id node;
  wire::HeartbeatRequest request;  // progress is filled in by the program
};
struct Live {  // progress by the second, filled in by the program
  base::Id node;
  wire::HeartbeatRequest request;
};
struct Claim {
  wire::ClaimRequest request;
};
struct CancelClaim {};  // end the long poll that is under way: the number of free slots changed
struct Start {
  wire::StartRequest request;
};
struct Launch {  // write the job's folder, start its runner process
  wire::Offer offer;
};
enum class StopReason {
  canceled,
  interrupted,  // this agent ends
  drained,      // the master wants it back: its node has had the time that it was given
  orphaned,     // no master was reached for so long that nobody waits for it any more (CoreSettings::orphan_limit)
  lost,         // the master said so
};
// Of the first of these a report says that it was asked for; of the next three that the job was given back.
constexpr bool gives_back(StopReason reason) {
  return reason == StopReason::interrupted || reason == StopReason::drained || reason == StopReason::orphaned;
}
struct StopRunner {
  base::Id job;
  StopReason reason;
};
struct KillRunner {  // it was told to stop long ago
  base::Id job;
};
struct Post {  // the report that lies in the spool
  base::Id node;
  jobs::Lease lease;
  std::optional<wire::ClaimRequest> next;  // ask for the job after it in the same request
};
struct Finish {  // publish or throw away the output, then remove the job's folder
  jobs::Lease lease;
  enum class How { publish, discard, set_aside } how = How::discard;
};
struct Quit {};
using Action =
    std::variant<Enrol, Heartbeat, Live, Claim, CancelClaim, Start, Launch, StopRunner, KillRunner, Post, Finish, Quit>;
using Actions = std::vector<Action>;

struct CoreSettings {
  jobs::NodeFacts facts;
  base::Id node_id;  // node_id.h
  units::Seconds claim_wait{30};
  units::Seconds orphan_limit{1800};                   // how long past the end of its lease a job may go on
  units::Seconds first_retry{0.5}, longest_retry{30};  // the longest is at most the heartbeat that the master told
  // From being told to stop until it is killed, with all that it started: the 5 s that a runner gives ffmpeg
  // (runner::Request::grace), and as long again for its report.
  units::Seconds stop_limit{10};
  // No job is asked for so long after one that could not even be launched (disk full, no processes left): a broken node
  // is always free and would else draw the whole queue to itself.
  units::Seconds first_pause{10}, longest_pause{300};
};

// A job that an earlier life of this agent left behind.
struct Adopted {
  wire::Offer offer;
  enum class State { running, reported } state = State::running;
};

class Core {
 public:
  Core(CoreSettings settings, os::Random& random, base::Log& log);

  Actions begin(std::vector<Adopted> adopted, units::Instant now);
  // `sent` is when the request left: leases count from there.
  Actions enrolled(const base::Result<wire::RegisterAnswer>& answer, units::Instant now);
  Actions heartbeat_answered(const base::Result<wire::HeartbeatAnswer>& answer, units::BootTime sent,
                             units::Instant now);
  Actions live_answered(const base::Result<wire::LiveAnswer>& answer, units::BootTime sent, units::Instant now);
  Actions claim_answered(const base::Result<wire::ClaimAnswer>& answer, units::Instant now);
  Actions start_answered(base::Id job, const base::Result<wire::StartAnswer>& answer, units::BootTime sent,
                         units::Instant now);
  Actions runner_ended(base::Id job, units::Instant now);   // its report is in the spool now
  Actions launch_failed(base::Id job, units::Instant now);  // likewise, but there never was a runner
  Actions result_answered(base::Id job, const base::Result<wire::ResultAnswer>& answer, units::Instant now);
  Actions finished(base::Id job, units::Instant now);

  // release: stop what runs, give it back to the master, then quit. leave: quit; runners go on for the next agent.
  enum class Ending { release, leave };
  Actions end(Ending ending, units::Instant now);

  Actions tick(units::Instant now);
  units::BootTime next_deadline() const;

  base::Id node_id() const { return settings_.node_id; }
  std::size_t jobs_in_hand() const { return work_.size(); }

 private:
  enum class Phase { starting, running, reported, finishing };
  struct Work {
    wire::Offer offer;
    Phase phase = Phase::starting;
    units::BootTime lease_ends;
    std::optional<StopReason> stopping;
    std::optional<units::BootTime> kill_at;  // where it was told to stop and was not killed yet
    units::BootTime due;                     // starting, reported: when the next try is due; in flight where `asked`
    int tries = 0;
    enum class Asked { no, yes } asked = Asked::no;
    std::string kind;                         // of the slot that it takes: jobs::slot_kind
    std::string next_claim_id;                // of what its first post asks for
    std::optional<wire::Offer> next_attempt;  // finishing: of the same job, offered meanwhile
    // It has its slot to itself. A reported one has given it up; its first post asks for the next job.
    bool is_busy() const { return phase == Phase::starting || phase == Phase::running || next_attempt; }
    bool is_alone() const { return is_busy() && offer.job.submission.alone == jobs::Alone::yes; }
  };
  // One kind of request that is repeated for ever: when the next is due, and whether one is under way.
  struct Errand {
    units::BootTime due;
    int failures = 0;
    enum class UnderWay { no, yes } under_way = UnderWay::no;
  };

  // A master that is away is told about once a while, not at every try.
  static constexpr int quiet_failures = 5;
  void fail(Errand& errand, units::Instant now);
  void tell_live(const std::optional<units::Seconds>& wanted, units::BootTime since);
  bool is_watched(units::Instant now) const { return live_until_ && now.boot < *live_until_; }
  // Of what runs, and of what has a result that could not be delivered yet: its lease must not be lost meanwhile.
  wire::HeartbeatRequest what_runs() const;
  static bool is_unknown(const base::Error& error);
  void unknown_here(
      units::Instant now);  // the master does not know this node: it was told to forget, or is another one
  units::Seconds back_off(int failures);
  bool takes_jobs() const { return !ending_ && !paused_until_; }
  int busy_slots(const std::string& kind) const;
  bool has_room_for(const jobs::Job& job) const;
  // Of the node's own: what a poll asks for. The master knows by itself what is free of the devices' slots.
  int slots_to_ask() const;
  // Whether a poll may be open at all: one without slots hears of cancels, but is offered jobs for devices.
  bool may_poll() const { return !ending_ && (takes_jobs() || settings_.facts.device_slots.empty()); }
  std::optional<wire::ClaimRequest> claim_after(Work& work);
  Work& begin_work(wire::Offer offer, units::Instant now);
  void take(const wire::ClaimAnswer& answer, units::Instant now, Actions& out);
  void refresh_claim(Actions& out);
  void stop(Work& work, StopReason reason, units::Instant now, Actions& out);
  units::BootTime orphaned_at(const Work& work) const;

  CoreSettings settings_;
  os::Random& random_;
  base::Log& log_;
  jobs::LeaseTimes times_;
  enum class Standing { unknown, registered } standing_ = Standing::unknown;
  units::BootTime registered_at_;
  int forgotten_ = 0;  // how often the master did not know this node, since a registration that held
  Errand enrol_, heartbeat_, claim_, live_;
  std::optional<units::BootTime> live_until_;  // somebody watches a job of ours
  int claimed_slots_ = 0;                      // of the claim under way
  units::BootTime claimed_at_;
  std::string claim_id_;
  std::map<base::Id, Work> work_;
  int launch_failures_ = 0;
  std::optional<units::BootTime> paused_until_;
  std::optional<Ending> ending_;
  units::BootTime quit_at_;
};

}  // namespace agent
