#include "master/watched_store.h"

namespace master {
namespace {

// An event is news, the record has the whole of it: of a text of ffmpeg's as much as a list shows.
constexpr std::size_t longest_reason = 400;
std::string beginning_of(const std::string& text) {
  if (text.size() <= longest_reason) return text;
  auto end = longest_reason;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;  // no half characters
  return text.substr(0, end) + "…";
}
wire::JobEvent told_of(const jobs::Job& job, const std::string& actor, const std::string& reason, units::WallTime at) {
  return {.id = job.id,
          .number = job.number,
          .state = job.state,
          .attempts = static_cast<int>(job.attempts.size()),
          .node = job.attempts.empty() ? "" : job.attempts.back().node_name,
          .actor = actor,
          .reason = beginning_of(reason),
          .at = at};
}

}  // namespace

base::Result<store::Store::Inserted> WatchedStore::insert(std::vector<store::JobRecord> records,
                                                          const std::optional<store::IdempotencyKey>& key,
                                                          units::WallTime now) {
  auto inserted = written(store_.insert(std::move(records), key, now));
  if (inserted && inserted->origin == Inserted::Origin::fresh)
    for (const auto& job : inserted->jobs) changes_.emplace_back(told_of(job, "", "submitted", now));
  return inserted;
}

base::Result<void> WatchedStore::save(store::JobRecord& record, const store::Change& change) {
  auto saved = written(store_.save(record, change));
  if (saved) changes_.emplace_back(told_of(record.job, change.actor, change.reason, change.at));
  return saved;
}

base::Result<void> WatchedStore::put_node(const jobs::Node& node, units::Instant now) {
  auto put = written(store_.put_node(node, now));
  if (put) changes_.emplace_back(wire::NodeEvent{node.id, node.facts.name, node.intent, node.intent_reason});
  return put;
}

base::Result<void> WatchedStore::forget(base::Id job) {
  wrote_ = Wrote::yes;
  const auto record = store_.record(job);
  auto gone = asked(store_.forget(job));
  if (gone && record) {
    auto event = told_of(record->job, "", "removed", record->job.changed);
    event.removed = wire::JobEvent::Removed::yes;
    changes_.emplace_back(std::move(event));
  }
  return gone;
}

}  // namespace master
