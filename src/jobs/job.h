// Job: a workload that a master queues for some agent: what was asked, where it stands in the order, what it needs.
// Values: copyable, thread-compatible; `now` is always a parameter. Read this header first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "jobs/job_state.h"
#include "jobs/needs.h"
#include "jobs/report.h"
#include "media/transcode_spec.h"
#include "units/time.h"

namespace jobs {

enum class Queue { live, normal, batch };  // "live", "default", "batch"
enum class Priority { high, medium, low };
std::string_view name(Queue queue);
std::string_view name(Priority priority);
base::Result<Queue> parse_queue(std::string_view text);
base::Result<Priority> parse_priority(std::string_view text);

// Head start of a (queue, priority) pair: the order of jobs is created − head start. It never changes, so one index
// keeps the order, and an old batch job still comes up: nothing overtakes it that was created 4 h 30 min after it or
// later.
units::Seconds head_start(Queue queue, Priority priority);

// What a node does whose lease ends because it reaches no master: the work goes on (until its agent's orphan limit, to
// be delivered late), or it stops, as a stream must that another node will send.
enum class OnMasterLoss { go_on, stop };  // "continue", "stop"
std::string_view name(OnMasterLoss what);
base::Result<OnMasterLoss> parse_on_master_loss(std::string_view text);

// What is asked for: the checked body of POST /jobs, with the scenario's defaults merged in.
struct Submission {
  std::string name;
  Queue queue = Queue::normal;
  Priority priority = Priority::medium;
  std::map<std::string, std::string> labels;
  std::optional<units::Seconds> timeout;  // of one attempt
  int max_attempts = 3;
  std::string confidence = "auto";
  Alone alone = Alone::no;  // `exclusive`: it has the node to itself
  OnMasterLoss on_master_loss = OnMasterLoss::go_on;
  media::TranscodeSpec spec;
  bool operator==(const Submission&) const;
};

struct Attempt {
  int number = 0;
  base::Id node;
  std::string node_name;
  units::WallTime started;
  std::optional<units::WallTime> ended;
  std::string outcome;  // empty while it runs; completed, failed, canceled, timeout, interrupted (also: lease ended)
  FailureClass failure = FailureClass::none;
  std::string error;
  // Of an attempt whose work was thrown away: what it took all the same. Absent while it runs and where it was
  // accepted.
  std::optional<units::Measured<units::Joules>> wasted;
  bool operator==(const Attempt&) const;
};

struct Job {
  base::Id id;
  std::int64_t number = 0;  // #42; never reused
  Submission submission;
  JobState state = JobState::queued;
  units::WallTime created, changed;
  std::optional<units::WallTime> not_before;  // back-off of a retry
  std::vector<Attempt> attempts;
  // interruptions: attempts that were cut off without their fault; crashes: those of them that went with their node.
  int failures = 0, interruptions = 0, crashes = 0;
  std::string reason;            // why it is in this state: last error, who canceled it
  std::optional<Report> report;  // of the last result that was accepted; absent in lists
  bool operator==(const Job&) const;
};

// Where in the order: smaller comes first. A retry keeps its place.
units::WallTime order_key(const Job& job);

}  // namespace jobs
