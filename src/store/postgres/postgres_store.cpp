// The store of any number of masters in one PostgreSQL database. Every duty is in a file of its own; here they meet the
// interface.
#include <set>

#include "base/log.h"
#include "store/documents.h"
#include "store/postgres/claims.h"
#include "store/postgres/leases.h"
#include "store/postgres/listener.h"
#include "store/postgres/migrate.h"
#include "store/postgres/node_table.h"
#include "store/postgres/numbers.h"
#include "store/postgres/opening.h"
#include "store/postgres/reading.h"
#include "store/postgres/token_table.h"

namespace store {
namespace {

using base::Result;
using postgres::Connection;

// Once in so many commits the counters are folded and old keys go.
constexpr int commits_between_tidying = 256;
// From time to time everything is looked at, not only what lies behind the marks.
constexpr units::Seconds marks_lifetime{60};

class PostgresStore final : public postgres::Reads<Store> {
 public:
  PostgresStore(std::unique_ptr<Connection> connection, const os::Clock& clock, base::Log& log)
      : Reads(std::move(connection), std::make_shared<postgres::Walks>()),
        clock_(clock),
        log_(log),
        claims_(session_, clock),
        listener_(session_.connection().address(), log) {
    listener_.start();
  }

  Result<void> begin() override {
    FFWATT_CHECK(session_.begin());
    // Also one that a question between two transactions has made anew.
    const int session = session_.connection().session();
    if (std::exchange(known_session_, session) != session) forget();
    return {};
  }
  Result<void> commit() override {
    std::vector<postgres::Statement> last;
    if (wrote_ && ++commits_ % commits_between_tidying == 0) {
      last.push_back(postgres::fold_counts());
      last.push_back(postgres::forget_old_keys(clock_.wall()));
    }
    wrote_ = false;
    const auto done = session_.commit(std::move(last));
    if (!done) return forget(), done;
    if (const auto pending = std::exchange(clock_pending_, std::nullopt)) clock_seen_ = *pending;
    listener_.announce(std::exchange(claims_.notice(), {}));
    return {};
  }
  void rollback() override {
    session_.rollback();
    forget();
  }
  Room room() const override { return session_.connection().is_full() ? Room::none : Room::enough; }
  Sharing sharing() const override { return Sharing::shared; }
  void when_changed(std::function<void()> callback) override { listener_.when_changed(std::move(callback)); }
  Result<std::unique_ptr<Reader>> open_reader() override {
    FFWATT_TRY(auto connection, Connection::open(session_.connection().address(), Connection::Role::reader));
    return std::unique_ptr<Reader>(std::make_unique<postgres::Reads<Reader>>(std::move(connection), walks_));
  }

  Result<void> prefetch(std::span<const base::Id> jobs) override {
    if (!session_.in_transaction()) return {};
    return postgres::hold_records(session_, jobs);
  }

  Result<Inserted> insert(std::vector<JobRecord> records, const std::optional<IdempotencyKey>& key,
                          units::WallTime now) override {
    return atomically([&]() -> Result<Inserted> {
      wrote_ = true;
      for (auto& record : records) record.job_class = class_text(record);
      auto made = records;
      FFWATT_TRY(const auto numbers, numbers_.take(session_, records.size()));
      FFWATT_TRY(auto inserted, postgres::insert_jobs(session_, std::move(records), numbers, key, now));
      if (inserted.origin == Inserted::Origin::repeated) return inserted;
      for (std::size_t i = 0; i < made.size(); ++i) {
        made[i].job.number = numbers[i];
        claims_.queued(made[i]);
      }
      return inserted;
    });
  }
  Result<void> save(JobRecord& record, const Change& change) override {
    auto next = record;
    next.job_class = class_text(record);
    ++next.version;
    next.text = wire::JobText::of(next.job, record.text);
    next.stored = next.job.state;
    FFWATT_CHECK(atomically([&]() -> Result<void> {
      wrote_ = true;
      FFWATT_TRY(const auto stored, postgres::find_record(session_, record.job.id));
      if (stored.version != record.version)
        return base::Error::retry(
            base::format("somebody else changed job {} since it was read; read it again", record.job.id.text()));
      next.job.number = stored.job.number;
      session_.round().save(*session_.round().find(record.job.id), next, change);
      claims_.queued(next);
      if (next.job.state == jobs::JobState::canceling) claims_.notice().add_something();
      return {};
    }));
    record.version = next.version;
    record.text = std::move(next.text);
    record.stored = next.stored;
    return {};
  }
  Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    return postgres::put_power_trace(session_, job.text(), trace);
  }
  Result<void> add_report(const jobs::Report& report) override { return postgres::add_report(session_, report); }

