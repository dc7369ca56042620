// StoreTap: a store with somebody at the pipe: its master may be killed before any call, and every record that becomes
// durable is noted in the history.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "simulation/history.h"
#include "store/store.h"

namespace simulation {

class StoreTap final : public store::Store {
 public:
  // `before` is called with the name of each call that may change anything; what it throws kills the master.
  StoreTap(std::unique_ptr<store::Store> store, std::function<void(const char*)> before,
           std::function<void(Saved)> saved)
      : store_(std::move(store)), before_(std::move(before)), saved_(std::move(saved)) {}

  // Of a master that was killed: what may be durable and was not told, since its commit had not returned.
  std::vector<Saved> take_unclear() { return std::exchange(unclear_, {}); }
  // The next commit fails for its master, in vain or not: it may have taken effect all the same. `failed` is called
  // then.
  enum class Loss { of_the_answer, of_the_transaction };
  void lose_next_commit(Loss loss, std::function<void()> failed) {
    loss_ = loss;
    lost_ = std::move(failed);
  }

  base::Result<void> begin() override {
    before_("begin");
    open_ = true;
    pending_.clear();
    unclear_.clear();  // it has gone on, so it was taken back
    return store_->begin();
  }
  base::Result<void> commit() override {
    before_("commit");
    if (loss_ == Loss::of_the_transaction) {
      loss_.reset();
      rollback();
      lost_();
      return base::Error::retry("could not serialize access due to concurrent update");
    }
    unclear_ = pending_;
    auto done = store_->commit();
    open_ = false;
    if (done) {
      unclear_.clear();
      tell();
    }
    before_("committed");
    if (!done || !loss_) return done;
    loss_.reset();
    lost_();
    return base::Error::retry("the connection was lost in the middle of the commit");
  }
  void rollback() override {
    open_ = false;
    pending_.clear();
    store_->rollback();
  }
  base::Result<Inserted> insert(std::vector<store::JobRecord> records, const std::optional<store::IdempotencyKey>& key,
                                units::WallTime now) override {
    before_("insert");
    auto inserted = store_->insert(std::move(records), key, now);
    if (inserted && inserted->origin == Inserted::Origin::fresh)
      for (const auto& job : inserted->jobs) keep({.job = job.id, .state = job.state, .actor = "submit"});
    return inserted;
  }
  base::Result<void> save(store::JobRecord& record, const store::Change& change) override {
    before_("save");
    auto done = store_->save(record, change);
    if (done)
      keep({.job = record.job.id,
            .state = record.job.state,
            .attempts = static_cast<int>(record.job.attempts.size()),
            .lease = record.lease,
            .version = record.version,
            .actor = change.actor,
            .reason = change.reason});
    return done;
  }
  base::Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    return store_->put_power_trace(job, trace);
  }
  base::Result<void> add_report(const jobs::Report& report) override {
    before_("add_report");
    return store_->add_report(report);
  }
  base::Result<void> put_node(const jobs::Node& node, units::Instant now) override {
    before_("put_node");
    return store_->put_node(node, now);
  }
  base::Result<void> forget(base::Id job) override { return store_->forget(job); }
  base::Result<int> forget_ended(units::WallTime before, int most) override {
    return store_->forget_ended(before, most);
  }
  base::Result<std::vector<std::vector<store::Offered>>> offer(std::span<const store::Wish> wishes,
                                                               const NewToken& new_token, units::Seconds lifetime,
                                                               units::Instant now) override {
    before_("offer");
    return store_->offer(wishes, new_token, lifetime, now);
  }
  base::Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant now) override {
    before_("renew");
    return store_->renew(job, lifetime, now);
  }
  base::Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) override {
    before_("ended_leases");
    return store_->ended_leases(most, now);
  }

  Room room() const override { return store_->room(); }
  Sharing sharing() const override { return store_->sharing(); }
  void when_changed(std::function<void()> callback) override { store_->when_changed(std::move(callback)); }
  base::Result<std::unique_ptr<store::Reader>> open_reader() override { return store_->open_reader(); }
  base::Result<void> backup(const os::Path& file) override { return store_->backup(file); }
  base::Result<void> prefetch(std::span<const base::Id> jobs) override { return store_->prefetch(jobs); }
  base::Result<std::vector<std::string>> ready_classes() override { return store_->ready_classes(); }
  base::Result<std::vector<store::Offered>> offered(base::Id node, const std::string& claim_id,
                                                    units::Instant now) override {
    return store_->offered(node, claim_id, now);
  }
  base::Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant now) override {
    return store_->offer_of(job, now);
  }
  base::Result<void> withdraw(const jobs::Lease& offer) override { return store_->withdraw(offer); }
  base::Result<std::size_t> restart_leases(units::Seconds lifetime, units::Instant now) override {
    return store_->restart_leases(lifetime, now);
  }
  base::Result<std::vector<store::Holding>> holdings(std::span<const base::Id> nodes, units::Instant now) override {
    return store_->holdings(nodes, now);
  }
  base::Result<std::vector<store::NodeLoad>> loads(std::span<const base::Id> nodes, units::Instant now) override {
    return store_->loads(nodes, now);
  }
  std::optional<units::BootTime> next_deadline() const override { return store_->next_deadline(); }
  base::Result<void> put_token(const jobs::AccessToken& token) override {
    before_("put_token");
    return store_->put_token(token);
  }
  base::Result<void> remove_token(const std::string& id) override {
    before_("remove_token");
    return store_->remove_token(id);
  }
  base::Result<std::vector<jobs::AccessToken>> tokens() override { return store_->tokens(); }
  base::Result<void> heard(base::Id node, units::Instant now) override { return store_->heard(node, now); }
  base::Result<std::vector<store::SeenNode>> nodes(units::Instant now) override { return store_->nodes(now); }
  base::Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) override {
    return store_->matching(state, scenario, most);
  }
  base::Result<store::JobRecord> record(base::Id id) override { return store_->record(id); }
  base::Result<store::JobRecord> record_by_number(std::int64_t number) override {
    return store_->record_by_number(number);
  }
  base::Result<std::vector<store::Change>> history(base::Id id) override { return store_->history(id); }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override { return store_->list(query); }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override { return store_->counts(); }
  base::Result<jobs::Report> report(const std::string& id) override { return store_->report(id); }
  base::Result<std::vector<jobs::Report>> reports(int limit) override { return store_->reports(limit); }
  base::Result<wire::ResultPage> results(const wire::ResultQuery& query) override { return store_->results(query); }
  base::Result<std::string> power_trace(const std::string& id) override { return store_->power_trace(id); }
  base::Result<void> rest() override {
    before_("rest");
    return store_->rest();
  }
  base::Result<void> health() override { return store_->health(); }

 private:
  void keep(Saved saved) {
    pending_.push_back(std::move(saved));
    if (!open_) tell();  // outside of a transaction it is durable at once
  }
  void tell() {
    for (auto& saved : std::exchange(pending_, {})) saved_(std::move(saved));
  }
  std::unique_ptr<store::Store> store_;
  std::function<void(const char*)> before_;
  std::function<void(Saved)> saved_;
  std::function<void()> lost_;
  std::optional<Loss> loss_;  // of the next commit
  std::vector<Saved> pending_, unclear_;
  bool open_ = false;
};

}  // namespace simulation
