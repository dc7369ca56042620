#include "simulation/disk_folder.h"

#include <algorithm>

#include "simulation/survival.h"

namespace simulation {

std::shared_ptr<DiskNode> DiskFolder::find(std::string_view name) const {
  const auto found = live_.find(name);
  return found == live_.end() ? nullptr : found->second;
}

void DiskFolder::put(std::string_view name, std::shared_ptr<DiskNode> node) {
  note({}, std::string(name), std::move(node));
}

void DiskFolder::remove(std::string_view name) { note(std::string(name), {}, nullptr); }

void DiskFolder::move(std::string_view from, std::string_view to) {
  note(std::string(from), std::string(to), find(from));
}

void DiskFolder::sync() {
  for (const auto& change : changes_) apply(change, durable_);
  changes_.clear();
}

DiskFolder::Names DiskFolder::after_power_loss(os::Random& random) const {
  Survival survival(random);
  auto names = durable_;
  for (const auto& change : changes_)
    if (survival.survives()) apply(change, names);
  return names;
}

void DiskFolder::note(std::string gone, std::string come, std::shared_ptr<DiskNode> node) {
  changes_.push_back({std::move(gone), std::move(come), std::move(node)});
  apply(changes_.back(), live_);
}

void DiskFolder::apply(const Change& change, Names& names) {
  if (!change.gone.empty()) names.erase(change.gone);
  if (!change.come.empty()) names.insert_or_assign(change.come, change.node);
}

}  // namespace simulation
