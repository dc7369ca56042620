// ModelStore: what a Store means, in maps: the yardstick for the tests of this folder. Transactions are snapshots, so a
// rollback really takes everything back. fail_at() makes one later call fail, commits() counts syncs. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "jobs/retry.h"
#include "master/model_results_for_tests.h"
#include "store/store.h"

namespace master {

class ModelStore final : public store::Store {
 public:
  // From now on the `nth` write (insert, save, put_node, add_report) answers `error`, once.
  void fail_write(int nth, base::Error error) { write_fails_ = {nth, std::move(error)}; }
  void fail_begin(base::Error error) { begin_fails_ = std::move(error); }
  void fail_commit(base::Error error) { commit_fails_ = std::move(error); }
  // Every write fails from now on as on a full disk, at the write or only at the commit; nullopt: there is room again.
  enum class FullAt { write, commit };
  void be_full(std::optional<FullAt> at) { full_at_ = at; }
  void fail_read(base::Error error) { read_fails_ = std::move(error); }
  void be_unhealthy(base::Error error) { unhealthy_ = std::move(error); }
  // Called before each commit takes effect: a test looks around there, or waits.
  void on_commit(std::function<void()> f) { on_commit_ = std::move(f); }
  int commits() const { return commits_; }
  int reads_for_claims() const { return reads_for_claims_; }
  const store::JobRecord* peek(base::Id id) const {
    const auto it = now_.records.find(id);
    return it == now_.records.end() ? nullptr : &it->second;
  }

  Sharing sharing() const override { return Sharing::alone; }
  void when_changed(std::function<void()>) override {}
  base::Result<std::unique_ptr<store::Reader>> open_reader() override {
    return base::Error::invalid("the model has one thread");
  }
  base::Result<void> prefetch(std::span<const base::Id>) override { return {}; }
  base::Result<void> backup(const os::Path&) override { return base::Error::invalid("the model is not kept"); }

  base::Result<void> begin() override {
    if (begin_fails_) return *std::exchange(begin_fails_, std::nullopt);
    room_ = Room::enough;
    wrote_ = false;
    before_ = now_;
    return {};
  }
  base::Result<void> commit() override {
    if (on_commit_) on_commit_();
    if (full_at_ == FullAt::commit && wrote_) {
      rollback();
      return full();
    }
    if (commit_fails_) return rollback(), *std::exchange(commit_fails_, std::nullopt);
    before_.reset();
    ++commits_;
    return {};
  }
  void rollback() override {
    if (before_) now_ = *std::exchange(before_, std::nullopt);
    offers_.clear();
    deadlines_.clear();
  }

  Room room() const override { return room_; }

  base::Result<Inserted> insert(std::vector<store::JobRecord> records, const std::optional<store::IdempotencyKey>& key,
                                units::WallTime) override {
    FFWATT_CHECK(write());
    Inserted inserted;
    if (const auto known = key ? now_.keys.find(key->key) : now_.keys.end(); known != now_.keys.end()) {
      if (known->second.first != key->body_digest) return base::Error::invalid("the key came with another body");
      inserted.origin = Inserted::Origin::repeated;
      for (const auto id : known->second.second) inserted.jobs.push_back(now_.records.at(id).job);
      for (const auto& job : inserted.jobs) inserted.texts.push_back(wire::JobText::of(job));
      return inserted;
    }
    std::vector<base::Id> ids;
    for (auto& record : records) {
      record.job.number = ++now_.last_number;
      if (record.job_class.empty()) record.job_class = jobs::class_of(jobs::needs(record.job));
      record.version = 1;
      ids.push_back(record.job.id);
      inserted.jobs.push_back(record.job);
      inserted.texts.push_back(wire::JobText::of(record.job));
      now_.records[record.job.id] = std::move(record);
    }
    if (key) now_.keys[key->key] = {key->body_digest, ids};
    return inserted;
  }
  base::Result<store::JobRecord> record(base::Id id) override {
    FFWATT_CHECK(read());
    const auto it = now_.records.find(id);
    if (it == now_.records.end()) return base::Error::absent("no such job");
    return it->second;
  }
  base::Result<store::JobRecord> record_by_number(std::int64_t number) override {
    FFWATT_CHECK(read());
    for (const auto& [id, record] : now_.records)
      if (record.job.number == number) return record;
    return base::Error::absent("no such job");
  }
  base::Result<void> save(store::JobRecord& record, const store::Change& change) override {
    FFWATT_CHECK(write());
    const auto it = now_.records.find(record.job.id);
    if (it == now_.records.end()) return base::Error::absent("no such job");
    if (it->second.version != record.version) return base::Error::retry("somebody else changed the job");
    ++record.version;
    it->second = record;
    offers_.erase(record.job.id);
    if (!is_held(record)) deadlines_.erase(record.job.id);
    now_.changes[record.job.id].push_back(change);
    return {};
  }
  base::Result<std::vector<store::Change>> history(base::Id id) override { return now_.changes[id]; }

