#include "master/reservations.h"

#include <algorithm>

namespace master {

void Reservations::waiting(std::span<const std::string> classes, units::BootTime now) {
  std::erase_if(waiting_, [&](const auto& entry) {
    return std::find(classes.begin(), classes.end(), entry.first) == classes.end();
  });
  for (const auto& job_class : classes) waiting_.try_emplace(job_class, Waiting{now, std::nullopt});
}

std::vector<std::string> Reservations::overdue(units::BootTime now) const {
  std::vector<std::string> found;
  for (const auto& [job_class, waiting] : waiting_)
    if (!waiting.node && waiting.since + patience <= now) found.push_back(job_class);
  return found;
}

void Reservations::reserve(const std::string& job_class, std::span<const Candidate> candidates) {
  const Candidate* best = nullptr;
  for (const auto& candidate : candidates)
    if (!held_for(candidate.node) && (!best || candidate.jobs < best->jobs)) best = &candidate;
  if (best) waiting_[job_class].node = best->node;
}

std::optional<std::string> Reservations::held_for(base::Id node) const {
  for (const auto& [job_class, waiting] : waiting_)
    if (waiting.node == node) return job_class;
  return std::nullopt;
}

std::vector<base::Id> Reservations::kept() const {
  std::vector<base::Id> nodes;
  for (const auto& [job_class, waiting] : waiting_)
    if (waiting.node) nodes.push_back(*waiting.node);
  return nodes;
}

void Reservations::release(base::Id node) {
  for (auto& [job_class, waiting] : waiting_)
    if (waiting.node == node) waiting.node.reset();
}

void Reservations::served(const std::string& job_class) { waiting_.erase(job_class); }

}  // namespace master
