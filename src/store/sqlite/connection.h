// Connection: the one wrapper around SQLiteCpp: an open file, its prepared statements, its transaction. One thread.
// Inside of `store`.
//
// SQLite::Exception is thrown below run() and atomically() only, which turn it into base::Error. After an error of the
// disk every further call fails: a page that could not be synced must not be believed.
#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "os/files.h"
#include "store/sqlite/errors.h"

namespace store::sqlite {

class Connection {
 public:
  enum class Journal {
    wal,       // many commits a second by one process
    rollback,  // many processes, each with a commit now and then; no file stays beside the database
    reader     // beside the one that writes in wal: reads only, and leaves every checkpoint to it
  };
  static base::Result<std::unique_ptr<Connection>> open(const os::Path& file, Journal journal);

  base::Result<void> begin();
  // A commit that fails has rolled back.
  base::Result<void> commit();
  void rollback();
  // Whether this transaction, or the last call outside of one, found no room on the disk.
  bool is_full() const { return full_; }

  // Runs f, which returns a Result and may throw; a read, or a part of a write.
  template <class F>
  auto run(std::string_view doing, F f) -> std::invoke_result_t<F> {
    if (auto usable = check(doing); !usable) return std::move(usable).error();
    try {
      return f();
    } catch (const SQLite::Exception& e) {
      return caught(e, doing);
    }
  }
  // The same for a write of several statements, in a transaction of its own where none is open: all or none of them. In
  // an open one an error after the first row was written dooms the whole transaction: its commit fails. So f has to
  // look at everything that may be refused before it writes. (Savepoints would undo the part alone, but SQLite then
  // keeps the old pages of the whole batch beside: adding 1 000 jobs took several times as long.)
  template <class F>
  auto atomically(std::string_view doing, F f) -> std::invoke_result_t<F> {
    if (auto entered = enter(doing); !entered) return std::move(entered).error();
    auto result = run(doing, std::move(f));
    if (auto left = leave(doing, result.ok() ? Outcome::keep : Outcome::undo); result.ok() && !left)
      return std::move(left).error();
    return result;
  }

  // The log of a wal connection, before the first commit: as long as it becomes in an hour of work, so that syncs
  // overwrite it instead of making the file longer, which takes 40 % more time.
  base::Result<void> grow_log();
  // Brings what is in the log into the file, where there is enough of it to be worth a sync; for a moment of rest.
  base::Result<void> checkpoint();

  const os::Path& file() const { return file_; }
  SQLite::Database& database() { return database_; }
  SQLite::Statement& prepared(std::string_view sql);  // `sql` is a literal: it is the key

 private:
  enum class Outcome { keep, undo };
  base::Result<void> move_log();
  // SQLite calls it after each commit into the log.
  static int logged(void* self, sqlite3* database, const char* name, int pages);
  Connection(const os::Path& file, int flags);
  base::Result<void> check(std::string_view doing);
  int code_of(const SQLite::Exception& e);
  base::Error caught(const SQLite::Exception& e, std::string_view doing);
  void give_up(base::Error error);
  base::Result<void> enter(std::string_view doing);
  base::Result<void> leave(std::string_view doing, Outcome outcome);

  os::Path file_;
  SQLite::Database database_;
  std::unordered_map<std::string_view, std::unique_ptr<SQLite::Statement>> prepared_;
  enum class Transaction { none, open, doomed } transaction_ = Transaction::none;
  std::int64_t changes_before_ = 0;  // of the atomically() that runs
  int log_pages_ = 0;                // that a checkpoint would move
  std::optional<base::Error> broken_;
  bool full_ = false;
};

// One use of a prepared statement; free for the next when it goes out of scope. Values are bound in order.
class Query {
 public:
  Query(Connection& connection, std::string_view sql) : statement_(connection.prepared(sql)) {}
  // Of a text that was put together and may never be asked again: prepared for this one use.
  static Query once(Connection& connection, const std::string& sql) {
    return Query(std::make_unique<SQLite::Statement>(connection.database(), sql));
  }
  ~Query() {
    statement_.tryReset();
    try {
      statement_.clearBindings();  // documents need not stay in memory
    } catch (const SQLite::Exception&) {
    }
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t number) { return statement_.bind(next_++, number), *this; }
  Query& bind_real(double number) { return statement_.bind(next_++, number), *this; }
  Query& bind(const std::string& text) { return statement_.bind(next_++, text), *this; }
  // Without a copy: it has to stay as it is until the statement was executed.
  Query& bind_kept(const std::string& text) { return statement_.bindNoCopy(next_++, text), *this; }
  Query& bind_null() { return ++next_, *this; }  // what nothing was bound to is null
  Query& bind_bytes(std::string_view bytes) {
    return statement_.bind(next_++, bytes.data(), static_cast<int>(bytes.size())), *this;
  }
  Query& bind(std::string_view text) { return bind(std::string(text)); }
  Query& bind(const char* text) { return bind(std::string(text)); }
  template <class T>
  Query& bind(const std::optional<T>& value) {
    if (value) return bind(*value);
    return statement_.bind(next_++), *this;
  }

  bool step() { return statement_.executeStep(); }
  int execute() { return statement_.exec(); }  // the number of rows changed

  std::int64_t integer(int column) { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) { return statement_.getColumn(column).getString(); }
  bool is_null(int column) { return statement_.isColumnNull(column); }
  SQLite::Column column(int column) { return statement_.getColumn(column); }

 private:
  explicit Query(std::unique_ptr<SQLite::Statement> own) : own_(std::move(own)), statement_(*own_) {}

  std::unique_ptr<SQLite::Statement> own_;  // of once()
  SQLite::Statement& statement_;
  int next_ = 1;
};

}  // namespace store::sqlite
