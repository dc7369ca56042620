#include "store/postgres/queue.h"

#include <algorithm>

namespace store::postgres {
namespace {

// More of one class than a round gives away; what is behind stays in the table.
constexpr std::size_t most_kept = 4096, kept_then = 1024;

}  // namespace

void Queue::forget() {
  classes_.clear();
  known_ = false;
}

void Queue::scanned(std::span<const std::string> ready, std::span<const std::string> delayed) {
  classes_.clear();
  for (const auto& name : ready) classes_[name];
  for (const auto& name : delayed) classes_[name].delayed = true;
  known_ = true;
}

void Queue::add(const std::string& job_class, Entry entry) {
  const auto [found, is_new] = classes_.try_emplace(job_class);
  auto& known = found->second;
  if (is_new) known.more = !known_;
  if (known.more && entry > known.mark) return;  // it will be found
  known.entries.insert(entry);
  if (known.entries.size() <= most_kept) return;
  known.entries.erase(std::next(known.entries.begin(), kept_then), known.entries.end());
  known.mark = *known.entries.rbegin();
  known.more = true;
}

void Queue::add_delayed(const std::string& job_class, std::int64_t not_before_ns) {
  const auto [found, is_new] = classes_.try_emplace(job_class);
  if (is_new) found->second.more = !known_;
  found->second.delayed = true;
  found->second.due = std::min(found->second.due, Entry{not_before_ns, 0});
}

void Queue::look_again(std::span<const std::string> classes, std::int64_t lowest_ns) {
  for (const auto& name : classes) {
    auto& known = classes_[name];
    known.more = true;
    known.delayed = true;
    known.mark = std::min(known.mark, Entry{lowest_ns, 0});
  }
}

std::optional<Queue::Head> Queue::first(std::span<const std::string> classes) const {
  std::optional<Head> best;
  for (const auto& name : classes) {
    const auto found = classes_.find(name);
    if (found == classes_.end() || found->second.entries.empty()) continue;
    const auto& entry = *found->second.entries.begin();
    if (!best || entry < best->entry) best = Head{name, entry};
  }
  return best;
}

void Queue::drop(const Head& head) {
  if (const auto found = classes_.find(head.job_class); found != classes_.end())
    found->second.entries.erase(head.entry);
}

std::vector<Queue::Gap> Queue::gaps(std::span<const std::string> classes, std::size_t wanted) const {
  std::vector<Gap> gaps;
  for (const auto& name : classes) {
    const auto found = classes_.find(name);
    if (found == classes_.end() || !found->second.more) continue;
    const auto& [entries, mark, due, more, delayed] = found->second;
    std::size_t sure = 0;
    for (auto it = entries.begin(); it != entries.end() && *it <= mark && sure < wanted; ++it) ++sure;
    if (sure < wanted) gaps.push_back({name, mark});
  }
  return gaps;
}

void Queue::fill(const std::string& job_class, std::span<const Entry> entries, std::optional<Entry> last,
                 Behind behind) {
  auto& known = classes_[job_class];
  known.entries.insert(entries.begin(), entries.end());
  known.more = behind == Behind::more;
  if (last) known.mark = *last;
}

Queue::Entry Queue::due_mark(const std::string& job_class) const {
  const auto found = classes_.find(job_class);
  return found == classes_.end() ? Entry{} : found->second.due;
}

void Queue::due(const std::string& job_class, Entry mark, Entry entry) {
  auto& known = classes_[job_class];
  known.due = std::max(known.due, mark);
  known.entries.insert(entry);
}

std::vector<std::string> Queue::classes() const {
  std::vector<std::string> names;
  for (const auto& [name, known] : classes_) names.push_back(name);
  return names;
}

void Queue::drop_if_empty(const std::string& job_class) {
  const auto found = classes_.find(job_class);
  if (found != classes_.end() && found->second.entries.empty() && !found->second.more && !found->second.delayed)
    classes_.erase(found);
}

}  // namespace store::postgres