  base::Result<std::vector<std::string>> ready_classes() override {
    FFWATT_CHECK(read());
    ++reads_for_claims_;
    std::set<std::string> classes;
    for (const auto& [id, record] : now_.records)
      if (record.job.state == jobs::JobState::queued) classes.insert(record.job_class);
    return std::vector<std::string>(classes.begin(), classes.end());
  }
  base::Result<std::vector<std::vector<store::Offered>>> offer(std::span<const store::Wish> wishes,
                                                               const NewToken& new_token, units::Seconds lifetime,
                                                               units::Instant now) override {
    FFWATT_CHECK(read());
    ++reads_for_claims_;
    expire(now);
    std::vector<std::vector<store::Offered>> answers;
    for (const auto& wish : wishes) {
      auto& answer = answers.emplace_back();
      while (static_cast<int>(answer.size()) < wish.most) {
        const auto* record = first_of(wish.classes, now.wall);
        if (!record) break;
        const bool alone = jobs::wants_to_be_alone(record->job_class);
        if (alone && !answer.empty()) break;
        const jobs::Lease lease{record->job.id, static_cast<int>(record->job.attempts.size()) + 1, new_token()};
        offers_[record->job.id] = {wish.node, wish.claim_id, lease, now.boot + lifetime};
        answer.push_back({*record, lease});
        if (alone) break;
      }
    }
    return answers;
  }
  base::Result<std::vector<store::Offered>> offered(base::Id node, const std::string& claim_id,
                                                    units::Instant now) override {
    expire(now);
    std::vector<store::Offered> found;
    for (const auto& [job, offer] : offers_)
      if (offer.node == node && offer.claim_id == claim_id) found.push_back({now_.records.at(job), offer.lease});
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.record.job.number < b.record.job.number; });
    return found;
  }
  base::Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant now) override {
    expire(now);
    const auto offer = offers_.find(job);
    return offer == offers_.end() ? std::nullopt : std::optional(offer->second.lease);
  }
  base::Result<void> withdraw(const jobs::Lease& lease) override {
    const auto offer = offers_.find(lease.job);
    if (offer != offers_.end() && offer->second.lease == lease) offers_.erase(offer);
    return {};
  }
  base::Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant now) override {
    if (now_.records.count(job) != 0 && is_held(now_.records.at(job))) deadlines_[job] = now.boot + lifetime;
    return {};
  }
  base::Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) override {
    expire(now);
    std::vector<base::Id> ended;
    for (const auto& [job, deadline] : deadlines_)
      if (deadline <= now.boot && static_cast<int>(ended.size()) < most) ended.push_back(job);
    return ended;
  }
  base::Result<std::size_t> restart_leases(units::Seconds lifetime, units::Instant now) override {
    FFWATT_CHECK(read());
    offers_.clear();
    for (const auto& [id, record] : now_.records)
      if (is_held(record)) deadlines_[id] = now.boot + lifetime;
    return deadlines_.size();
  }
  base::Result<std::vector<store::Holding>> holdings(std::span<const base::Id> nodes, units::Instant now) override {
    FFWATT_CHECK(read());
    expire(now);
    std::vector<store::Holding> found;
    const auto wanted = [&](base::Id node) {
      return nodes.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end();
    };
    for (const auto& [id, record] : now_.records) {
      const auto holder = record.holder.value_or(base::Id());
      const auto offer = offers_.find(id);
      if (is_held(record) && wanted(holder))
        found.push_back({id, holder, record.job.number, record.job.state, record.lease ? record.lease->attempt : 0,
                         record.job_class});
      else if (offer != offers_.end() && wanted(offer->second.node))
        found.push_back({id, offer->second.node, record.job.number, record.job.state, offer->second.lease.attempt,
                         record.job_class});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return found;
  }
  std::optional<units::BootTime> next_deadline() const override {
    std::optional<units::BootTime> next;
    for (const auto& [job, offer] : offers_) next = next ? std::min(*next, offer.expires) : offer.expires;
    for (const auto& [job, deadline] : deadlines_) next = next ? std::min(*next, deadline) : deadline;
    return next;
  }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override {
    FFWATT_CHECK(read());
    wire::JobPage page;
    const auto before = query.cursor.empty() ? std::nullopt : base::to_int(query.cursor);
    if (!query.cursor.empty() && !before) return base::Error::invalid("the cursor is none of ours");
    std::vector<jobs::Job> matching;
    for (const auto& [id, record] : now_.records)
      if ((!query.state || record.job.state == *query.state) &&
          (query.scenario.empty() || record.job.submission.spec.scenario == query.scenario))
        matching.push_back(record.job);
    std::sort(matching.begin(), matching.end(), [](const auto& a, const auto& b) { return a.number > b.number; });
    page.count = static_cast<std::int64_t>(matching.size());
    for (auto& job : matching) {
      if (before && job.number >= *before) continue;
      if (static_cast<int>(page.jobs.size()) == query.limit) {
        page.next = base::format("{}", page.jobs.back().number);
        break;
      }
      job.report.reset();
      page.jobs.push_back(std::move(job));
    }
    return page;
  }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override {
    std::map<jobs::JobState, std::int64_t> counts;
    for (const auto state : jobs::all_job_states()) counts[state] = 0;
    for (const auto& [id, record] : now_.records) ++counts[record.job.state];
    return counts;
  }

  base::Result<void> put_node(const jobs::Node& node, units::Instant now) override {
    FFWATT_CHECK(write());
    now_.nodes[node.id] = node;
    heard_.emplace(node.id, now);
    return {};
  }
  base::Result<void> heard(base::Id node, units::Instant now) override {
    if (now_.nodes.count(node) == 0) return base::Error::absent("no such node; register it");
    heard_[node] = now;
    return {};
  }
  base::Result<std::vector<store::SeenNode>> nodes(units::Instant now) override {
    std::vector<store::SeenNode> all;
    for (const auto& [id, node] : now_.nodes) {
      const auto last = heard_.emplace(id, units::Instant{node.last_heartbeat, now.boot}).first->second;
      all.push_back({node, now.boot - last.boot});
      all.back().node.last_heartbeat = last.wall;
    }
    return all;
  }
  base::Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) override {
    std::vector<std::pair<std::int64_t, base::Id>> found;
    for (const auto& [id, record] : now_.records)
      if (record.job.state == state && (scenario.empty() || record.job.submission.spec.scenario == scenario))
        found.emplace_back(record.job.number, id);
    std::sort(found.begin(), found.end());
    std::vector<base::Id> ids;
    for (const auto& [number, id] : found)
      if (static_cast<int>(ids.size()) < most) ids.push_back(id);
    return ids;
  }
  base::Result<int> forget_ended(units::WallTime before, int most) override {
    FFWATT_CHECK(write());
    return static_cast<int>(std::erase_if(now_.records, [&](const auto& entry) {
      return is_terminal(entry.second.job.state) && entry.second.job.changed < before && most-- > 0;
    }));
  }
  base::Result<void> forget(base::Id job) override {
    FFWATT_CHECK(write());
    const auto it = now_.records.find(job);
    if (it == now_.records.end()) return base::Error::absent("no such job");
    if (!is_terminal(it->second.job.state)) return base::Error::retry("it has not ended");
    now_.records.erase(it);
    return {};
  }
  base::Result<void> add_report(const jobs::Report& report) override {
    FFWATT_CHECK(write());
    auto kept = report;
    kept.power_trace.clear();
    if (!now_.reports.emplace(report.id, kept).second) return base::Error::retry("the id is taken");
    if (!report.power_trace.empty()) now_.power_traces[report.id] = report.power_trace;
    return {};
  }
  base::Result<std::string> power_trace(const std::string& id) override {
    const auto it = now_.power_traces.find(id);
    if (it == now_.power_traces.end()) return base::Error::absent("no such power trace");
    return it->second;
  }
  base::Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    FFWATT_CHECK(write());
    now_.power_traces[job.text()] = trace;
    return {};
  }
  base::Result<jobs::Report> report(const std::string& id) override {
    const auto it = now_.reports.find(id);
    if (it == now_.reports.end()) return base::Error::absent("no such report");
    return it->second;
  }
  base::Result<std::vector<jobs::Report>> reports(int limit) override {
    std::vector<jobs::Report> all;
    for (const auto& [id, report] : now_.reports) all.push_back(report);
    all.resize(std::min(all.size(), static_cast<std::size_t>(limit)));
    return all;
  }
  base::Result<wire::ResultPage> results(const wire::ResultQuery& query) override {
    FFWATT_CHECK(read());
    return ModelResults(now_.reports, query).page();
  }
  base::Result<void> health() override {
    if (unhealthy_) return *unhealthy_;
    return {};
  }

 private:
  struct State {
    std::map<base::Id, store::JobRecord> records;
    std::map<base::Id, std::vector<store::Change>> changes;
    std::map<std::string, std::pair<std::string, std::vector<base::Id>>> keys;
    std::map<base::Id, jobs::Node> nodes;
    std::map<std::string, jobs::Report> reports;
    std::map<std::string, std::string> power_traces;
    std::int64_t last_number = 0;
  };
  struct Offer {
    base::Id node;
    std::string claim_id;
    jobs::Lease lease;
    units::BootTime expires;
  };
  static bool is_held(const store::JobRecord& record) {
    return record.job.state == jobs::JobState::running || record.job.state == jobs::JobState::canceling;
  }
  void expire(units::Instant now) {
    std::erase_if(offers_, [&](const auto& entry) { return entry.second.expires <= now.boot; });
  }
  const store::JobRecord* first_of(const std::vector<std::string>& classes, units::WallTime now) const {
    const store::JobRecord* first = nullptr;
    for (const auto& [id, record] : now_.records) {
      const jobs::Job& job = record.job;
      // No back-off is so long: the wall clock was set back.
      const bool due = !job.not_before || *job.not_before <= now || *job.not_before > now + jobs::longest_delay;
      const bool fits = job.state == jobs::JobState::queued && due &&
                        std::count(classes.begin(), classes.end(), record.job_class) != 0 && offers_.count(id) == 0;
      if (fits &&
          (!first || std::pair(order_key(job), job.number) < std::pair(order_key(first->job), first->job.number)))
        first = &record;
    }
    return first;
  }
  base::Error full() {
    room_ = Room::none;
    return base::Error::failed("the disk is full; free space");
  }
  base::Result<void> write() {
    wrote_ = true;
    if (full_at_ == FullAt::write) return full();
    if (write_fails_ && --write_fails_->first == 0) return std::exchange(write_fails_, std::nullopt)->second;
    return {};
  }
  base::Result<void> read() {
    if (read_fails_) return *std::exchange(read_fails_, std::nullopt);
    return {};
  }

  State now_;
  std::map<base::Id, Offer> offers_;
  std::map<base::Id, units::BootTime> deadlines_;
  std::map<base::Id, units::Instant> heard_;
  std::optional<State> before_;
  std::optional<std::pair<int, base::Error>> write_fails_;
  std::optional<base::Error> begin_fails_, commit_fails_, read_fails_, unhealthy_;
  std::function<void()> on_commit_;
  std::optional<FullAt> full_at_;
  Room room_ = Room::enough;
  bool wrote_ = false;
  int commits_ = 0, reads_for_claims_ = 0;
};

}  // namespace master
