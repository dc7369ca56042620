// The PostgreSQL server of the test program, and databases on it. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/format.h"
#include "os_testing/postgres_server.h"

namespace store::postgres {

// One for the whole program: it takes a second to make.
inline base::Result<os_testing::PostgresServer*> server_for_tests() {
  static auto started = os_testing::PostgresServer::start();
  if (!started) return started.error();
  return started->get();
}

// An empty one, as long as this lives.
class TestDatabase {
 public:
  TestDatabase() {
    static int databases = 0;
    name_ = base::format("test_{}", ++databases);
    const auto server = server_for_tests();
    if (!server) {
      ADD_FAILURE() << server.error().text();
      return;
    }
    server_ = *server;
    run_in("postgres", base::format("CREATE DATABASE {}", name_));
  }
  ~TestDatabase() { run_in("postgres", base::format("DROP DATABASE {} WITH (FORCE)", name_)); }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string url(const std::string& user = "postgres") const { return server_ ? server_->url(name_, user) : ""; }
  std::string run(const std::string& sql) const { return run_in(name_, sql); }
  // The clock of the farm stands still, so many seconds after a moment of long ago.
  void set_clock(double seconds) const {
    run(
        base::format("CREATE OR REPLACE FUNCTION ffwatt.farm_clock() RETURNS timestamptz LANGUAGE sql VOLATILE "
                     "AS $$SELECT timestamptz '2026-01-31 09:00:00Z' + interval '{} seconds'$$",
                     seconds));
  }

 private:
  std::string run_in(const std::string& database, const std::string& sql) const {
    if (!server_) return {};
    const auto done = server_->run(database, sql);
    EXPECT_TRUE(done) << done.error().text();
    return done ? *done : std::string();
  }

  std::string name_;
  os_testing::PostgresServer* server_ = nullptr;
};

}  // namespace store::postgres
