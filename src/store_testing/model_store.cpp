#include "store_testing/model_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "jobs/retry.h"
#include "store_testing/model_loads.h"
#include "store_testing/model_reads.h"

namespace store_testing {
namespace {

bool is_held(const store::JobRecord& record) {
  return record.job.state == jobs::JobState::running || record.job.state == jobs::JobState::canceling;
}

// A transaction is the list of what takes it back, newest last.
class Model final : public ModelReads {
 public:
  explicit Model(Data& data) : ModelReads(data) {}
  ~Model() override {
    rollback();
    data_.listeners.erase(this);
  }

  void fail_write(int nth, base::Error error) override { write_fails_ = {nth, std::move(error)}; }
  void fail_begin(base::Error error) override { begin_fails_ = std::move(error); }
  void fail_commit(base::Error error) override { commit_fails_ = std::move(error); }
  void be_full(std::optional<FullAt> at) override { full_at_ = at; }
  void on_commit(std::function<void()> f) override { on_commit_ = std::move(f); }
  int commits() const override { return commits_; }
  int reads_for_claims() const override { return reads_for_claims_; }

  Sharing sharing() const override { return is_shared() ? Sharing::shared : Sharing::alone; }
  void when_changed(std::function<void()> callback) override {
    if (callback)
      data_.listeners[this] = std::move(callback);
    else
      data_.listeners.erase(this);
  }
  base::Result<std::unique_ptr<store::Reader>> open_reader() override {
    return base::Error::invalid("the model has one thread");
  }
  base::Result<void> prefetch(std::span<const base::Id>) override { return {}; }
  base::Result<void> backup(const os::Path&) override { return base::Error::invalid("the model is not kept"); }

  base::Result<void> begin() override {
    if (begin_fails_) return *std::exchange(begin_fails_, std::nullopt);
    room_ = Room::enough;
    wrote_ = false;
    begun_ = true;
    return {};
  }
  base::Result<void> commit() override {
    if (on_commit_) on_commit_();
    if (full_at_ == FullAt::commit && wrote_) {
      rollback();
      return full();
    }
    if (commit_fails_) return rollback(), *std::exchange(commit_fails_, std::nullopt);
    begun_ = false;
    undo_.clear();
    ++commits_;
    if (wrote_)
      for (const auto& [who, callback] : data_.listeners)
        if (who != this) callback();
    return {};
  }
  void rollback() override {
    for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
    begun_ = false;
    if (is_shared()) return;
    data_.offers.clear();
    data_.deadlines.clear();
  }

  Room room() const override { return room_; }

