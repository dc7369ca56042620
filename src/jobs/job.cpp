#include "jobs/job.h"

#include "base/mutants.h"

#include <array>

#include "jobs/named.h"

namespace jobs {
namespace {

constexpr units::Seconds minutes(double n) { return units::Seconds(60 * n); }

}  // namespace

std::string_view name(Queue queue) {
  switch (queue) {
    case Queue::live:
      return "live";
    case Queue::normal:
      return "default";
    case Queue::batch:
      return "batch";
  }
  return "default";
}

base::Result<Queue> parse_queue(std::string_view text) {
  static constexpr std::array all{Queue::live, Queue::normal, Queue::batch};
  return parse_named(text, "a queue", all);
}

std::string_view name(Priority priority) {
  switch (priority) {
    case Priority::high:
      return "high";
    case Priority::medium:
      return "medium";
    case Priority::low:
      return "low";
  }
  return "medium";
}

base::Result<Priority> parse_priority(std::string_view text) {
  static constexpr std::array all{Priority::high, Priority::medium, Priority::low};
  return parse_named(text, "a priority", all);
}

std::string_view name(OnMasterLoss what) { return what == OnMasterLoss::stop ? "stop" : "continue"; }

base::Result<OnMasterLoss> parse_on_master_loss(std::string_view text) {
  static constexpr std::array all{OnMasterLoss::go_on, OnMasterLoss::stop};
  return parse_named(text, "what to do without a master", all);
}

// Three demands fix the numbers. A queue outranks a priority: any two queues are further apart (1 h) than any two
// priorities (30 min). Somebody watches a live stream, so that a live job passes three hours of default backlog. And a
// batch job of the evening runs before the morning, whatever comes in: the whole span is 4 h 30 min.
units::Seconds head_start(Queue queue, Priority priority) {
  units::Seconds start{};
  switch (queue) {
    case Queue::live:
      start += minutes(240);
      break;
    case Queue::normal:
      start += minutes(60);
      break;
    case Queue::batch:
      break;
  }
  switch (priority) {
    case Priority::high:
      start += minutes(30);
      break;
    case Priority::medium:
      start += minutes(10);
      break;
    case Priority::low:
      break;
  }
  return start;
}

units::WallTime order_key(const Job& job) {
  if (FFWATT_MUTANT(priorities_upside_down))
    return job.created + head_start(job.submission.queue, job.submission.priority);
  return job.created - head_start(job.submission.queue, job.submission.priority);
}

// Here, and not in each file that includes the header: every optional member makes them longer.
bool Submission::operator==(const Submission&) const = default;
bool Attempt::operator==(const Attempt&) const = default;
bool Job::operator==(const Job&) const = default;

}  // namespace jobs
