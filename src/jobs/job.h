// Job: a workload that a master queues for some agent. Values; `now` is always a parameter.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "jobs/job_state.h"
#include "jobs/report.h"
#include "media/transcode_spec.h"
#include "units/time.h"

namespace jobs {

enum class Queue { live, normal, batch };      // "live", "default", "batch"
enum class Priority { high, medium, low };
std::string_view name(Queue queue);
std::string_view name(Priority priority);
base::Result<Queue> parse_queue(std::string_view text);
base::Result<Priority> parse_priority(std::string_view text);

// Head start of a (queue, priority) pair: the order of jobs is created − head start, so an old batch job still comes up.
units::Seconds head_start(Queue queue, Priority priority);

// What is asked for: the checked body of POST /jobs, with the scenario's defaults merged in.
struct Submission {
  std::string name;
  Queue queue = Queue::normal;
  Priority priority = Priority::medium;
  std::map<std::string, std::string> labels;
  std::optional<units::Seconds> timeout;  // of one attempt
  int max_attempts = 3;
  std::string confidence = "auto";
  media::TranscodeSpec spec;
};

struct Attempt {
  int number = 0;
  base::Id node;
  std::string node_name;
  units::WallTime started;
  std::optional<units::WallTime> ended;
  std::string outcome;  // "", completed, failed, canceled, interrupted (lease ended)
  std::string error;
};

struct Job {
  base::Id id;
  std::int64_t number = 0;  // #42; never reused
  Submission submission;
  JobState state = JobState::queued;
  units::WallTime created, changed;
  std::optional<units::WallTime> not_before;  // back-off of a retry
  std::vector<Attempt> attempts;
  int failures = 0, interruptions = 0;
  std::string reason;  // why it is in this state: last error, who canceled it
  std::optional<Report> report;  // of the accepted result; absent in lists
};

// Where in the order: smaller comes first.
units::WallTime order_key(const Job& job);

// What a node must have to run it.
struct Needs {
  std::vector<std::string> any_encoder;  // one of these
  bool operator==(const Needs&) const = default;
};
Needs needs(const Submission& submission);

}  // namespace jobs
