// WatchedStore: a Store that remembers its first failure. An operation of the core is several calls; when one of them
// fails half-way, what the calls before it wrote must not be committed. The service asks failure() before each commit.
// What counts: `failed` from any call, for the file is not to be trusted any more; and `retry`, which of a store with
// one master means that somebody changed a record under it, and of a shared one that the database is away or asks for
// the whole transaction again. Not: health(), which is a question.
// It also notes what was changed, in its order, so that no change can be forgotten where followers are told.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/mutants.h"
#include "store/store.h"
#include "wire/events.h"

namespace master {

class WatchedStore final : public store::Store {
 public:
  explicit WatchedStore(store::Store& store) : store_(store) {}
  const std::optional<base::Error>& failure() const { return failure_; }
  // After a rollback, where the store can be trusted: nothing failed, and nothing was written.
  void forget_failure() {
    failure_.reset();
    wrote_ = Wrote::no;
    if (!FFWATT_MUTANT(undone_changes_told)) changes_.clear();
  }
  // Since this was last asked: what followers are told once it is durable.
  using Told = std::variant<wire::JobEvent, wire::NodeEvent>;
  std::vector<Told> take_changes() { return std::exchange(changes_, {}); }
  enum class Wrote { yes, no };
  // Whether anything was written since this was last asked.
  Wrote take_wrote() { return std::exchange(wrote_, Wrote::no); }

  base::Result<void> begin() override { return store_.begin(); }
  base::Result<void> commit() override { return store_.commit(); }
  void rollback() override { store_.rollback(); }
  Room room() const override { return store_.room(); }
  Sharing sharing() const override { return store_.sharing(); }
  void when_changed(std::function<void()> callback) override { store_.when_changed(std::move(callback)); }
  base::Result<std::unique_ptr<store::Reader>> open_reader() override { return store_.open_reader(); }
  base::Result<void> backup(const os::Path& file) override { return store_.backup(file); }
  base::Result<void> prefetch(std::span<const base::Id> jobs) override { return kept(store_.prefetch(jobs)); }

  base::Result<Inserted> insert(std::vector<store::JobRecord> records, const std::optional<store::IdempotencyKey>& key,
                                units::WallTime now) override;
  base::Result<void> save(store::JobRecord& record, const store::Change& change) override;
  base::Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    return written(store_.put_power_trace(job, trace));
  }
  base::Result<void> put_node(const jobs::Node& node, units::Instant now) override;
  // Their `retry` is an answer: the id is taken, the job has not ended.
  base::Result<void> add_report(const jobs::Report& report) override { return asked(store_.add_report(report)); }
  base::Result<void> forget(base::Id job) override;
  base::Result<int> forget_ended(units::WallTime before, int most) override {
    return written(store_.forget_ended(before, most));
  }

  base::Result<std::vector<std::string>> ready_classes() override { return kept(store_.ready_classes()); }
  base::Result<std::vector<std::vector<store::Offered>>> offer(std::span<const store::Wish> wishes,
                                                               const NewToken& new_token, units::Seconds lifetime,
                                                               units::Instant now) override {
    return kept(store_.offer(wishes, new_token, lifetime, now));
  }
  base::Result<std::vector<store::Offered>> offered(base::Id node, const std::string& claim_id,
                                                    units::Instant now) override {
    return kept(store_.offered(node, claim_id, now));
  }
  base::Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant now) override {
    return kept(store_.offer_of(job, now));
  }
  base::Result<void> withdraw(const jobs::Lease& offer) override { return kept(store_.withdraw(offer)); }
  base::Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant now) override {
    return kept(store_.renew(job, lifetime, now));
  }
  base::Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) override {
    return kept(store_.ended_leases(most, now));
  }
  base::Result<std::size_t> restart_leases(units::Seconds lifetime, units::Instant now) override {
    return kept(store_.restart_leases(lifetime, now));
  }
  base::Result<std::vector<store::Holding>> holdings(std::span<const base::Id> nodes, units::Instant now) override {
    return kept(store_.holdings(nodes, now));
  }
  base::Result<std::vector<store::NodeLoad>> loads(std::span<const base::Id> nodes, units::Instant now) override {
    return kept(store_.loads(nodes, now));
  }
  std::optional<units::BootTime> next_deadline() const override { return store_.next_deadline(); }
  base::Result<void> put_token(const jobs::AccessToken& token) override { return written(store_.put_token(token)); }
  base::Result<void> remove_token(const std::string& id) override { return written(store_.remove_token(id)); }
  base::Result<std::vector<jobs::AccessToken>> tokens() override { return kept(store_.tokens()); }
  base::Result<void> heard(base::Id node, units::Instant now) override { return kept(store_.heard(node, now)); }
  base::Result<std::vector<store::SeenNode>> nodes(units::Instant now) override { return kept(store_.nodes(now)); }
  base::Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) override {
    return kept(store_.matching(state, scenario, most));
  }

  base::Result<store::JobRecord> record(base::Id id) override { return kept(store_.record(id)); }
  base::Result<store::JobRecord> record_by_number(std::int64_t number) override {
    return kept(store_.record_by_number(number));
  }
  base::Result<std::vector<store::Change>> history(base::Id id) override { return kept(store_.history(id)); }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override { return kept(store_.list(query)); }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override { return kept(store_.counts()); }
  base::Result<jobs::Report> report(const std::string& id) override { return kept(store_.report(id)); }
  base::Result<std::vector<jobs::Report>> reports(int limit) override { return kept(store_.reports(limit)); }
  base::Result<wire::ResultPage> results(const wire::ResultQuery& query) override {
    return kept(store_.results(query));
  }
  base::Result<std::string> power_trace(const std::string& id) override { return kept(store_.power_trace(id)); }
  base::Result<void> rest() override { return kept(store_.rest()); }
  base::Result<void> health() override { return store_.health(); }

 private:
  template <class T>
  base::Result<T> asked(base::Result<T> result) {
    if (!result && result.error().kind() == base::ErrorKind::failed) note(result.error());
    return result;
  }
  template <class T>
  base::Result<T> kept(base::Result<T> result) {
    if (!result && result.error().kind() == base::ErrorKind::retry) note(result.error());
    return asked(std::move(result));
  }
  template <class T>
  base::Result<T> written(base::Result<T> result) {
    wrote_ = Wrote::yes;
    return kept(std::move(result));
  }
  void note(const base::Error& error) {
    if (!failure_) failure_ = error;
  }

  store::Store& store_;
  std::optional<base::Error> failure_;
  Wrote wrote_ = Wrote::no;
  std::vector<Told> changes_;
};

}  // namespace master
