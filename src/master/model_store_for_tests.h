// ModelStore: what a Store means, in maps: the yardstick for the tests of this folder. Transactions are snapshots, so a
// rollback really takes everything back. fail_at() makes one later call fail, commits() counts syncs. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "base/format.h"
#include "base/text.h"
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
      return inserted;
    }
    std::vector<base::Id> ids;
    for (auto& record : records) {
      record.job.number = ++now_.last_number;
      record.job_class = class_of(record.job);
      record.version = 1;
      ids.push_back(record.job.id);
      inserted.jobs.push_back(record.job);
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
    now_.changes[record.job.id].push_back(change);
    return {};
  }
  base::Result<std::vector<store::Change>> history(base::Id id) override { return now_.changes[id]; }

  base::Result<std::optional<store::JobRecord>> next_ready(std::span<const std::string> classes, units::WallTime now,
                                                           std::span<const base::Id> except) override {
    FFWATT_CHECK(read());
    ++reads_for_claims_;
    const store::JobRecord* first = nullptr;
    for (const auto& [id, record] : now_.records) {
      const jobs::Job& job = record.job;
      const bool fits = job.state == jobs::JobState::queued && (!job.not_before || *job.not_before <= now) &&
                        std::count(classes.begin(), classes.end(), record.job_class) != 0 &&
                        std::count(except.begin(), except.end(), id) == 0;
      if (fits &&
          (!first || std::pair(order_key(job), job.number) < std::pair(order_key(first->job), first->job.number)))
        first = &record;
    }
    return first ? std::optional(*first) : std::nullopt;
  }
  base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes() override {
    FFWATT_CHECK(read());
    ++reads_for_claims_;
    std::map<std::string, jobs::Needs> classes;
    for (const auto& [id, record] : now_.records)
      if (record.job.state == jobs::JobState::queued)
        classes.emplace(record.job_class, jobs::needs(record.job.submission));
    return std::vector<std::pair<std::string, jobs::Needs>>(classes.begin(), classes.end());
  }
  base::Result<std::vector<store::JobRecord>> leased() override {
    std::vector<store::JobRecord> found;
    for (const auto& [id, record] : now_.records)
      if (record.job.state == jobs::JobState::running || record.job.state == jobs::JobState::canceling)
        found.push_back(record);
    return found;
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

  base::Result<void> put_node(const jobs::Node& node) override {
    FFWATT_CHECK(write());
    now_.nodes[node.id] = node;
    return {};
  }
  base::Result<std::vector<jobs::Node>> nodes() override {
    std::vector<jobs::Node> all;
    for (const auto& [id, node] : now_.nodes) all.push_back(node);
    return all;
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
  static std::string class_of(const jobs::Job& job) { return jobs::class_of(jobs::needs(job.submission)); }
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
