#include "store/sqlite/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "base/scope_guard.h"
#include "os_testing/temporary_folder.h"
#include "store/sqlite/migrate.h"

namespace store::sqlite {
namespace {

using base::Error;
using base::ErrorKind;
using testing::HasSubstr;
using Journal = Connection::Journal;

class ConnectionTest : public testing::Test {
 protected:
  std::unique_ptr<Connection> open(Journal journal = Journal::wal, const char* name = "a.db") {
    auto connection = Connection::open(folder_ / name, journal);
    EXPECT_TRUE(connection) << connection.error().text();
    return connection ? *std::move(connection) : nullptr;
  }
  static std::int64_t number(Connection& connection, std::string_view sql) {
    const auto result = connection.run("asking", [&]() -> base::Result<std::int64_t> {
      Query query(connection, sql);
      return query.step() ? query.integer(0) : -1;
    });
    EXPECT_TRUE(result) << result.error().text();
    return result.value_or(-1);
  }
  static base::Result<void> write(Connection& connection, const std::string& text) {
    return connection.atomically("writing", [&]() -> base::Result<void> {
      Query(connection, "CREATE TABLE IF NOT EXISTS t (x TEXT)").execute();
      Query(connection, "INSERT INTO t VALUES (?)").bind(text).execute();
      return {};
    });
  }
  static std::int64_t rows(Connection& connection) { return number(connection, "SELECT count(*) FROM t"); }

