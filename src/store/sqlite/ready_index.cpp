#include "store/sqlite/ready_index.h"

#include <algorithm>
#include <functional>

#include "jobs/retry.h"

namespace store::sqlite {
namespace {

constexpr auto later = [](const auto& a, const auto& b) { return a.not_before_ns > b.not_before_ns; };

// No back-off is so long: a job that seems to wait longer was delayed before the wall clock was set back.
const std::int64_t longest_wait_ns = static_cast<std::int64_t>(jobs::longest_delay.value() * 1e9) + 1;

}  // namespace

void ReadyIndex::clear() {
  heaps_.clear();
  live_.clear();
  waiting_.clear();
}

void ReadyIndex::add(const std::string& job_class, Entry entry, std::optional<std::int64_t> not_before_ns) {
  auto& heaps = heaps_[job_class];
  remove(entry.number);
  if (not_before_ns) {
    waiting_[entry.number] = *not_before_ns;
    heaps.delayed.push_back({*not_before_ns, entry});
    std::push_heap(heaps.delayed.begin(), heaps.delayed.end(), later);
  } else {
    live_.insert(entry.number);
    heaps.ready.push_back(entry);
    std::push_heap(heaps.ready.begin(), heaps.ready.end(), std::greater<>());
  }
}

void ReadyIndex::wake(Heaps& heaps, std::int64_t now_ns) {
  const auto due = [&](std::int64_t at) { return at <= now_ns || at > now_ns + longest_wait_ns; };
  while (!heaps.delayed.empty() && due(heaps.delayed.front().not_before_ns)) {
    const auto& [not_before_ns, entry] = heaps.delayed.front();
    const auto waits = waiting_.find(entry.number);
    if (waits != waiting_.end() && waits->second == not_before_ns) {
      waiting_.erase(waits);
      live_.insert(entry.number);
      heaps.ready.push_back(entry);
      std::push_heap(heaps.ready.begin(), heaps.ready.end(), std::greater<>());
    }
    std::pop_heap(heaps.delayed.begin(), heaps.delayed.end(), later);
    heaps.delayed.pop_back();
  }
}

std::optional<ReadyIndex::Head> ReadyIndex::first(std::span<const std::string> classes, std::int64_t now_ns) {
  std::optional<Head> best;
  for (const auto& job_class : classes) {
    const auto found = heaps_.find(job_class);
    if (found == heaps_.end()) continue;
    auto& heaps = found->second;
    wake(heaps, now_ns);
    while (!heaps.ready.empty() && !live_.contains(heaps.ready.front().number)) {
      std::pop_heap(heaps.ready.begin(), heaps.ready.end(), std::greater<>());
      heaps.ready.pop_back();
    }
    if (heaps.ready.empty()) {
      if (heaps.delayed.empty()) heaps_.erase(found);
      continue;
    }
    if (!best || heaps.ready.front() < best->entry) best = Head{job_class, heaps.ready.front()};
  }
  return best;
}

void ReadyIndex::take(const Head& head) {
  drop(head);
  live_.erase(head.entry.number);
}

void ReadyIndex::drop(const Head& head) {
  const auto found = heaps_.find(head.job_class);
  if (found == heaps_.end() || found->second.ready.empty() || found->second.ready.front() != head.entry) return;
  std::pop_heap(found->second.ready.begin(), found->second.ready.end(), std::greater<>());
  found->second.ready.pop_back();
}

std::vector<std::string> ReadyIndex::classes() const {
  std::vector<std::string> classes;
  classes.reserve(heaps_.size());
  for (const auto& [job_class, heaps] : heaps_) classes.push_back(job_class);
  return classes;
}

}  // namespace store::sqlite
