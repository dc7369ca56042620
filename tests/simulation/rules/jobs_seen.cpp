#include "simulation/rules/jobs_seen.h"

namespace simulation {

std::vector<JobSeen> jobs_seen(const Evidence& evidence) {
  std::map<base::Id, JobSeen> all;
  for (const auto& [id, record] : evidence.jobs) all[id].record = &record;
  const auto put = [&](base::Id id, auto member, const auto* what) {
    const auto it = all.find(id);
    if (it != all.end()) (it->second.*member).push_back(what);
  };
  for (const auto& one : evidence.history.saved) put(one.job, &JobSeen::saved, &one);
  for (const auto& one : evidence.history.ran) put(one.job, &JobSeen::ran, &one);
  for (const auto& one : evidence.history.posted) put(one.job, &JobSeen::posted, &one);
  for (const auto& one : evidence.history.verdicts) put(one.job, &JobSeen::verdicts, &one);
  for (const auto& one : evidence.history.beats) put(one.job, &JobSeen::beats, &one);
  for (const auto& one : evidence.history.renewed) put(one.job, &JobSeen::renewed, &one);
  for (const auto& one : evidence.history.operations) {
    const auto id = evidence.ids.find(one.name);
    if (one.kind != Operation::Kind::submit && id != evidence.ids.end()) put(id->second, &JobSeen::operations, &one);
  }
  std::vector<JobSeen> list;
  for (auto& [id, seen] : all) list.push_back(std::move(seen));
  return list;
}

}  // namespace simulation
