#include <gtest/gtest.h>

#include "base/format.h"
#include "base/log.h"
#include "store/conformance/backends.h"
#include "store/postgres/connection.h"
#include "store/postgres/server_for_tests.h"

namespace store::conformance {
namespace {

using postgres::Connection;

// One database for the whole program, since to make one takes longer than to empty it.
postgres::TestDatabase& database() {
  static postgres::TestDatabase made;
  return made;
}

class PostgresBackend final : public Backend {
 public:
  base::Result<std::unique_ptr<Store>> open() override {
    const auto url = database().url();
    FFWATT_TRY(auto store, open_postgres(host_.host(), url, *log_));
    if (owner_) return store;
    FFWATT_TRY(const auto address, postgres::Address::parse(url));
    FFWATT_TRY(owner_, Connection::open(address, Connection::Role::plain));
    // As it was made: the rows of the test before go, and what it did to the numbers.
    FFWATT_CHECK(owner_->execute(
        "emptying",
        "SET search_path = ffwatt; DELETE FROM jobs; DELETE FROM job_counts; DELETE FROM job_count_changes; "
        "DELETE FROM job_changes; DELETE FROM offers; DELETE FROM leases; DELETE FROM idempotency_keys; "
        "DELETE FROM nodes; DELETE FROM node_heard; DELETE FROM reports; DELETE FROM power_traces; "
        "ALTER SEQUENCE job_numbers RESTART"));
    pass(units::Seconds(0));
    return store;
  }
  // The database's clock stands still but for this.
  void pass(units::Seconds time) override {
    passed_ = passed_ + time;
    const auto moved = owner_->execute(
        "moving the clock of",
        base::format("CREATE OR REPLACE FUNCTION ffwatt.farm_clock() RETURNS timestamptz LANGUAGE sql VOLATILE "
                     "AS $$SELECT timestamptz '{}' + interval '{} seconds'$$",
                     units::rfc3339(now().wall), passed_.value()));
    EXPECT_TRUE(moved) << moved.error().text();
  }
  os::Host& host() override { return host_.host(); }
  os::Path folder() override { return "/"; }  // it makes no copies

 private:
  std::unique_ptr<Connection> owner_;
  units::Seconds passed_{0};
  os::RealHost host_;
  std::unique_ptr<base::Log> log_ = base::silent_log();
};

}  // namespace

std::unique_ptr<Backend> backend_postgres() { return std::make_unique<PostgresBackend>(); }

}  // namespace store::conformance
