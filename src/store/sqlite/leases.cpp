#include "store/sqlite/leases.h"

#include "store/sqlite/job_rows.h"

namespace store::sqlite {

void Leases::follow(const JobRecord& record) {
  const auto state = record.job.state;
  if (state != jobs::JobState::running && state != jobs::JobState::canceling) return drop(record.job.id);
  const auto [found, fresh] = by_job_.try_emplace(record.job.id);
  auto& held = found->second;
  if (!fresh) count(held.holding, Count::out);
  held.holding = {record.job.id, record.holder.value_or(base::Id()),       record.job.number,
                  state,         record.lease ? record.lease->attempt : 0, class_text(record)};
  count(held.holding, Count::in);
}

void Leases::count(const Holding& holding, Count count) {
  const int by = count == Count::in ? 1 : -1;
  if (count == Count::in)
    by_node_.emplace(holding.node, holding.job);
  else
    by_node_.erase({holding.node, holding.job});
  auto& load = loads_[holding.node];
  if ((load.jobs[holding.job_class] += by) == 0) load.jobs.erase(holding.job_class);
  if (holding.state == jobs::JobState::canceling) load.canceling += by;
  if (load.jobs.empty()) loads_.erase(holding.node);
}

void Leases::drop(base::Id job) {
  const auto found = by_job_.find(job);
  if (found == by_job_.end()) return;
  count(found->second.holding, Count::out);
  if (const auto deadline = found->second.deadline) by_end_.erase({*deadline, job});
  by_job_.erase(found);
}

void Leases::renew(base::Id job, units::BootTime deadline) {
  const auto found = by_job_.find(job);
  if (found == by_job_.end()) return;
  if (const auto before = found->second.deadline) by_end_.erase({*before, job});
  found->second.deadline = deadline;
  by_end_.emplace(deadline, job);
}

std::vector<base::Id> Leases::ended(int most, units::BootTime now) const {
  std::vector<base::Id> ended;
  for (const auto& [deadline, job] : by_end_) {
    if (deadline > now || static_cast<int>(ended.size()) >= most) break;
    ended.push_back(job);
  }
  return ended;
}

void Leases::of(base::Id node, std::vector<Holding>& into) const {
  for (auto it = by_node_.lower_bound({node, base::Id()}); it != by_node_.end() && it->first == node; ++it)
    into.push_back(by_job_.at(it->second).holding);
}

void Leases::all(std::vector<Holding>& into) const {
  for (const auto& [job, held] : by_job_) into.push_back(held.holding);
}

void Leases::add_load(base::Id node, NodeLoad& into) const {
  const auto found = loads_.find(node);
  if (found == loads_.end()) return;
  for (const auto& [job_class, jobs] : found->second.jobs) into.jobs[job_class] += jobs;
  into.canceling += found->second.canceling;
}

std::optional<units::BootTime> Leases::next_deadline() const {
  if (by_end_.empty()) return std::nullopt;
  return by_end_.begin()->first;
}

void Leases::clear() {
  by_job_.clear();
  by_node_.clear();
  by_end_.clear();
  loads_.clear();
}

}  // namespace store::sqlite
