// Connection: the one wrapper around libpq: a session, its prepared statements, its transaction. Statements go out in a
// pipeline: any number of them costs one round trip. One thread. Inside of `store`.
//
// A transaction begins with its first statement, not with begin(): a round that asks nothing costs nothing. After an
// error of the server everything in it is void: each further call fails, and so does the commit. A session that is lost
// is made anew by the next begin(), or by the next call outside of a transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/postgres/address.h"
#include "store/postgres/parameters.h"

struct pg_conn;
struct pg_result;

namespace store::postgres {

struct Statement {
  std::string_view sql;  // one that lives on: it is the key of what was prepared
  Parameters parameters;
};

// What one statement answered.
class Rows {
 public:
  explicit Rows(pg_result* result);
  int size() const;
  bool is_null(int row, int column) const;
  std::int64_t integer(int row, int column) const;
  double number(int row, int column) const;
  std::string text(int row, int column) const;
  std::string bytes(int row, int column) const;  // of a bytea
  std::int64_t changed() const;                  // rows that it wrote
  std::string_view command() const;              // "COMMIT", "ROLLBACK", …

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

class Connection {
 public:
  enum class Role {
    writer,  // the master's
    reader,  // beside it: may write nothing
    plain    // as the server gives it: for migrations
  };
  // Called with each new session, before anything else; an error closes it.
  using Prepare = std::function<base::Result<void>(Connection&)>;
  static base::Result<std::unique_ptr<Connection>> open(const Address& address, Role role, Prepare prepare = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  base::Result<void> begin();
  // These go before it in the same round trip. A commit that fails has rolled back.
  base::Result<void> commit(std::vector<Statement> last = {});
  void rollback();
  bool in_transaction() const { return transaction_ != Transaction::none; }
  // Whether this transaction, or the last call outside of one, found no room on the server's disk.
  bool is_full() const { return full_; }

  // Runs them in order; all or none where no transaction is open. `doing` begins the text of an error.
  base::Result<std::vector<Rows>> ask(std::string_view doing, std::span<const Statement> statements);
  base::Result<Rows> ask(std::string_view doing, std::string_view sql, Parameters parameters = {});
  // Text of several statements, without parameters: settings and migrations.
  base::Result<void> execute(std::string_view doing, const std::string& sql);

  const std::string& where() const { return address_.text(); }
  const Address& address() const { return address_; }
  pg_conn* handle() { return session_.get(); }
  // Counts the sessions: what belongs to one is void with the next.
  int session() const { return sessions_; }

 private:
  Connection(Address address, Role role, Prepare prepare);
  base::Result<void> connect();
  base::Result<void> usable(std::string_view doing);
  struct Expected {
    enum class What { begin, preparation, answer } what = What::answer;
    std::string_view sql;
  };
  bool send(const Statement& statement, std::vector<Expected>& expected);
  base::Result<std::vector<Rows>> receive(std::string_view doing, std::span<const Expected> expected);
  base::Error lost(std::string_view doing);
  base::Error refused(const pg_result* result, std::string_view doing);

  struct Finish {
    void operator()(pg_conn* session) const;
  };
  Address address_;
  Role role_;
  Prepare prepare_;
  std::unique_ptr<pg_conn, Finish> session_;
  int sessions_ = 0;
  std::unordered_map<std::string_view, std::string> prepared_;
  int names_ = 0;
  enum class Transaction { none, wanted, open, doomed } transaction_ = Transaction::none;
  bool full_ = false;
};

}  // namespace store::postgres
