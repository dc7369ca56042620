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
      // completed: by a result that is late but sole.
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
      const bool may_stay = after.came_late() || after.awaits_last_word();
      if (!may_follow(before.state, after.state) && !(may_stay && before.state == after.state))
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

namespace {

// What somebody has to have asked for, for this step of a record; nothing where it comes by itself.
std::vector<Kind> askers_of(JobState from, const Saved& step) {
  if (jobs::is_terminal(from) && step.state == JobState::queued) return {Kind::retry};
  if (step.state == JobState::paused) return {Kind::pause};
  if (from == JobState::paused && step.state == JobState::queued) {
    // Either does it. Which one it was is in the record: taken for the other, it would be missed where that one was
    // due.
    if (step.reason.starts_with("resumed")) return {Kind::resume};
    if (step.reason.starts_with("to be tried again")) return {Kind::retry};
    return {Kind::resume, Kind::retry};
  }
  if (step.state == JobState::canceling) return {Kind::cancel};
  if (step.state == JobState::canceled && from != JobState::canceling) return {Kind::cancel};
  return {};
}

}  // namespace

void asked_for(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    std::vector<const Operation*> unused;
    for (const auto* operation : job.operations)
      if (operation->outcome != Outcome::refused) unused.push_back(operation);
    for (std::size_t i = 1; i < job.saved.size(); ++i) {
      const auto& step = *job.saved[i];
      if (step.came_late()) continue;
      const auto kinds = askers_of(job.saved[i - 1]->state, step);
      if (kinds.empty()) continue;
      // The one that was answered first: another may have been carried out later.
      auto best = unused.end();
      for (auto it = unused.begin(); it != unused.end(); ++it) {
        const auto& one = **it;
        const bool fits = std::find(kinds.begin(), kinds.end(), one.kind) != kinds.end();
        if (!fits || one.asked > step.when || (one.answered && *one.answered < step.when)) continue;
        if (best == unused.end() || (one.answered && (!(*best)->answered || *one.answered < *(*best)->answered)))
          best = it;
      }
      if (best == unused.end())
        findings.push_back(base::format("{} became {} at {:.3f} s, and nobody had asked for that: {}", job.name(),
                                        jobs::name(step.state), seconds(step.when), step.reason));
      else
        unused.erase(best);
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
