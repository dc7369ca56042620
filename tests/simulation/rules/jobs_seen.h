// How the rules walk through the evidence of one job.
#pragma once

#include <optional>
#include <vector>

#include "base/format.h"
#include "simulation/rules.h"

namespace simulation {

struct JobSeen {
  const store::JobRecord* record = nullptr;  // at the end
  std::vector<const Saved*> saved;           // in order, the first is its submission
  std::vector<const Operation*> operations;  // but for submissions, as they were asked
  std::vector<const Ran*> ran;
  std::vector<const Posted*> posted;
  std::vector<const Verdict*> verdicts;
  std::vector<const Beat*> beats, renewed;

  std::string name() const { return base::format("{} ({})", record->job.submission.name, record->job.id.text()); }
  std::string machine_of(int attempt) const {
    for (const auto* one : ran)
      if (one->attempt == attempt) return one->machine;
    return "";
  }
  // The last one at or before `when`.
  const Saved* at(Moment when) const {
    const Saved* last = nullptr;
    for (const auto* one : saved)
      if (one->when <= when) last = one;
    return last;
  }
  // When the record first had this attempt; nothing where it never did.
  std::optional<Moment> granted(int attempt) const {
    for (const auto* one : saved)
      if (one->attempts == attempt && one->state == jobs::JobState::running) return one->when;
    return std::nullopt;
  }
  // The result of this attempt was taken into the record at or before `when`: its machine made it something else.
  bool had_its_word(int attempt, Moment when) const {
    const auto machine = machine_of(attempt);
    for (const auto* one : saved)
      if (one->attempts == attempt && one->actor == machine && one->state != jobs::JobState::running &&
          one->when <= when && !one->came_late())
        return true;
    return false;
  }
  bool ever_retried() const {
    for (const auto* one : operations)
      if (one->kind == Operation::Kind::retry && one->outcome != Operation::Outcome::refused) return true;
    return false;
  }
};

// Every job that there is at the end.
std::vector<JobSeen> jobs_seen(const Evidence& evidence);

}  // namespace simulation
