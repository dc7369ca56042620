#include "master/live_board.h"

namespace master {
namespace {

// Longer than any heartbeat's interval in use; what is older is of a job that has ended.
constexpr units::Seconds kKept{300};
constexpr units::Seconds kBetweenSweeps{60};

}  // namespace

void LiveBoard::took(const wire::RunningJob& running, Of of, units::BootTime now) {
  if (now - swept_ > kBetweenSweeps) {
    swept_ = now;
    std::erase_if(jobs_, [&](const auto& entry) { return now - entry.second.at > kKept; });
    std::erase_if(by_version_, [&](const auto& entry) { return jobs_.count(entry.second) == 0; });
    std::erase_if(watched_until_, [&](const auto& entry) { return entry.second <= now; });
    std::erase_if(untold_, [&](const auto& node) { return watched_until_.count(node) == 0; });
  }
  auto& entry = jobs_[running.lease.job];
  by_version_.erase(entry.version);
  entry = {running, of, now, ++version_};
  by_version_.emplace(version_, running.lease.job);
}

std::optional<LiveBoard::Seen> LiveBoard::of(base::Id job, int attempt, units::BootTime now) const {
  const auto found = jobs_.find(job);
  if (found == jobs_.end() || found->second.running.lease.attempt != attempt) return std::nullopt;
  return Seen{found->second.running, now - found->second.at};
}

void LiveBoard::watch(base::Id node, units::BootTime now) {
  if (!watched(node, now)) untold_.insert(node);
  watched_until_[node] = now + kWatch;
}

std::optional<units::Seconds> LiveBoard::watched(base::Id node, units::BootTime now) {
  const auto found = watched_until_.find(node);
  if (found == watched_until_.end() || found->second <= now) return std::nullopt;
  untold_.erase(node);
  return found->second - now;
}

std::optional<units::Seconds> LiveBoard::news(base::Id node, units::BootTime now) {
  return untold_.count(node) != 0 ? watched(node, now) : std::nullopt;
}

}  // namespace master