  os_testing::TemporaryFolder folder_;
};

TEST_F(ConnectionTest, SyncsEveryCommitInEitherJournal) {
  const auto wal = open(Journal::wal, "wal.db"), rollback = open(Journal::rollback, "rollback.db");
  for (auto* connection : {wal.get(), rollback.get()}) {
    EXPECT_EQ(number(*connection, "PRAGMA synchronous"), connection == wal.get() ? 2 : 3) << "FULL, EXTRA";
    EXPECT_EQ(number(*connection, "PRAGMA foreign_keys"), 1);
  }
}

TEST_F(ConnectionTest, UndoesAWriteThatFailsHalfWay) {
  const auto connection = open();
  ASSERT_TRUE(write(*connection, "before"));
  const auto failed = connection->atomically("writing", [&]() -> base::Result<void> {
    Query(*connection, "INSERT INTO t VALUES ('lost')").execute();
    return Error::invalid("no");
  });
  EXPECT_EQ(failed.error().text(), "no");
  EXPECT_EQ(rows(*connection), 1);
}

TEST_F(ConnectionTest, GoesOnInATransactionAfterARefusalThatWroteNothing) {
  const auto connection = open();
  ASSERT_TRUE(connection->begin());
  ASSERT_TRUE(write(*connection, "kept"));
  EXPECT_FALSE(connection->atomically("writing", [&]() -> base::Result<void> { return Error::invalid("no"); }));
  ASSERT_TRUE(write(*connection, "kept"));
  ASSERT_TRUE(connection->commit());
  EXPECT_EQ(rows(*connection), 2);
}

TEST_F(ConnectionTest, NeverCommitsHalfOfAWriteThatFailedInATransaction) {
  const auto connection = open();
  ASSERT_TRUE(write(*connection, "before"));
  ASSERT_TRUE(connection->begin());
  ASSERT_TRUE(write(*connection, "lost with the rest"));
  EXPECT_FALSE(connection->atomically("writing", [&]() -> base::Result<void> {
    Query(*connection, "INSERT INTO t VALUES ('half')").execute();
    return Error::invalid("no");
  }));
  EXPECT_FALSE(write(*connection, "refused"));
  EXPECT_FALSE(connection->commit());
  EXPECT_EQ(rows(*connection), 1);
  EXPECT_TRUE(write(*connection, "after"));
}

TEST_F(ConnectionTest, TellsAWrongStatementWithItsFile) {
  const auto connection = open();
  const auto failed = connection->run("asking", [&]() -> base::Result<void> {
    Query(*connection, "SELECT nonsense FROM nowhere").step();
    return {};
  });
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().text(), HasSubstr("asking " + (folder_ / "a.db").string() + ": no such table: nowhere"));
  EXPECT_TRUE(write(*connection, "x")) << "it goes on";
}

TEST_F(ConnectionTest, SaysThatTheDiskIsFullAndGoesOnWhenItIsNot) {
  const auto connection = open();
  ASSERT_TRUE(write(*connection, "small"));
  const auto pages = number(*connection, "PRAGMA page_count");
  connection->database().exec("PRAGMA max_page_count = " + std::to_string(pages + 1));
  ASSERT_TRUE(connection->begin());
  const auto full = write(*connection, std::string(100'000, 'x'));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind(), ErrorKind::failed);
  EXPECT_THAT(full.error().text(), HasSubstr("free space on its disk"));
  EXPECT_TRUE(connection->is_full());
  connection->rollback();
  EXPECT_EQ(rows(*connection), 1);
  ASSERT_TRUE(connection->begin());
  EXPECT_FALSE(connection->is_full()) << "each transaction finds out for itself";
  connection->rollback();
  connection->database().exec("PRAGMA max_page_count = 1000000");
  EXPECT_TRUE(write(*connection, std::string(100'000, 'x')));
}

TEST_F(ConnectionTest, RefusesToWriteOnWhenAnErrorHasUndoneTheTransaction) {
  const auto connection = open();
  ASSERT_TRUE(write(*connection, "before"));
  ASSERT_TRUE(connection->begin());
  ASSERT_TRUE(write(*connection, "lost"));
  connection->database().exec("ROLLBACK");  // as SQLite does by itself when a disk is full
  const auto refused = write(*connection, "must not be kept alone");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("an error before has undone the transaction"));
  EXPECT_FALSE(connection->commit());
  EXPECT_EQ(rows(*connection), 1);
  EXPECT_TRUE(write(*connection, "after"));
}

TEST_F(ConnectionTest, BelievesNothingAfterAnErrorOfTheDisk) {
  const auto connection = open();
  ASSERT_TRUE(write(*connection, "before"));
  // Writes past this size fail with EFBIG, which SQLite takes for an I/O error.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  base::OnExit restore([&] {
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, old_handler);
  });
  rlimit tight = before;
  tight.rlim_cur = 64 << 10;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto failed = write(*connection, std::string(1 << 20, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind(), ErrorKind::failed);
  EXPECT_THAT(failed.error().text(), HasSubstr("the disk refused; stop"));
  const auto later = write(*connection, "after");
  ASSERT_FALSE(later) << "only a new start may trust the disk again";
  EXPECT_THAT(later.error().text(), HasSubstr("after a fatal error"));
}

TEST_F(ConnectionTest, GrowsItsLogOnceAndLeavesNothingInIt) {
  const auto connection = open(Journal::wal, "grown.db");
  ASSERT_TRUE(connection->grow_log());
  const auto log = [&] { return std::filesystem::file_size((folder_ / "grown.db-wal").string()); };
  EXPECT_GE(log(), 24u << 20);
  const auto grown = log();
  ASSERT_TRUE(connection->grow_log());
  EXPECT_EQ(log(), grown);
  EXPECT_EQ(number(*connection, "SELECT count(*) FROM sqlite_schema"), 0);
  ASSERT_TRUE(write(*connection, "a"));
  EXPECT_EQ(log(), grown) << "what is written overwrites it";
}

// What a killed master leaves: its log is not moved into the file, and is longer than one write of SQLite can be.
TEST_F(ConnectionTest, OpensTheLongLogOfAMasterThatWasKilled) {
  const auto killed = open();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(write(*killed, std::string(100'000, 'x')));
  for (const char* part : {"", "-wal"})
    std::filesystem::copy_file((folder_ / "a.db").string() + part, (folder_ / "b.db").string() + part);
  ASSERT_GT(std::filesystem::file_size((folder_ / "b.db").string() + "-wal"), 3'000'000u);
  const auto next = open(Journal::wal, "b.db");
  ASSERT_TRUE(next);
  EXPECT_EQ(rows(*next), 30);
  EXPECT_TRUE(write(*next, "more"));
}

TEST_F(ConnectionTest, MovesTheLogIntoTheFileWhereItIsWorthIt) {
  const auto connection = open(Journal::wal, "rest.db");
  const auto size = [&] { return std::filesystem::file_size((folder_ / "rest.db").string()); };
  ASSERT_TRUE(write(*connection, "a"));
  const auto before = size();
  ASSERT_TRUE(connection->checkpoint());
  EXPECT_EQ(size(), before) << "a few pages are not worth a sync";
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(write(*connection, std::string(20'000, 'x')));
  EXPECT_EQ(size(), before);
  ASSERT_TRUE(connection->checkpoint());
  EXPECT_GT(size(), 5'000'000u);
  EXPECT_EQ(rows(*connection), 301);
}

TEST_F(ConnectionTest, ReadsBesideTheWriterAndNeverWrites) {
  const auto writer = open(Journal::wal, "read.db");
  ASSERT_TRUE(write(*writer, "a"));
  const auto reader = open(Journal::reader, "read.db");
  EXPECT_EQ(rows(*reader), 1);
  EXPECT_FALSE(write(*reader, "b"));
  ASSERT_TRUE(write(*writer, "c"));
  EXPECT_EQ(rows(*writer), 2);
}

TEST_F(ConnectionTest, SaysWhatIsNoDatabase) {
  const auto text = folder_.write("notes.txt", std::string(4096, 'a'));
  const auto opened = Connection::open(text, Journal::wal);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::failed);
  EXPECT_THAT(opened.error().text(), HasSubstr("this is no database of ffwatt; name another file"));
  EXPECT_EQ(Connection::open(folder_.path(), Journal::wal).error().kind(), ErrorKind::denied);
}

using Migrate = ConnectionTest;

std::vector<Migration> steps(std::size_t count) {
  const std::vector<Migration> all{{1, "0001_a.sql", "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('1');"},
                                   {2, "0002_b.sql", "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = x || '2';"},
                                   {3, "0003_c.sql", "INSERT INTO a VALUES ('3', '3'); SELECT nonsense FROM nowhere;"}};
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST_F(Migrate, BringsAnEmptyFileToTheNewestSchema) {
  const auto connection = open();
  EXPECT_EQ(*schema_version(*connection), 0);
  ASSERT_TRUE(migrate(*connection));
  EXPECT_EQ(*schema_version(*connection), static_cast<int>(migrations().size()));
  ASSERT_TRUE(migrate(*connection)) << "again changes nothing";
}

TEST_F(Migrate, TakesOnlyTheStepsThatAreMissing) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, steps(1)));
  ASSERT_TRUE(migrate(*connection, steps(2)));
  EXPECT_EQ(number(*connection, "SELECT y FROM a"), 12);
  EXPECT_EQ(number(*connection, "SELECT count(*) FROM a"), 1);
}

TEST_F(Migrate, ChangesNothingWhereAStepFails) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, steps(1)));
  EXPECT_FALSE(migrate(*connection, steps(3)));
  EXPECT_EQ(number(*connection, "PRAGMA user_version"), 1);
  EXPECT_EQ(number(*connection, "SELECT count(*) FROM pragma_table_info('a')"), 1);
}

TEST_F(Migrate, RefusesASchemaThatIsNewer) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, steps(2)));
  const auto refused = migrate(*connection, steps(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::failed);
  EXPECT_THAT(refused.error().text(), HasSubstr("written by a newer ffwatt (schema 2, this program knows 1)"));
}

TEST_F(Migrate, RefusesTheDatabaseOfAnotherProgram) {
  const auto connection = open();
  connection->database().exec("CREATE TABLE songs (title TEXT)");
  const auto refused = migrate(*connection);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("is a database of another program; name another file"));
}

}  // namespace
}  // namespace store::sqlite
