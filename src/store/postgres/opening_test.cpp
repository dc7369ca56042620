// Opening a database of PostgreSQL: what is refused, and what the refusal says.
#include "store/postgres/opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store/postgres/server_for_tests.h"
#include "store/store.h"
#include "wire/result_query.h"

namespace store::postgres {
namespace {

using base::ErrorKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PostgresOpeningTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<Store>> open(const std::string& url) { return open_postgres(host_.host(), url, *log_); }
  void check(const std::string& url, ErrorKind kind, const std::string& words) {
    const auto opened = open(url);
    ASSERT_FALSE(opened) << words;
    EXPECT_EQ(opened.error().kind(), kind) << opened.error().text();
    EXPECT_THAT(opened.error().text(), AllOf(HasSubstr(words), Not(HasSubstr("se%63ret")), Not(HasSubstr("secret"))));
  }

  TestDatabase database_;
  os::RealHost host_;
  std::unique_ptr<base::Log> log_ = base::silent_log();
};

TEST_F(PostgresOpeningTest, RefusesAServerThatWouldLoseWhatWasAcknowledged) {
  database_.run("ALTER DATABASE " + database_.name() + " SET synchronous_commit = off");
  check(database_.url(), ErrorKind::invalid, "synchronous_commit = on");
}

TEST_F(PostgresOpeningTest, RefusesANewerSchema) {
  ASSERT_TRUE(open(database_.url()));
  database_.run("INSERT INTO ffwatt.schema_version (version) VALUES (99)");
  check(database_.url(), ErrorKind::failed, "update ffwatt");
}

TEST_F(PostgresOpeningTest, RefusesAnotherEncoding) {
  database_.run("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
  auto url = database_.url();
  url.replace(url.find(database_.name()), database_.name().size(), "latin");
  check(url, ErrorKind::invalid, "--encoding=UTF8");
}

TEST_F(PostgresOpeningTest, SaysWhatIsWrongWithAnAddressWithoutRepeatingIt) {
  for (const char* url :
       {"mysql://a:secret@b/c", "secret", "postgres://a:secret%zz@b/c", "postgres://a:secret@b/c?x=y"})
    check(url, ErrorKind::invalid, "postgres://USER@HOST:PORT/DATABASE");
}

TEST_F(PostgresOpeningTest, SaysWhatToDoWhereItIsNotLetIn) {
  database_.run(
      "CREATE ROLE guarded LOGIN PASSWORD 'right';"
      "DO $$ BEGIN EXECUTE format('COPY (SELECT ''local all guarded scram-sha-256'' UNION ALL "
      "SELECT ''local all all trust'') TO %L', current_setting('hba_file')); END $$;"
      "SELECT pg_reload_conf();");
  // The server reads its file when it comes to it; until then it asks for no password.
  const auto asks = [&] { return open(database_.url("guarded")).error().text().find("password") != std::string::npos; };
  for (int attempt = 0; attempt < 200 && !asks(); ++attempt) database_.run("SELECT pg_sleep(0.05)");
  check(database_.url("guarded"), ErrorKind::denied, "PGPASSFILE");
  check(database_.url("guarded:secret"), ErrorKind::denied, "password");
  check(database_.url("guarded:right"), ErrorKind::denied, "CREATE on the database");
  check(database_.url("nobody"), ErrorKind::invalid, "createuser");
  auto url = database_.url();
  url.replace(url.find(database_.name()), database_.name().size(), "nowhere");
  check(url, ErrorKind::invalid, "createdb");
  check("postgres://a:secret@/b?host=/nonexistent", ErrorKind::retry, "check that the server runs");
}

TEST_F(PostgresOpeningTest, AdmitsMastersThatStartAtOnceOnAnEmptyDatabase) {
  base::Result<std::unique_ptr<Store>> first = base::Error::failed("not opened"), second = first.error();
  {
    const std::jthread one([&] { first = open(database_.url()); });
    const std::jthread other([&] { second = open(database_.url()); });
  }
  EXPECT_TRUE(first) << first.error().text();
  EXPECT_TRUE(second) << second.error().text();
}

// Of a master of before, whose list of facts was shorter, or that had none; and one that nobody can read any more.
TEST_F(PostgresOpeningTest, GivesOlderResultsTheFactsOfItsOwnList) {
  {
    auto store = open(database_.url());
    ASSERT_TRUE(store) << store.error().text();
    for (const char* id : {"old", "damaged"}) {
      jobs::Report report;
      report.id = id;
      report.kind = "job";
      report.node = "worker-1";
      ASSERT_TRUE((*store)->add_report(report));
    }
  }
  database_.run(
      "UPDATE ffwatt.reports SET facts = '{}', facts_edition = 'of before';"
      "UPDATE ffwatt.reports SET document = '{' WHERE id = 'damaged'");
  auto store = open(database_.url());
  ASSERT_TRUE(store) << store.error().text();
  wire::ResultQuery query;
  query.filters = {{"node", json::Value("worker-1")}};
  query.wanted = wire::ResultQuery::Wanted::facts;
  const auto found = (*store)->results(query);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->rows.size(), 1u);
  EXPECT_THAT(found->rows[0], HasSubstr("\"id\":\"old\""));
  query.filters = {{"id", json::Value("damaged")}};
  EXPECT_EQ((*store)->results(query)->rows.size(), 1u);
}

}  // namespace
}  // namespace store::postgres
