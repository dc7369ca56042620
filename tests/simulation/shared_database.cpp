#include "simulation/shared_database.h"

#include <algorithm>

namespace simulation {

// As the unix VFS of SQLite does: whoever wants it alone first keeps new readers out (pending).
SharedDatabase::Answer SharedDatabase::lock(Holder holder, Level wanted) {
  const auto own = std::find_if(levels_.begin(), levels_.end(), [&](const auto& each) { return each.first == holder; });
  if (own != levels_.end() && own->second >= wanted) return Answer::taken;
  const auto other_has = [&](Level level) {
    return std::any_of(levels_.begin(), levels_.end(),
                       [&](const auto& each) { return each.first != holder && each.second >= level; });
  };
  if (wanted == Level::shared) {
    if (other_has(Level::pending)) return Answer::busy;
    levels_.emplace_back(holder, Level::shared);
    return Answer::taken;
  }
  if (own == levels_.end() || other_has(wanted == Level::reserved ? Level::reserved : Level::pending))
    return Answer::busy;
  if (wanted == Level::exclusive && other_has(Level::shared)) {
    own->second = Level::pending;
    return Answer::busy;
  }
  own->second = wanted;
  return Answer::taken;
}

void SharedDatabase::unlock(Holder holder, Level kept) {
  if (kept == Level::none) {
    std::erase_if(levels_, [&](const auto& each) { return each.first == holder; });
    return;
  }
  for (auto& [each, level] : levels_)
    if (each == holder) level = std::min(level, kept);
}

SharedDatabase::Level SharedDatabase::level(Holder holder) const {
  for (const auto& [each, level] : levels_)
    if (each == holder) return level;
  return Level::none;
}

bool SharedDatabase::is_reserved() const {
  return std::any_of(levels_.begin(), levels_.end(), [](const auto& each) { return each.second >= Level::reserved; });
}

void SharedDatabase::use_regions(Holder holder) {
  if (std::find(users_.begin(), users_.end(), holder) == users_.end()) users_.push_back(holder);
}

void SharedDatabase::leave_regions(Holder holder) {
  unlock_slots(holder, 0, slots_.size());
  if (std::erase(users_, holder) > 0 && users_.empty()) regions_.clear();
}

SharedDatabase::Answer SharedDatabase::lock_slots(Holder holder, std::size_t first, std::size_t count,
                                                  Sharing sharing) {
  for (auto i = first; i < first + count; ++i) {
    const auto& slot = slots_[i];
    if (slot.exclusive && slot.exclusive != holder) return Answer::busy;
    const bool others =
        std::any_of(slot.shared.begin(), slot.shared.end(), [&](Holder each) { return each != holder; });
    if (sharing == Sharing::exclusive && others) return Answer::busy;
  }
  for (auto i = first; i < first + count; ++i) {
    auto& slot = slots_[i];
    if (sharing == Sharing::exclusive)
      slot.exclusive = holder;
    else if (std::find(slot.shared.begin(), slot.shared.end(), holder) == slot.shared.end())
      slot.shared.push_back(holder);
  }
  return Answer::taken;
}

void SharedDatabase::unlock_slots(Holder holder, std::size_t first, std::size_t count) {
  for (auto i = first; i < first + count; ++i) {
    if (slots_[i].exclusive == holder) slots_[i].exclusive = nullptr;
    std::erase(slots_[i].shared, holder);
  }
}

void SharedDatabase::release(Holder holder) {
  unlock(holder, Level::none);
  unlock_slots(holder, 0, slots_.size());
}

}  // namespace simulation
