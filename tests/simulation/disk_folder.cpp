#include "simulation/disk_folder.h"

namespace simulation {

std::shared_ptr<DiskNode> DiskFolder::find(std::string_view name) const {
  const auto found = live_.find(name);
  return found == live_.end() ? nullptr : found->second;
}

void DiskFolder::put(std::string_view name, std::shared_ptr<DiskNode> node) {
  note({.gone = {}, .come = std::string(name), .node = std::move(node), .arrival = {}});
}

void DiskFolder::remove(std::string_view name) {
  note({.gone = std::string(name), .come = {}, .node = {}, .arrival = {}});
}

void DiskFolder::move(std::string_view from, std::string_view to) {
  note({.gone = std::string(from), .come = std::string(to), .node = find(from), .arrival = {}});
}

void DiskFolder::move(std::string_view from, DiskFolder& target, std::string_view to) {
  const auto arrival = std::make_shared<Arrival>();
  target.note({.gone = {}, .come = std::string(to), .node = find(from), .arrival = arrival});
  note({.gone = std::string(from), .come = {}, .node = {}, .arrival = arrival});
}

void DiskFolder::sync() {
  for (const auto& change : changes_) {
    if (change.arrival) change.arrival->durable = true;
    apply(change, durable_);
  }
  changes_.clear();
}

DiskFolder::Names DiskFolder::after_power_loss(os::Random& random) const {
  Survival survival(random);
  auto names = durable_;
  for (const auto& change : changes_)
    if (survives(change, survival)) apply(change, names);
  return names;
}

bool DiskFolder::survives(const Change& change, Survival& survival) {
  if (!change.arrival) return survival.survives();
  const bool arrives = change.arrival->happens(survival);
  return arrives && (!change.come.empty() || survival.survives());
}

void DiskFolder::note(Change change) {
  changes_.push_back(std::move(change));
  apply(changes_.back(), live_);
}

void DiskFolder::apply(const Change& change, Names& names) {
  if (!change.gone.empty()) names.erase(change.gone);
  if (!change.come.empty()) names.insert_or_assign(change.come, change.node);
}

}  // namespace simulation
