#include <algorithm>

#include "simulation/rules/jobs_seen.h"

namespace simulation {
namespace {

using jobs::JobState;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

// The table, as the design has it: what may follow a state in the record.
bool may_follow(JobState from, JobState to) {
  switch (from) {
    case JobState::queued:
      // completed, failed, queued again: by a result that is late but sole.
      return to == JobState::running || to == JobState::canceled || to == JobState::paused || to == JobState::completed;
    case JobState::running:
      return to == JobState::queued || to == JobState::completed || to == JobState::failed || to == JobState::canceling;
    case JobState::canceling:
      return to == JobState::canceled;
    case JobState::paused:
      return to == JobState::queued || to == JobState::canceled || to == JobState::completed;
    case JobState::completed:
    case JobState::failed:
    case JobState::canceled:
      return to == JobState::queued;  // an explicit retry
  }
  return false;
}

// What a job must have been at some moment between question and answer, for this answer.
bool explains(const Operation& operation, JobState state) {
  const bool refused = operation.outcome == Outcome::refused;
  switch (operation.kind) {
    case Kind::look:
      return operation.state == state;
    case Kind::cancel:
      return refused ? jobs::is_terminal(state) : state == JobState::canceling || state == JobState::canceled;
    case Kind::pause:
      return refused ? state != JobState::queued : state == JobState::paused;
    case Kind::resume:
      return refused ? state != JobState::paused : state == JobState::queued;
    case Kind::retry:
      return refused ? !jobs::is_terminal(state) : state == JobState::queued;
    case Kind::submit:
      break;
  }
  return true;
}

}  // namespace

void life(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    for (std::size_t i = 1; i < job.saved.size(); ++i) {
      const auto &before = *job.saved[i - 1], &after = *job.saved[i];
      if (!may_follow(before.state, after.state))
        findings.push_back(base::format("{} went from {} to {} at {:.3f} s: {}", job.name(), jobs::name(before.state),
                                        jobs::name(after.state), seconds(after.when), after.reason));
    }
    if (!job.saved.empty() && job.saved.back()->state != job.record->job.state)
      findings.push_back(base::format("{} was made {} and is {}", job.name(), jobs::name(job.saved.back()->state),
                                      jobs::name(job.record->job.state)));
    for (const auto* operation : job.operations) {
      if (!operation->answered || operation->outcome == Outcome::unknown) continue;
      bool explained = false;
      const Saved* first = job.at(operation->asked);
      if (first) explained = explains(*operation, first->state);
      for (const auto* one : job.saved)
        if (one->when >= operation->asked && one->when <= *operation->answered)
          explained = explained || explains(*operation, one->state);
      if (!explained)
        findings.push_back(
            base::format("{}: {} asked at {:.3f} s and answered {} {} at {:.3f} s, but the job was {} then", job.name(),
                         name(operation->kind), seconds(operation->asked), operation->status,
                         operation->state ? jobs::name(*operation->state) : "-", seconds(*operation->answered),
                         first ? jobs::name(first->state) : "not there"));
    }
  }
}

void cancel(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    for (const auto* canceled : job.operations) {
      if (canceled->kind != Kind::cancel || canceled->outcome != Outcome::done) continue;
      // A retry that was asked for before may come true later, where it was not answered.
      const bool retried = std::any_of(job.operations.begin(), job.operations.end(), [&](const auto* other) {
        return other->kind == Kind::retry && other->outcome != Outcome::refused &&
               (!other->answered || *other->answered >= canceled->asked);
      });
      if (retried) continue;
      for (const auto* saved : job.saved)
        if (saved->when > *canceled->answered && saved->state != JobState::canceled &&
            saved->state != JobState::canceling)
          findings.push_back(base::format("{} was canceled at {:.3f} s and is {} at {:.3f} s", job.name(),
                                          seconds(*canceled->answered), jobs::name(saved->state),
                                          seconds(saved->when)));
      if (job.record->job.state != JobState::canceled)
        findings.push_back(
            base::format("{} was canceled and is {} in the end", job.name(), jobs::name(job.record->job.state)));
    }
  }
}

}  // namespace simulation
