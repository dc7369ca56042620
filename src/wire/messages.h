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
  bool operator==(const RunningJob&) const = default;
};
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
  bool operator==(const LeaseAnswer&) const = default;
};
struct HeartbeatAnswer {
  std::vector<LeaseAnswer> leases;
  jobs::Intent intent = jobs::Intent::active;
  bool operator==(const HeartbeatAnswer&) const = default;
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
  std::vector<LeaseAnswer> commands;  // cancels that wait for this node
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
