// The store of a master in one SQLite file. Every duty is in a file of its own; here they meet the interface, and what
// is in memory follows what is in the file.
#include <sqlite3.h>

#include <algorithm>
#include <unordered_map>

#include "base/format.h"
#include "store/sqlite/job_rows.h"
#include "store/sqlite/leases.h"
#include "store/sqlite/migrate.h"
#include "store/sqlite/node_table.h"
#include "store/sqlite/offers.h"
#include "store/sqlite/opening.h"
#include "store/sqlite/reading.h"
#include "store/sqlite/ready_index.h"
#include "store/sqlite/report_facts.h"
#include "store/sqlite/token_table.h"

namespace store {
namespace {

using base::Result;
using sqlite::Connection;

class SqliteStore final : public sqlite::ReadsJobs<Store> {
 public:
  SqliteStore(std::unique_ptr<os::FileLock> lock, std::unique_ptr<Connection> connection)
      : ReadsJobs(std::move(connection), std::make_shared<sqlite::CountBoard>()), lock_(std::move(lock)) {}
  Result<void> count() { return board_->read(*connection_); }

  Result<void> begin() override {
    FFWATT_CHECK(connection_->begin());
    transaction_ = Transaction::open;
    return {};
  }
  Result<void> commit() override {
    transaction_ = Transaction::none;
    auto done = connection_->commit();
    if (done)
      board_->commit();
    else
      distrust();
    return done;
  }
  void rollback() override {
    transaction_ = Transaction::none;
    connection_->rollback();
    distrust();
  }
  Room room() const override { return connection_->is_full() ? Room::none : Room::enough; }
  Sharing sharing() const override { return Sharing::alone; }
  void when_changed(std::function<void()>) override {}  // nobody else changes anything
  Result<std::unique_ptr<Reader>> open_reader() override {
    FFWATT_TRY(auto connection, Connection::open(connection_->file(), Connection::Journal::reader));
    return std::unique_ptr<Reader>(std::make_unique<sqlite::ReadsJobs<Reader>>(std::move(connection), board_));
  }

  Result<void> prefetch(std::span<const base::Id>) override { return {}; }  // a look at the page cache costs nothing

  Result<Inserted> insert(std::vector<JobRecord> records, const std::optional<IdempotencyKey>& key,
                          units::WallTime now) override {
    return whole([&]() -> Result<Inserted> {
      FFWATT_CHECK(remember());
      std::vector<Queued> queued;
      for (auto& record : records) {
        record.job_class = sqlite::class_text(record);
        if (record.job.state == jobs::JobState::queued) queued.push_back(queued_of(record));
      }
      FFWATT_TRY(auto inserted, sqlite::insert_jobs(*connection_, std::move(records), key, now));
      if (inserted.origin == Inserted::Origin::repeated) return inserted;
      auto next = queued.begin();
      for (const auto& job : inserted.jobs) {
        board_->add(job.submission.spec.scenario, job.state, 1);
        if (job.state != jobs::JobState::queued) continue;
        next->entry.number = job.number;
        ready_.add(next->job_class, next->entry, next->not_before_ns);
        ++next;
      }
      return inserted;
    });
  }
  Result<void> save(JobRecord& record, const Change& change) override {
    return whole([&]() -> Result<void> {
      FFWATT_CHECK(remember());
      const auto before = record.stored;
      FFWATT_CHECK(sqlite::save_record(*connection_, record, change));
      const auto& scenario = record.job.submission.spec.scenario;
      board_->add(scenario, before, -1);
      board_->add(scenario, record.job.state, 1);
      offers_.take(record.job.id);
      ready_.remove(record.job.number);
      if (record.job.state == jobs::JobState::queued) {
        const auto queued = queued_of(record);
        ready_.add(queued.job_class, queued.entry, queued.not_before_ns);
      }
      leases_.follow(record);
      keep(record);
      return {};
    });
  }
  Result<JobRecord> record(base::Id id) override {
    const auto kept = at_hand_.find(id);
    if (kept != at_hand_.end()) return kept->second;
    return sqlite::find_record(*connection_, id);
  }
  Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    return sqlite::put_power_trace(*connection_, job.text(), trace);
  }
  Result<void> add_report(const jobs::Report& report) override { return sqlite::add_report(*connection_, report); }