  Result<std::vector<std::string>> ready_classes() override {
    claims_.heard(listener_.take_heard());
    return claims_.classes();
  }
  Result<std::vector<std::vector<Offered>>> offer(std::span<const Wish> wishes, const NewToken& new_token,
                                                  units::Seconds lifetime, units::Instant) override {
    return atomically([&] {
      claims_.heard(listener_.take_heard());
      return claims_.offer(wishes, new_token, lifetime, marks());
    });
  }
  Result<std::vector<Offered>> offered(base::Id node, const std::string& claim_id, units::Instant) override {
    return postgres::offers_of_claim(session_, node, claim_id);
  }
  Result<std::optional<jobs::Lease>> offer_of(base::Id job, units::Instant) override {
    return postgres::offer_of(session_, job);
  }
  Result<void> withdraw(const jobs::Lease& lease) override {
    return atomically([&]() -> Result<void> {
      FFWATT_TRY(const auto free, postgres::remove_offer(session_, lease));
      claims_.free(free);
      return {};
    });
  }

  Result<void> renew(base::Id job, units::Seconds lifetime, units::Instant) override {
    return atomically([&]() -> Result<void> {
      session_.round().renew(job, lifetime);
      return {};
    });
  }
  Result<std::vector<base::Id>> ended_leases(int most, units::Instant now) override {
    return atomically([&] { return end_leases(most, now.boot); });
  }
  Result<std::size_t> restart_leases(units::Seconds, units::Instant) override { return std::size_t{0}; }
  Result<std::vector<Holding>> holdings(std::span<const base::Id> nodes, units::Instant) override {
    return postgres::holdings_of(session_, nodes);
  }
  Result<std::vector<NodeLoad>> loads(std::span<const base::Id> nodes, units::Instant) override {
    return postgres::loads_of(session_, nodes);
  }
  std::optional<units::BootTime> next_deadline() const override { return next_deadline_; }

  Result<void> put_node(const jobs::Node& node, units::Instant) override {
    FFWATT_CHECK(postgres::put_node(session_, node));
    known_nodes_.insert(node.id);
    claims_.notice().add_something();
    return {};
  }
  Result<void> put_token(const jobs::AccessToken& token) override {
    FFWATT_CHECK(postgres::put_token(session_, token));
    claims_.notice().add_something();
    return {};
  }
  Result<void> remove_token(const std::string& id) override {
    FFWATT_CHECK(postgres::remove_token(session_, id));
    claims_.notice().add_something();
    return {};
  }
  Result<std::vector<jobs::AccessToken>> tokens() override { return postgres::all_tokens(session_); }
  Result<void> heard(base::Id node, units::Instant) override {
    if (!known_nodes_.contains(node)) {
      FFWATT_TRY(const bool known, postgres::is_node(session_, node));
      if (!known)
        return base::Error::absent(base::format("node {} is not registered here; register it again", node.text()));
      known_nodes_.insert(node);
    }
    return atomically([&]() -> Result<void> {
      session_.round().heard(node);
      return {};
    });
  }
  Result<std::vector<SeenNode>> nodes(units::Instant) override { return postgres::all_nodes(session_); }

  Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) override {
    return postgres::matching_jobs(session_, state, scenario, most);
  }
  Result<int> forget_ended(units::WallTime before, int most) override {
    return atomically([&] { return postgres::forget_ended(session_, before, most); });
  }
  Result<void> forget(base::Id job) override {
    return atomically([&] { return postgres::forget(session_, job); });
  }

