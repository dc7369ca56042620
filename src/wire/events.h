// What GET /events tells, as JSON: the `data` of each event. Additive only.
#pragma once

#include <string>

#include "base/id.h"
#include "base/result.h"
#include "jobs/job_state.h"
#include "jobs/node.h"
#include "json/value.h"
#include "units/time.h"

namespace wire {

// A job's record has changed, and this is what it is now. `removed`: there is no such job any more.
struct JobEvent {
  base::Id id;
  std::int64_t number = 0;
  jobs::JobState state = jobs::JobState::queued;
  int attempts = 0;
  std::string node{};  // of the last attempt; empty: there was none
  std::string actor{}, reason{};
  units::WallTime at{};
  enum class Removed { no, yes } removed = Removed::no;
  bool operator==(const JobEvent&) const = default;
};
json::Value encode(const JobEvent& event);
base::Result<JobEvent> decode_job_event(const json::Value& value);

// A node has registered, or what is wanted of it has changed.
struct NodeEvent {
  base::Id id;
  std::string name;
  jobs::Intent intent = jobs::Intent::active;
  std::string reason;
  bool operator==(const NodeEvent&) const = default;
};
json::Value encode(const NodeEvent& event);

// `ready` and `reset`: where the reader is, and why what lies between is not told.
json::Value encode_event_place(const std::string& why);

}  // namespace wire