  Result<std::vector<std::string>> ready_classes() override {
    FFWATT_CHECK(remember());
    return ready_.classes();
  }
  Result<std::vector<std::vector<Offered>>> offer(std::span<const Wish> wishes, const NewToken& new_token,
                                                  units::Seconds lifetime, units::Instant now) override {
    FFWATT_CHECK(remember());
    take_back_expired(now);
    std::vector<std::vector<Offered>> answers;
    for (const auto& wish : wishes) {
      FFWATT_TRY(auto offered, offer_for(wish, new_token, lifetime, now));
      answers.push_back(std::move(offered));
    }
    return answers;
  }
  Result<std::vector<Offered>> offered(base::Id node, const std::string& claim_id, units::Instant now) override {
    take_back_expired(now);
    std::vector<Offered> found;
    for (const auto& offer : offers_.of_claim(node, claim_id)) {
      FFWATT_TRY(auto kept, record(offer.lease.job));
      found.push_back({std::move(kept), offer.lease});
    }
    return found;
  }
  Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant now) override {
    take_back_expired(now);
    const auto* offer = offers_.of(job);
    return offer ? std::optional(offer->lease) : std::nullopt;
  }
  Result<void> withdraw(const jobs::Lease& lease) override {
    const auto* offer = offers_.of(lease.job);
    if (!offer || offer->lease != lease) return {};
    if (auto taken = offers_.take(lease.job)) take_back(*std::move(taken));
    return {};
  }

  Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant now) override {
    FFWATT_CHECK(remember());
    leases_.renew(job, now.boot + lifetime);
    return {};
  }
  Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) override {
    FFWATT_CHECK(remember());
    take_back_expired(now);
    return leases_.ended(most, now.boot);
  }
  Result<std::size_t> restart_leases(units::Seconds lifetime, units::Instant now) override {
    FFWATT_CHECK(remember());
    std::vector<Holding> held;
    leases_.all(held);
    for (const auto& holding : held) leases_.renew(holding.job, now.boot + lifetime);
    return held.size();
  }
  Result<std::vector<Holding>> holdings(std::span<const base::Id> nodes, units::Instant now) override {
    FFWATT_CHECK(remember());
    take_back_expired(now);
    std::vector<Holding> found;
    if (nodes.empty()) leases_.all(found), offers_.all(found);
    for (const auto& node : nodes) leases_.of(node, found), offers_.of(node, found);
    std::sort(found.begin(), found.end(), [](const Holding& a, const Holding& b) { return a.number < b.number; });
    return found;
  }
  Result<std::vector<NodeLoad>> loads(std::span<const base::Id> nodes, units::Instant now) override {
    FFWATT_CHECK(remember());
    take_back_expired(now);
    std::vector<NodeLoad> loads(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      leases_.add_load(nodes[i], loads[i]);
      offers_.add_load(nodes[i], loads[i]);
    }
    return loads;
  }
  std::optional<units::BootTime> next_deadline() const override {
    const auto offer = offers_.next_deadline(), lease = leases_.next_deadline();
    if (offer && lease) return std::min(*offer, *lease);
    return offer ? offer : lease;
  }

  Result<void> put_node(const jobs::Node& node, units::Instant now) override {
    FFWATT_CHECK(sqlite::put_node(*connection_, node));
    heard_.emplace(node.id, now);
    return {};
  }
  Result<void> heard(base::Id node, units::Instant now) override {
    const auto known = heard_.find(node);
    if (known == heard_.end())
      return base::Error::absent(base::format("node {} is not registered here; register it again", node.text()));
    known->second = now;
    return {};
  }
  Result<std::vector<SeenNode>> nodes(units::Instant now) override {
    FFWATT_TRY(auto nodes, sqlite::all_nodes(*connection_));
    std::vector<SeenNode> seen;
    for (auto& node : nodes) {
      // After a start everybody counts as heard of: this master was away, not they.
      const auto last = heard_.emplace(node.id, units::Instant{node.last_heartbeat, now.boot}).first->second;
      node.last_heartbeat = last.wall;
      seen.push_back({std::move(node), now.boot - last.boot});
    }
    return seen;
  }

  Result<void> put_token(const jobs::AccessToken& token) override { return sqlite::put_token(*connection_, token); }
  Result<void> remove_token(const std::string& id) override { return sqlite::remove_token(*connection_, id); }
  Result<std::vector<jobs::AccessToken>> tokens() override { return sqlite::all_tokens(*connection_); }

  Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) override {
    return sqlite::matching_jobs(*connection_, *board_, state, scenario, most);
  }
  Result<int> forget_ended(units::WallTime before, int most) override {
    return whole([&]() -> Result<int> {
      FFWATT_TRY(const auto gone, sqlite::forget_ended(*connection_, before, most));
      for (const auto& job : gone) board_->add(job.scenario, job.state, -1);
      return static_cast<int>(gone.size());
    });
  }
  Result<void> forget(base::Id job) override {
    return whole([&]() -> Result<void> {
      FFWATT_TRY(const auto gone, sqlite::forget(*connection_, job));
      board_->add(gone.scenario, gone.state, -1);
      return {};
    });
  }

  Result<void> rest() override { return connection_->checkpoint(); }
  Result<void> health() override {
    return connection_->run("asking", [&]() -> Result<void> {
      sqlite::Query(*connection_, "SELECT count(*) FROM nodes").step();
      // A file that was deleted or replaced under us takes everything with a smile and loses it.
      int moved = 0;
      sqlite3_file_control(connection_->database().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
      if (moved != 0)
        return base::Error::failed(base::format("{} was removed or replaced while it was in use; restart the master",
                                                connection_->file().string()));
      return {};
    });
  }

 private:
  struct Queued {
    std::string job_class;
    sqlite::ReadyIndex::Entry entry;
    std::optional<std::int64_t> not_before_ns;
  };
  static Queued queued_of(const JobRecord& record) {
    return {sqlite::class_text(record),
            {jobs::order_key(record.job).nanoseconds(), record.job.number},
            record.job.not_before ? std::optional(record.job.not_before->nanoseconds()) : std::nullopt};
  }
  // Outside of a transaction a call is one of its own.
  template <class F>
  auto whole(F f) -> decltype(f()) {
    if (transaction_ == Transaction::open) return f();
    if (auto begun = begin(); !begun) return std::move(begun).error();
    auto result = f();
    if (!result) return rollback(), result;
    if (auto done = commit(); !done) return std::move(done).error();
    return result;
  }
  // What is offered or runs is asked for again soon: it need not be read and decoded each time.
  void keep(const JobRecord& record) {
    const auto state = record.job.state;
    const bool in_use = state == jobs::JobState::running || state == jobs::JobState::canceling;
    if (in_use)
      at_hand_.insert_or_assign(record.job.id, record);
    else
      at_hand_.erase(record.job.id);
  }
  // What is in memory may be of a transaction that never was.
  void distrust() {
    board_->drop();
    at_hand_.clear();
    offers_.clear();
    memory_ = Memory::stale;
  }
  // What is in memory is of this file.
  Result<void> remember() {
    if (memory_ == Memory::fresh) return {};
    FFWATT_CHECK(sqlite::read_queue(*connection_, ready_));
    FFWATT_CHECK(sqlite::read_leases(*connection_, *board_, leases_));
    memory_ = Memory::fresh;
    return {};
  }
  void take_back(const sqlite::Offer& offer) {
    at_hand_.erase(offer.lease.job);
    ready_.add(offer.from.job_class, offer.from.entry);
  }
  void take_back_expired(units::Instant now) {
    for (const auto& offer : offers_.take_expired(now.boot)) take_back(offer);
  }
  Result<std::vector<Offered>> offer_for(const Wish& wish, const NewToken& new_token, units::Seconds lifetime,
                                         units::Instant now) {
    std::vector<Offered> offered;
    while (static_cast<int>(offered.size()) < wish.most) {
      const auto head = ready_.first(wish.classes, now.wall.nanoseconds());
      if (!head) break;
      const bool alone = jobs::wants_to_be_alone(head->job_class);
      if (alone && !offered.empty()) break;
      FFWATT_TRY(auto record, sqlite::find_record(*connection_, head->entry.number));
      if (record.job_class != head->job_class) {
        ready_.drop(*head);
        continue;
      }
      ready_.take(*head);
      const jobs::Lease lease{record.job.id, static_cast<int>(record.job.attempts.size()) + 1, new_token()};
      offers_.add({wish.node, wish.claim_id, lease, *head, now.boot + lifetime});
      at_hand_.insert_or_assign(record.job.id, record);
      offered.push_back({std::move(record), lease});
      if (alone) break;
    }
    return offered;
  }

  std::unique_ptr<os::FileLock> lock_;  // released after the connection is closed
  sqlite::ReadyIndex ready_;
  sqlite::Offers offers_;
  sqlite::Leases leases_;
  std::unordered_map<base::Id, JobRecord> at_hand_;  // offered, running and canceling, as stored
  std::map<base::Id, units::Instant> heard_;
  enum class Memory { fresh, stale } memory_ = Memory::stale;
  enum class Transaction { none, open } transaction_ = Transaction::none;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(os::Host& host, const os::Path& file, Log log) {
  FFWATT_CHECK(sqlite::prepare_folder(host, file));
  const auto lock_file = sqlite::lock_file_of(file);
  auto lock = host.files.lock(lock_file, os::Files::Wait::no);
  if (!lock && lock.error().kind() == base::ErrorKind::retry)
    return base::Error::retry(
        base::format("another process holds {}: a master runs on {} already; stop it (`fuser -v {}` finds it), or name "
                     "another place",
                     lock_file.string(), file.string(), lock_file.string()));
  if (!lock) return lock.error();
  FFWATT_CHECK(sqlite::prepare_file(host, file));
  FFWATT_TRY(auto connection, Connection::open(file, Connection::Journal::wal));
  FFWATT_CHECK(sqlite::keep_log_name(host, file));
  FFWATT_CHECK(sqlite::migrate(*connection));
  FFWATT_CHECK(sqlite::refresh_facts(*connection));
  if (log == Log::grown) {
    // Where there is no room for it, the log stays as short as it is.
    if (const auto grown = connection->grow_log(); !grown && !connection->is_full()) return grown.error();
  }
  auto store = std::make_unique<SqliteStore>(*std::move(lock), std::move(connection));
  FFWATT_CHECK(store->count());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace store