  Result<void> health() override {
    FFWATT_TRY(const auto rows, session_.ask("asking",
                                             "SELECT transaction_read_only.setting FROM pg_settings "
                                             "AS transaction_read_only WHERE name = 'transaction_read_only'"));
    if (rows.text(0, 0) == "on")
      return base::Error::retry(base::format("{} only reads now, as a standby does", session_.where()));
    return {};
  }

 private:
  // In the transaction that is open, or in one of its own.
  template <class F>
  std::invoke_result_t<F> atomically(F f) {
    if (session_.in_transaction()) return f();
    FFWATT_CHECK(begin());
    auto result = f();
    if (!result) return rollback(), result;
    FFWATT_CHECK(commit());
    return result;
  }
  Result<std::vector<base::Id>> end_leases(int most, units::BootTime now) {
    const auto asked = clock_.boot();
    FFWATT_TRY(auto ended, postgres::end_leases(session_, marks(), clock_seen_, now, most));
    const auto most_passed = now - clock_seen_.own + (clock_.boot() - asked) + postgres::clock_tolerance;
    if (ended.farm_passed > most_passed) {
      log_.warning("the database's clock was set ahead; every lease gets its whole time again",
                   {{"seconds", base::format("{:.0f}", (ended.farm_passed - (now - clock_seen_.own)).value())}});
      FFWATT_CHECK(postgres::restart_all_leases(session_));
      wrote_ = true;
    }
    clock_pending_ = std::move(ended.clock);
    next_deadline_ = marks_.next ? std::optional(clock_.boot() + *marks_.next) : std::nullopt;
    claims_.free(ended.free);
    return std::move(ended.jobs);
  }
  // What is in memory is of a transaction that is void, or of another session.
  void forget() {
    clock_pending_.reset();
    claims_.forget();
    claims_.notice() = {};
    marks_ = {};
    known_nodes_.clear();
    wrote_ = false;
  }
  postgres::Marks& marks() {
    if (const auto now = clock_.boot(); now >= marks_end_) {
      marks_ = {};
      marks_end_ = now + marks_lifetime;
    }
    return marks_;
  }

  const os::Clock& clock_;
  base::Log& log_;
  postgres::Claims claims_;
  postgres::Numbers numbers_;
  postgres::Marks marks_;
  units::BootTime marks_end_;
  // As of the last look whose transaction was committed: what a look has mended may be taken back.
  postgres::SeenClock clock_seen_;
  std::optional<postgres::SeenClock> clock_pending_;
  std::optional<units::BootTime> next_deadline_;
  std::set<base::Id> known_nodes_;
  bool wrote_ = false;
  int commits_ = 0;
  int known_session_ = 0;
  postgres::Listener listener_;  // its thread ends first
};

}  // namespace

Result<std::unique_ptr<Store>> open_postgres(os::Host& host, const std::string& url, base::Log& log) {
  FFWATT_TRY(const auto address, postgres::Address::parse(url));
  {
    FFWATT_TRY(const auto first, Connection::open(address, Connection::Role::plain));
    FFWATT_CHECK(postgres::examine(*first, log));
    FFWATT_CHECK(postgres::migrate(*first));
  }
  {
    FFWATT_TRY(auto plain, Connection::open(address, Connection::Role::writer));
    postgres::Session session(std::move(plain));
    FFWATT_CHECK(postgres::refresh_facts(session));
  }
  FFWATT_TRY(auto connection, Connection::open(address, Connection::Role::writer, postgres::enter));
  return std::unique_ptr<Store>(std::make_unique<PostgresStore>(std::move(connection), host.clock, log));
}

}  // namespace store