  base::Result<Inserted> insert(std::vector<store::JobRecord> records, const std::optional<store::IdempotencyKey>& key,
                                units::WallTime) override {
    FFWATT_CHECK(write());
    Inserted inserted;
    if (const auto known = key ? data_.keys.find(key->key) : data_.keys.end(); known != data_.keys.end()) {
      if (known->second.first != key->body_digest) return base::Error::invalid("the key came with another body");
      inserted.origin = Inserted::Origin::repeated;
      for (const auto id : known->second.second) inserted.jobs.push_back(data_.records.at(id).job);
      for (const auto& job : inserted.jobs) inserted.texts.push_back(wire::JobText::of(job));
      return inserted;
    }
    std::vector<base::Id> ids;
    for (auto& record : records) {
      record.job.number = ++data_.last_number;
      if (record.job_class.empty()) record.job_class = jobs::class_of(jobs::needs(record.job));
      record.version = 1;
      ids.push_back(record.job.id);
      inserted.jobs.push_back(record.job);
      inserted.texts.push_back(record.text = wire::JobText::of(record.job));
      keep(data_.records, record.job.id);
      data_.records[record.job.id] = std::move(record);
    }
    if (key) {
      keep(data_.keys, key->key);
      data_.keys[key->key] = {key->body_digest, ids};
    }
    return inserted;
  }
  base::Result<void> save(store::JobRecord& record, const store::Change& change) override {
    FFWATT_CHECK(write());
    const auto it = data_.records.find(record.job.id);
    if (it == data_.records.end()) return base::Error::absent("no such job");
    if (it->second.version != record.version) return base::Error::retry("somebody else changed the job");
    ++record.version;
    keep(data_.records, record.job.id);
    it->second = record;
    erase(data_.offers, record.job.id);
    if (!is_held(record)) erase(data_.deadlines, record.job.id);
    keep(data_.changes, record.job.id);
    data_.changes[record.job.id].push_back(change);
    return {};
  }
  base::Result<std::vector<std::string>> ready_classes() override {
    FFWATT_CHECK(read());
    ++reads_for_claims_;
    std::set<std::string> classes;
    for (const auto& [id, record] : data_.records)
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
        const auto* record = first_of(wish.classes, here(now).wall);
        if (!record) break;
        const bool alone = jobs::wants_to_be_alone(record->job_class);
        if (alone && !answer.empty()) break;
        const jobs::Lease lease{record->job.id, static_cast<int>(record->job.attempts.size()) + 1, new_token()};
        keep(data_.offers, record->job.id);
        data_.offers[record->job.id] = {wish.node, wish.claim_id, lease, here(now).boot + lifetime};
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
    for (const auto& [job, offer] : data_.offers)
      if (offer.node == node && offer.claim_id == claim_id) found.push_back({data_.records.at(job), offer.lease});
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.record.job.number < b.record.job.number; });
    return found;
  }
  base::Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant now) override {
    expire(now);
    const auto offer = data_.offers.find(job);
    return offer == data_.offers.end() ? std::nullopt : std::optional(offer->second.lease);
  }
  base::Result<void> withdraw(const jobs::Lease& lease) override {
    const auto offer = data_.offers.find(lease.job);
    if (offer != data_.offers.end() && offer->second.lease == lease) erase(data_.offers, lease.job);
    return {};
  }
  base::Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant now) override {
    if (data_.records.count(job) == 0 || !is_held(data_.records.at(job))) return {};
    keep(data_.deadlines, job);
    data_.deadlines[job] = here(now).boot + lifetime;
    return {};
  }
  base::Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) override {
    expire(now);
    std::vector<base::Id> ended;
    for (const auto& [job, deadline] : data_.deadlines)
      if (deadline <= here(now).boot && static_cast<int>(ended.size()) < most) ended.push_back(job);
    return ended;
  }
  base::Result<std::size_t> restart_leases(units::Seconds lifetime, units::Instant now) override {
    FFWATT_CHECK(read());
    if (is_shared()) return 0u;  // others have kept watch
    data_.offers.clear();
    for (const auto& [id, record] : data_.records)
      if (is_held(record)) data_.deadlines[id] = now.boot + lifetime;
    return data_.deadlines.size();
  }
  base::Result<std::vector<store::Holding>> holdings(std::span<const base::Id> nodes, units::Instant now) override {
    FFWATT_CHECK(read());
    expire(now);
    std::vector<store::Holding> found;
    const auto wanted = [&](base::Id node) {
      return nodes.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end();
    };
    for (const auto& [id, record] : data_.records) {
      const auto holder = record.holder.value_or(base::Id());
      const auto offer = data_.offers.find(id);
      if (is_held(record) && wanted(holder))
        found.push_back({id, holder, record.job.number, record.job.state, record.lease ? record.lease->attempt : 0,
                         record.job_class});
      else if (offer != data_.offers.end() && wanted(offer->second.node))
        found.push_back({id, offer->second.node, record.job.number, record.job.state, offer->second.lease.attempt,
                         record.job_class});
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return found;
  }
  base::Result<std::vector<store::NodeLoad>> loads(std::span<const base::Id> nodes, units::Instant now) override {
    return loads_by_holdings(*this, nodes, now);
  }
  std::optional<units::BootTime> next_deadline() const override {
    std::optional<units::BootTime> next;
    if (is_shared()) return next;  // its clock is not the caller's
    for (const auto& [job, offer] : data_.offers) next = next ? std::min(*next, offer.expires) : offer.expires;
    for (const auto& [job, deadline] : data_.deadlines) next = next ? std::min(*next, deadline) : deadline;
    return next;
  }
  base::Result<void> put_node(const jobs::Node& node, units::Instant now) override {
    FFWATT_CHECK(write());
    keep(data_.nodes, node.id);
    data_.nodes[node.id] = node;
    keep(data_.heard, node.id);
    data_.heard.emplace(node.id, here(now));
    return {};
  }
  base::Result<void> put_token(const jobs::AccessToken& token) override {
    FFWATT_CHECK(write());
    if (data_.tokens.count(token.id) != 0) return base::Error::invalid("there is a token of that id already");
    keep(data_.tokens, token.id);
    data_.tokens.emplace(token.id, token);
    return {};
  }
  base::Result<void> remove_token(const std::string& id) override {
    FFWATT_CHECK(write());
    if (data_.tokens.count(id) == 0) return base::Error::absent("there is no such token");
    keep(data_.tokens, id);
    data_.tokens.erase(id);
    return {};
  }
  base::Result<std::vector<jobs::AccessToken>> tokens() override {
    std::vector<jobs::AccessToken> all;
    for (const auto& [id, token] : data_.tokens) all.push_back(token);
    return all;
  }
  base::Result<void> heard(base::Id node, units::Instant now) override {
    if (data_.nodes.count(node) == 0) return base::Error::absent("no such node; register it");
    data_.heard[node] = here(now);
    return {};
  }
  base::Result<std::vector<store::SeenNode>> nodes(units::Instant now) override {
    std::vector<store::SeenNode> all;
    for (const auto& [id, node] : data_.nodes) {
      const auto last = data_.heard.emplace(id, units::Instant{node.last_heartbeat, here(now).boot}).first->second;
      all.push_back({node, here(now).boot - last.boot});
      all.back().node.last_heartbeat = last.wall;
    }
    return all;
  }
  base::Result<int> forget_ended(units::WallTime before, int most) override {
    FFWATT_CHECK(write());
    std::vector<base::Id> old;
    for (const auto& [id, record] : data_.records)
      if (is_terminal(record.job.state) && record.job.changed < before && static_cast<int>(old.size()) < most)
        old.push_back(id);
    for (const auto id : old) erase(data_.records, id);
    return static_cast<int>(old.size());
  }
  base::Result<void> forget(base::Id job) override {
    FFWATT_CHECK(write());
    const auto it = data_.records.find(job);
    if (it == data_.records.end()) return base::Error::absent("no such job");
    if (!is_terminal(it->second.job.state)) return base::Error::retry("it has not ended");
    erase(data_.records, job);
    return {};
  }
  base::Result<void> add_report(const jobs::Report& report) override {
    FFWATT_CHECK(write());
    auto kept = report;
    kept.power_trace.clear();
    if (data_.reports.count(report.id) != 0) return base::Error::retry("the id is taken");
    keep(data_.reports, report.id);
    data_.reports[report.id] = std::move(kept);
    if (report.power_trace.empty()) return {};
    keep(data_.power_traces, report.id);
    data_.power_traces[report.id] = report.power_trace;
    return {};
  }
  base::Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    FFWATT_CHECK(write());
    keep(data_.power_traces, job.text());
    data_.power_traces[job.text()] = trace;
    return {};
  }

 private:
  bool is_shared() const { return static_cast<bool>(data_.clock); }
  // A shared store looks at no clock but its own.
  units::Instant here(units::Instant now) const { return is_shared() ? data_.clock() : now; }
  // Remembers what stands at a place of a map, before it changes.
  template <class Map>
  void keep(Map& map, const typename Map::key_type& key) {
    if (!begun_) return;
    const auto it = map.find(key);
    if (it == map.end())
      undo_.push_back([&map, key] { map.erase(key); });
    else
      undo_.push_back([&map, key, old = it->second] { map.insert_or_assign(key, old); });
  }
  template <class Map>
  void erase(Map& map, const typename Map::key_type& key) {
    keep(map, key);
    map.erase(key);
  }
  void expire(units::Instant now) {
    const auto boot = here(now).boot;
    for (auto it = data_.offers.begin(); it != data_.offers.end();)
      if (const auto one = it++; one->second.expires <= boot) erase(data_.offers, base::Id(one->first));
  }
  const store::JobRecord* first_of(const std::vector<std::string>& classes, units::WallTime now) const {
    const store::JobRecord* first = nullptr;
    for (const auto& [id, record] : data_.records) {
      const jobs::Job& job = record.job;
      // No back-off is so long: the wall clock was set back.
      const bool due = !job.not_before || *job.not_before <= now || *job.not_before > now + jobs::longest_delay;
      const bool fits = job.state == jobs::JobState::queued && due &&
                        std::count(classes.begin(), classes.end(), record.job_class) != 0 &&
                        data_.offers.count(id) == 0;
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
  std::vector<std::function<void()>> undo_;
  bool begun_ = false;
  std::optional<std::pair<int, base::Error>> write_fails_;
  std::optional<base::Error> begin_fails_, commit_fails_;
  std::function<void()> on_commit_;
  std::optional<FullAt> full_at_;
  Room room_ = Room::enough;
  bool wrote_ = false;
  int commits_ = 0, reads_for_claims_ = 0;
};

}  // namespace

std::unique_ptr<ModelStore> Data::open() { return std::make_unique<Model>(*this); }

std::unique_ptr<ModelData> ModelData::alone() { return std::make_unique<Data>(); }

std::unique_ptr<ModelData> ModelData::shared(std::function<units::Instant()> clock) {
  auto data = std::make_unique<Data>();
  data->clock = std::move(clock);
  return data;
}

}  // namespace store_testing
