#include "jobs/job_state.h"

#include "base/mutants.h"

#include <array>

#include "jobs/named.h"

namespace jobs {
namespace {

constexpr std::array states{JobState::queued,    JobState::running, JobState::canceling, JobState::paused,
                            JobState::completed, JobState::failed,  JobState::canceled};

Step moved(JobState to) { return {Verdict::moved, to, {}}; }
Step stay(Verdict verdict, JobState state) { return {verdict, state, {}}; }
Step conflict(JobState state, std::string_view why) { return {Verdict::conflict, state, why}; }

// The claim is not that of whoever holds the job now: says whose it may be.
Step not_yours(JobState state, Claim claim) {
  switch (claim) {
    case Claim::none:
      return conflict(state, "it brings no lease token; send the one that the offer came with");
    case Claim::offer:
      return conflict(state, "it was offered but not started; start it first");
    default:
      return conflict(state, "its lease is lost: the token is not, or no longer, that of this job's attempt");
  }
}

// Jobs that nobody runs; `paused` differs by what starts it again.
Step waiting(JobState from, Event event, Claim claim) {
  const bool paused = from == JobState::paused;
  switch (event) {
    case Event::start:
      if (paused) return conflict(from, "it was paused after it was offered; do not start it");
      if (claim == Claim::offer) return moved(JobState::running);
      return conflict(from, "its offer has ended; ask for a job again");
    case Event::renew:
      return stay(claim == Claim::late_but_sole ? Verdict::told_late : Verdict::told_lost, from);
    case Event::result_completed:
      if (claim == Claim::late_but_sole) return moved(JobState::completed);
      return not_yours(from, claim);
    case Event::result_retry:
    case Event::result_failed:
    case Event::result_canceled:
      if (claim == Claim::late_but_sole)
        return conflict(from, "its lease had ended, and it is queued for another attempt");
      return not_yours(from, claim);
    case Event::lease_ended:
      return conflict(from, "nobody holds a lease on it");
    case Event::cancel:
      return moved(JobState::canceled);
    case Event::pause:
      return paused ? stay(Verdict::unchanged, from) : moved(JobState::paused);
    case Event::resume:
      return paused ? moved(JobState::queued) : conflict(from, "it is not paused: it waits for a node already");
    case Event::retry:
      return paused ? moved(JobState::queued)
                    : conflict(from, "it waits for a node already; there is nothing to retry");
  }
  return conflict(from, "unknown event");
}

Step running(Event event, Claim claim) {
  constexpr auto from = JobState::running;
  const bool holds = claim == Claim::holder;
  switch (event) {
    case Event::start:
      return holds ? stay(Verdict::unchanged, from) : conflict(from, "another attempt has started it; drop this one");
    case Event::renew:
      return stay(holds ? Verdict::unchanged : Verdict::told_lost, from);
    case Event::result_completed:
      return holds ? moved(JobState::completed) : not_yours(from, claim);
    case Event::result_retry:
      return holds ? moved(JobState::queued) : not_yours(from, claim);
    case Event::result_failed:
      return holds ? moved(JobState::failed) : not_yours(from, claim);
    case Event::result_canceled:
      return holds ? conflict(from, "nobody asked to cancel it; report it as interrupted") : not_yours(from, claim);
    case Event::lease_ended:
      return moved(JobState::queued);
    case Event::cancel:
      return moved(JobState::canceling);
    case Event::pause:
      if (FFWATT_MUTANT(running_can_pause)) return moved(JobState::paused);
      return conflict(from, "it is running, and only a queued job can be paused; cancel it instead");
    case Event::resume:
      return conflict(from, "it is not paused: it is running");
    case Event::retry:
      return conflict(from, "it is running; cancel it first, or wait for its end");
  }
  return conflict(from, "unknown event");
}

// Whatever becomes of the attempt: somebody was told that the job is canceled.
Step canceling(Event event, Claim claim) {
  constexpr auto from = JobState::canceling;
  const bool holds = claim == Claim::holder;
  switch (event) {
    case Event::start:
      return conflict(from, "it is being canceled; do not start it");
    case Event::renew:
      return stay(holds ? Verdict::told_cancel : Verdict::told_lost, from);
    case Event::result_completed:
      if (FFWATT_MUTANT(cancel_loses_to_result) && holds) return moved(JobState::completed);
      [[fallthrough]];
    case Event::result_retry:
    case Event::result_failed:
    case Event::result_canceled:
      return holds ? moved(JobState::canceled) : not_yours(from, claim);
    case Event::lease_ended:
      return moved(JobState::canceled);
    case Event::cancel:
      return stay(Verdict::unchanged, from);
    case Event::pause:
    case Event::resume:
      return conflict(from, "it is being canceled");
    case Event::retry:
      return conflict(from, "it is being canceled; retry it once it is canceled");
  }
  return conflict(from, "unknown event");
}

// A result that the answer to was lost comes again and gets the same answer. From canceling every kind of result leads
// to canceled.
bool led_to(JobState state, Event result) {
  switch (state) {
    case JobState::completed:
      return result == Event::result_completed;
    case JobState::failed:
      return result == Event::result_failed;
    default:
      return true;
  }
}

Step ended(JobState from, Event event, Claim claim) {
  switch (event) {
    case Event::start:
      return conflict(from, "it has ended; do not start it");
    case Event::renew:
      return stay(Verdict::told_lost, from);
    case Event::result_completed:
    case Event::result_retry:
    case Event::result_failed:
    case Event::result_canceled:
      if (FFWATT_MUTANT(canceled_can_complete) && from == JobState::canceled && event == Event::result_completed)
        return moved(JobState::completed);
      if (claim == Claim::holder && led_to(from, event)) return stay(Verdict::unchanged, from);
      return conflict(from, "it has ended and keeps the result that it has");
    case Event::lease_ended:
      return conflict(from, "nobody holds a lease on it");
    case Event::cancel:
      return conflict(from, "it has ended already");
    case Event::pause:
      return conflict(from, "it has ended; only a queued job can be paused");
    case Event::resume:
      return conflict(from, "it has ended and is not paused; retry makes a new attempt");
    case Event::retry:
      return moved(JobState::queued);
  }
  return conflict(from, "unknown event");
}

}  // namespace

Step transition(JobState from, Event event, Claim claim) {
  switch (from) {
    case JobState::queued:
    case JobState::paused:
      return waiting(from, event, claim);
    case JobState::running:
      return running(event, claim);
    case JobState::canceling:
      return canceling(event, claim);
    case JobState::completed:
    case JobState::failed:
    case JobState::canceled:
      return ended(from, event, claim);
  }
  return conflict(from, "unknown state");
}

std::string_view name(JobState state) {
  switch (state) {
    case JobState::queued:
      return "queued";
    case JobState::running:
      return "running";
    case JobState::canceling:
      return "canceling";
    case JobState::paused:
      return "paused";
    case JobState::completed:
      return "completed";
    case JobState::failed:
      return "failed";
    case JobState::canceled:
      return "canceled";
  }
  return "failed";
}

std::span<const JobState> all_job_states() { return states; }

base::Result<JobState> parse_job_state(std::string_view text) { return parse_named(text, "a state of a job", states); }

std::string_view name(Event event) {
  switch (event) {
    case Event::start:
      return "start";
    case Event::renew:
      return "renew";
    case Event::result_completed:
      return "result_completed";
    case Event::result_retry:
      return "result_retry";
    case Event::result_failed:
      return "result_failed";
    case Event::result_canceled:
      return "result_canceled";
    case Event::lease_ended:
      return "lease_ended";
    case Event::cancel:
      return "cancel";
    case Event::pause:
      return "pause";
    case Event::resume:
      return "resume";
    case Event::retry:
      return "retry";
  }
  return "event";
}

std::string_view name(Claim claim) {
  switch (claim) {
    case Claim::holder:
      return "holder";
    case Claim::late_but_sole:
      return "late_but_sole";
    case Claim::offer:
      return "offer";
    case Claim::stranger:
      return "stranger";
    case Claim::none:
      return "none";
  }
  return "none";
}

}  // namespace jobs
