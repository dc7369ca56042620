// The messages between agents, clients and the master as plain structs; their JSON is in encode.h and decode.h. This
// folder is the whole REST contract. Instants never travel between machines for deciding, only durations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "jobs/job.h"
#include "jobs/lease.h"
#include "jobs/node.h"
#include "jobs/report.h"
#include "wire/job_text.h"

namespace wire {

constexpr int api_version = 1;

// POST /nodes/register. The same node_id (kept by the agent in its state folder) registers again and keeps its
// identity.
struct RegisterRequest {
  std::optional<base::Id> node_id;
  jobs::NodeFacts facts;
  bool operator==(const RegisterRequest&) const = default;
};
struct RegisterAnswer {
  base::Id node_id;
  jobs::LeaseTimes times;
  std::string master_version;
  bool operator==(const RegisterAnswer&) const = default;
};

// POST /nodes/{id}/heartbeat.
struct RunningJob {
  jobs::Lease lease;
  std::optional<media::Progress> progress;
  std::optional<units::Measured<units::Joules>> energy;
  std::optional<units::Measured<units::Watts>> power;
  std::optional<units::Seconds> elapsed = {};
  std::optional<double> fraction = {};  // of the work that is done, 0 to 1, where its length is known
  bool operator==(const RunningJob&) const = default;
};
// What is left at the pace so far; nothing in the first seconds and where the length is not known.
std::optional<units::Seconds> time_left(const RunningJob& running);
struct HeartbeatRequest {
  std::string boot_id;
  std::vector<RunningJob> running;
  bool operator==(const HeartbeatRequest&) const = default;
};
enum class LeaseWord { renewed, cancel, late, lost };
std::string_view name(LeaseWord word);
struct LeaseAnswer {
  base::Id job;
  int attempt = 0;
  LeaseWord word = LeaseWord::renewed;
  // With renewed: stop the job and give it back, its node is drained. Beside the word, so that an agent of before,
  // which does not know it, goes on.
  enum class GiveBack { no, yes } give_back = GiveBack::no;
  bool operator==(const LeaseAnswer&) const = default;
};
struct HeartbeatAnswer {
  std::vector<LeaseAnswer> leases;
  jobs::Intent intent = jobs::Intent::active;
  // Somebody watches a job of this node, for so long at least: progress by the second is wanted.
  std::optional<units::Seconds> live = {};
  bool operator==(const HeartbeatAnswer&) const = default;
};

// POST /nodes/{id}/live: a HeartbeatRequest, of progress alone; no lease is renewed by it.
struct LiveAnswer {
  std::optional<units::Seconds> live;  // absent: nobody watches any more
  bool operator==(const LiveAnswer&) const = default;
};

// GET /jobs/{id}/live.
struct LiveView {
  base::Id job;
  std::int64_t number = 0;
  jobs::JobState state = jobs::JobState::queued;
  std::optional<RunningJob> running;  // while it runs and its node has told; its token never travels
  units::Seconds age{};               // of what was told
  bool operator==(const LiveView&) const = default;
};

// GET /jobs/next?node_id=&slots=&wait=&claim_id=.
struct ClaimRequest {
  base::Id node_id;
  int slots = 1;
  units::Seconds wait{30};
  std::string claim_id;
  bool operator==(const ClaimRequest&) const = default;
};
struct Offer {
  jobs::Job job;
  jobs::Lease lease;  // attempt and token that start() must bring
  JobText text = {};  // of the job, where it is known
  bool operator==(const Offer&) const = default;
};
struct ClaimAnswer {
  std::vector<Offer> offers;
  std::vector<LeaseAnswer> commands;        // cancels that wait for this node
  std::optional<units::Seconds> live = {};  // as in HeartbeatAnswer
  bool operator==(const ClaimAnswer&) const = default;
};

// POST /jobs/{id}/start.
struct StartRequest {
  base::Id node_id;
  jobs::Lease lease;
  bool operator==(const StartRequest&) const = default;
};
struct StartAnswer {
  jobs::Lease lease;
  jobs::LeaseTimes times;
  bool operator==(const StartAnswer&) const = default;
};

// POST /results.
struct ResultRequest {
  base::Id node_id;
  jobs::Lease lease;
  jobs::Report report;
  bool operator==(const ResultRequest&) const = default;
};
struct ResultAnswer {
  base::Id job;
  jobs::JobState state = jobs::JobState::completed;
  // publish: rename the output to its final name; discard: the work is worth nothing.
  enum class Output { publish, discard } output = Output::discard;
  std::optional<ClaimAnswer> next = {};  // where it was asked for with ?next=1, by a master that knows of it
  bool operator==(const ResultAnswer&) const = default;
};

// GET /jobs.
struct JobQuery {
  std::optional<jobs::JobState> state;
  std::string scenario;  // exact, empty: any
  int limit = 50;        // 1 to 500
  std::string cursor;    // opaque; empty: from the newest
  bool operator==(const JobQuery&) const = default;
};
struct JobPage {
  std::vector<jobs::Job> jobs;  // newest first, without reports
  std::string next;             // empty at the end
  std::int64_t count = 0;       // of all that match
  bool operator==(const JobPage&) const = default;
};

struct NodeView {
  jobs::Node node;
  jobs::Liveness liveness = jobs::Liveness::up;
  units::Seconds heartbeat_age{};
  std::vector<std::string> running;  // "#42"
  bool operator==(const NodeView&) const = default;
};

}  // namespace wire
