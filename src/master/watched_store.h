// WatchedStore: a Store that remembers its first failure. An operation of the core is several calls; when one of them
// fails half-way, what the calls before it wrote must not be committed. The service asks failure() before each commit.
// What counts: `failed` from any call, for the file is not to be trusted any more; and `retry` from a write, since one
// master has the file for itself and nobody can have changed a record under it. Not: health(), which is a question.
#pragma once

#include <optional>
#include <utility>

#include "store/store.h"

namespace master {

class WatchedStore final : public store::Store {
 public:
  explicit WatchedStore(store::Store& store) : store_(store) {}
  const std::optional<base::Error>& failure() const { return failure_; }
  // After a rollback, where the store can be trusted: nothing failed, and nothing was written.
  void forget() {
    failure_.reset();
    wrote_ = Wrote::no;
  }
  enum class Wrote { yes, no };
  // Whether anything was written since this was last asked.
  Wrote take_wrote() { return std::exchange(wrote_, Wrote::no); }

  base::Result<void> begin() override { return store_.begin(); }
  base::Result<void> commit() override { return store_.commit(); }
  void rollback() override { store_.rollback(); }
  Room room() const override { return store_.room(); }

  base::Result<Inserted> insert(std::vector<store::JobRecord> records, const std::optional<store::IdempotencyKey>& key,
                                units::WallTime now) override {
    wrote_ = Wrote::yes;
    return written(store_.insert(std::move(records), key, now));
  }
  base::Result<void> save(store::JobRecord& record, const store::Change& change) override {
    wrote_ = Wrote::yes;
    return written(store_.save(record, change));
  }
  base::Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    return written(store_.put_power_trace(job, trace));
  }
  base::Result<void> put_node(const jobs::Node& node) override {
    wrote_ = Wrote::yes;
    return written(store_.put_node(node));
  }
  // Its `retry` is an answer: the id is taken.
  base::Result<void> add_report(const jobs::Report& report) override { return read(store_.add_report(report)); }

  base::Result<store::JobRecord> record(base::Id id) override { return read(store_.record(id)); }
  base::Result<store::JobRecord> record_by_number(std::int64_t number) override {
    return read(store_.record_by_number(number));
  }
  base::Result<std::vector<store::Change>> history(base::Id id) override { return read(store_.history(id)); }
  base::Result<std::optional<store::JobRecord>> next_ready(std::span<const std::string> classes, units::WallTime now,
                                                           std::span<const base::Id> except) override {
    return read(store_.next_ready(classes, now, except));
  }
  base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes() override {
    return read(store_.ready_classes());
  }
  base::Result<std::vector<store::JobRecord>> leased() override { return read(store_.leased()); }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override { return read(store_.list(query)); }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override { return read(store_.counts()); }
  base::Result<std::vector<jobs::Node>> nodes() override { return read(store_.nodes()); }
  base::Result<jobs::Report> report(const std::string& id) override { return read(store_.report(id)); }
  base::Result<std::vector<jobs::Report>> reports(int limit) override { return read(store_.reports(limit)); }
  base::Result<std::string> power_trace(const std::string& id) override { return read(store_.power_trace(id)); }
  base::Result<void> health() override { return store_.health(); }

 private:
  template <class T>
  base::Result<T> read(base::Result<T> result) {
    if (!result && result.error().kind() == base::ErrorKind::failed) note(result.error());
    return result;
  }
  template <class T>
  base::Result<T> written(base::Result<T> result) {
    if (!result && result.error().kind() == base::ErrorKind::retry) note(result.error());
    return read(std::move(result));
  }
  void note(const base::Error& error) {
    if (!failure_) failure_ = error;
  }

  store::Store& store_;
  std::optional<base::Error> failure_;
  Wrote wrote_ = Wrote::no;
};

}  // namespace master
