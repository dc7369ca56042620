// What has to happen within some time. True time: clocks may differ from it by two per cent.
#include <algorithm>

#include "simulation/rules/jobs_seen.h"

namespace simulation {
namespace {

using jobs::JobState;

constexpr units::Seconds straggler{20};    // the longest that a message is under way (NetworkFaults)
constexpr units::Seconds unkillable{600};  // the longest that a runner goes on when it is killed (RunnerHabits)

// Nothing but the network holds these machines up.
bool masters_work(const Config& c) {
  return c.fault_pause == units::Seconds(0) ||
         c.kill_master + c.master_power + c.master_full + c.master_eio + c.pause + c.lost_commit == 0;
}
bool agents_work(const Config& c) {
  return c.fault_pause == units::Seconds(0) ||
         c.kill_agent + c.end_agent + c.power_loss + c.pause + c.full_disk + c.agent_eio == 0;
}

// When the lease of this attempt was last asked for, as far as its node could tell.
Moment last_asked(const JobSeen& job, int attempt, Moment before) {
  Moment last = job.granted(attempt).value_or(0);
  for (const auto* beat : job.beats)
    if (beat->attempt == attempt && beat->asked <= before) last = std::max(last, beat->asked);
  return last;
}

}  // namespace

void noticed(const Evidence& evidence, Findings& findings) {
  if (!masters_work(evidence.config)) return;
  const auto limit = moment(evidence.config.times.time_to_live * 2.0 + straggler);
  for (const auto& job : jobs_seen(evidence))
    for (const auto* ended : job.saved) {
      if (ended->reason != "its node did not renew the lease in time") continue;
      const Moment last = last_asked(job, ended->attempts, ended->when);
      if (ended->when - last > limit)
        findings.push_back(base::format("{}: the lease of attempt {} ended {:.1f} s after it was last asked for",
                                        job.name(), ended->attempts, seconds(ended->when - last)));
    }
}

void obeys(const Evidence& evidence, Findings& findings) {
  if (!agents_work(evidence.config)) return;
  for (const auto& job : jobs_seen(evidence))
    for (const auto* ran : job.ran) {
      if (!ran->told_to_stop || !ran->ended) continue;
      // 10 s until it is killed.
      const auto limit = moment(units::Seconds(15) + (ran->unkillable ? unkillable : units::Seconds(0)));
      if (*ran->ended - *ran->told_to_stop > limit)
        findings.push_back(base::format("{}: attempt {} went on for {:.1f} s after it had been told to stop",
                                        job.name(), ran->attempt, seconds(*ran->ended - *ran->told_to_stop)));
    }
}

void orphans(const Evidence& evidence, Findings& findings) {
  if (!agents_work(evidence.config)) return;
  const auto& c = evidence.config;
  const auto limit = moment((c.times.time_to_live + c.orphan_limit) * 1.02 + units::Seconds(15) + unkillable);
  for (const auto& job : jobs_seen(evidence))
    for (const auto* ran : job.ran) {
      if (!ran->ended) continue;
      Moment last = job.granted(ran->attempt).value_or(0);
      for (const auto* renewed : job.renewed)
        if (renewed->attempt == ran->attempt) last = std::max(last, renewed->asked);
      if (*ran->ended > last && *ran->ended - last > limit)
        findings.push_back(base::format("{}: attempt {} went on for {:.1f} s after its lease had last been renewed",
                                        job.name(), ran->attempt, seconds(*ran->ended - last)));
    }
}

void idle(const Evidence& evidence, Findings& findings) {
  const auto& c = evidence.config;
  const auto& n = c.network;
  if (c.fault_pause > units::Seconds(0) || n.lose_question + n.lose_answer + n.straggler + c.client.exclusive > 0)
    return;
  const auto all = jobs_seen(evidence);
  const auto limit = moment(c.times.time_to_live * 2.0);
  for (const auto& [machine, slots] : evidence.slots) {
    // From when on it had a slot to spare.
    std::vector<std::pair<Moment, int>> changes;
    for (const auto& ran : evidence.history.ran)
      if (ran.machine == machine && ran.ended) {
        changes.emplace_back(ran.began, 1);
        changes.emplace_back(*ran.ended, -1);
      }
    std::sort(changes.begin(), changes.end());
    for (const auto& job : all) {
      if (job.saved.size() < 2 || job.saved[1]->state != JobState::running) continue;  // paused or canceled first
      const Moment asked = job.saved[0]->when, began = job.saved[1]->when;
      // All start within their first five seconds, and ask for work.
      const Moment start = std::max(asked, moment(units::Seconds(5)));
      std::optional<Moment> free_since = start, idle_since;
      int running = 0;
      for (const auto& [when, change] : changes) {
        if (when >= began) break;
        running += change;
        if (running < slots) {
          if (!free_since) free_since = std::max(when, start);
          continue;
        }
        if (free_since && when > *free_since + limit) idle_since = free_since;
        free_since.reset();
      }
      if (free_since && began > *free_since + limit) idle_since = free_since;
      if (idle_since)
        findings.push_back(
            base::format("{} waited from {:.1f} s to {:.1f} s, and {} had a slot to spare since {:.1f} s", job.name(),
                         seconds(asked), seconds(began), machine, seconds(*idle_since)));
    }
  }
}

}  // namespace simulation
