#include "store/sqlite/connection.h"

#include <sqlite3.h>

#include "base/format.h"
#include "base/mutants.h"
#include "store/sqlite/log_file.h"

namespace store::sqlite {
namespace {

// Another `ffwatt run` is through with its commit long before; a process that takes longer has a problem of its own.
constexpr int busy_milliseconds = 5000;

// Measured on ext4: with a log that has its length already a commit of one job takes 0.39 ms instead of 0.55.
constexpr std::size_t grown_log_bytes = 24u << 20;
// Pages of the log, 4 KiB each: two syncs and as many writes.
constexpr int worth_a_checkpoint = 1000;
// 64 MB without a moment of rest: in the middle of a commit then.
constexpr int due_for_a_checkpoint = 16'000;

void exec(SQLite::Database& database, const std::string& sql) { database.exec(sql); }

std::string journal_mode(SQLite::Database& database) { return database.execAndGet("PRAGMA journal_mode").getString(); }

void set_journal_mode(SQLite::Database& database, const std::string& wanted) {
  if (journal_mode(database) == wanted) return;
  // To its end, and asked anew: the row of the answer comes before the commit that may fail.
  exec(database, "PRAGMA journal_mode = " + wanted);
  const auto now = journal_mode(database);
  // A file system without shared memory keeps the old mode without an error.
  if (now != wanted) throw SQLite::Exception("its journal stays '" + now + "'; use a local disk", SQLITE_CANTOPEN);
}

int code_of_exception(const SQLite::Exception& e) {
  return e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode();
}

}  // namespace

Connection::Connection(const os::Path& file, int flags)
    : file_(file), database_(file.string(), flags, busy_milliseconds) {}

base::Result<std::unique_ptr<Connection>> Connection::open(const os::Path& file, Journal journal) {
  std::unique_ptr<Connection> connection;
  try {
    // One thread: SQLite need not lock against others.
    const int flags = SQLITE_OPEN_NOMUTEX |
                      (journal == Journal::reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    connection.reset(new Connection(file, flags));
    auto& database = connection->database_;
    sqlite3_extended_result_codes(database.getHandle(), 1);
    if (journal == Journal::reader) {
      sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
      exec(database, "PRAGMA cache_size = -8192;");
      return connection;
    }
    set_journal_mode(database, journal == Journal::wal ? "wal" : "delete");
    // What was committed survives the loss of power. A rollback journal is committed by its removal, which only EXTRA
    // makes durable: with FULL it may come back, and undoes what was committed. SQLite checks no foreign key unless
    // asked.
    exec(database, base::format("PRAGMA synchronous = {}; PRAGMA foreign_keys = ON;",
                                journal == Journal::wal ? "FULL" : "EXTRA"));
    if (journal == Journal::wal) {
      exec(database, "SELECT 1 FROM sqlite_schema");  // opens the log
      if (const int code = FFWATT_MUTANT(log_not_written_again) ? SQLITE_OK : write_log_again(database);
          code != SQLITE_OK)
        throw SQLite::Exception("writing its log again", code);
    }
    // The cache is small: each commit walks it, and the queue is in memory anyhow.
    if (journal == Journal::wal) {
      exec(database, "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -4096;");
      sqlite3_wal_hook(database.getHandle(), &Connection::logged, connection.get());
    }
    return connection;
  } catch (const SQLite::Exception& e) {
    const int code = connection ? connection->code_of(e) : code_of_exception(e);
    return error_of(code, e.what(), "opening", file);
  }
}

base::Result<void> Connection::grow_log() {
  auto grown = run("growing the log of", [&]() -> base::Result<void> {
    if (log_length(database_) >= grown_log_bytes) return {};
    exec(database_, base::format("BEGIN IMMEDIATE; CREATE TABLE log_growth (x BLOB); "
                                 "INSERT INTO log_growth VALUES (zeroblob({})); DROP TABLE log_growth; COMMIT; "
                                 "PRAGMA wal_checkpoint(RESTART);",
                                 grown_log_bytes));
    return {};
  });
  if (!grown) rollback();  // of some errors SQLite leaves the transaction open
  return grown;
}

int Connection::logged(void* self, sqlite3*, const char*, int pages) {
  auto& connection = *static_cast<Connection*>(self);
  connection.log_pages_ = pages;
  if (pages >= due_for_a_checkpoint)
    if (const auto done = connection.move_log(); !done) connection.give_up(done.error());
  return SQLITE_OK;
}

base::Result<void> Connection::move_log() {
  int in_log = 0, moved = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(database_.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
  // What could not be moved stays in the log, and nothing is lost; but a sync that failed must not be believed again.
  if (is_fatal(code)) return error_of(code, sqlite3_errmsg(database_.getHandle()), "bringing the log into", file_);
  if (code == SQLITE_OK) log_pages_ = in_log - moved;
  return {};
}

base::Result<void> Connection::checkpoint() {
  if (log_pages_ < worth_a_checkpoint || broken_) return {};
  auto done = move_log();
  if (!done) give_up(done.error());
  return done;
}

SQLite::Statement& Connection::prepared(std::string_view sql) {
  auto& statement = prepared_[sql];
  if (!statement) {
    try {
      statement = std::make_unique<SQLite::Statement>(database_, std::string(sql));
    } catch (...) {
      prepared_.erase(sql);
      throw;
    }
  }
  return *statement;
}

int Connection::code_of(const SQLite::Exception& e) {
  return code_by_cause(code_of_exception(e), sqlite3_system_errno(database_.getHandle()));
}

base::Error Connection::caught(const SQLite::Exception& e, std::string_view doing) {
  const int code = code_of(e);
  auto error = error_of(code, e.what(), doing, file_);
  if (is_fatal(code)) give_up(error);
  if (sqlite::is_full(code)) full_ = true;
  return error;
}

// Closed, SQLite would bring the log into the file, and believe a sync that has nothing left to write.
void Connection::give_up(base::Error error) {
  broken_ = std::move(error);
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

base::Result<void> Connection::check(std::string_view doing) {
  if (broken_) return broken_->in(base::format("{} after a fatal error", doing));
  // Some errors (a full disk, for one) roll the transaction back by themselves. What follows would be committed alone.
  const bool undone = transaction_ == Transaction::open && sqlite3_get_autocommit(database_.getHandle()) != 0;
  if (undone || transaction_ == Transaction::doomed)
    return base::Error::failed(
        base::format("{} {}: an error before has undone the transaction; begin it anew", doing, file_.string()));
  return {};
}

base::Result<void> Connection::begin() {
  full_ = false;
  return run("beginning a transaction in", [&]() -> base::Result<void> {
    Query(*this, "BEGIN IMMEDIATE").execute();
    transaction_ = Transaction::open;
    return {};
  });
}

base::Result<void> Connection::commit() {
  auto done = run("committing to", [&]() -> base::Result<void> {
    Query(*this, "COMMIT").execute();
    transaction_ = Transaction::none;
    return {};
  });
  if (!done) rollback();
  return done;
}

void Connection::rollback() {
  transaction_ = Transaction::none;
  if (sqlite3_get_autocommit(database_.getHandle()) != 0) return;
  try {
    Query(*this, "ROLLBACK").execute();
  } catch (const SQLite::Exception& e) {
    give_up(caught(e, "rolling back"));
  }
}

base::Result<void> Connection::enter(std::string_view doing) {
  FFWATT_CHECK(check(doing));
  changes_before_ = sqlite3_total_changes64(database_.getHandle());
  if (transaction_ == Transaction::open) return {};
  full_ = false;
  return run(doing, [&]() -> base::Result<void> {
    Query(*this, "BEGIN IMMEDIATE").execute();
    return {};
  });
}

base::Result<void> Connection::leave(std::string_view doing, Outcome outcome) {
  if (transaction_ == Transaction::open) {
    const bool wrote = sqlite3_total_changes64(database_.getHandle()) != changes_before_;
    if (outcome == Outcome::undo && wrote) transaction_ = Transaction::doomed;
    return {};
  }
  if (outcome == Outcome::undo) return rollback(), base::Result<void>();
  auto done = run(doing, [&]() -> base::Result<void> {
    Query(*this, "COMMIT").execute();
    return {};
  });
  if (!done) rollback();
  return done;
}

}  // namespace store::sqlite
