// Session: a connection and the round on it. Every question takes along what the round has still to write. One thread.
// Inside of `store`.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/postgres/connection.h"
#include "store/postgres/round.h"

namespace store::postgres {

class Session {
 public:
  explicit Session(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  base::Result<void> begin() {
    round_.clear();
    return connection_->begin();
  }
  // `last` comes behind all that the round has to write.
  base::Result<void> commit(std::vector<Statement> last = {}) {
    auto statements = round_.take();
    for (auto& statement : last) statements.push_back(std::move(statement));
    auto done = connection_->commit(std::move(statements));
    round_.clear();
    return done;
  }
  void rollback() {
    round_.clear();
    connection_->rollback();
  }
  bool in_transaction() const { return connection_->in_transaction(); }

  base::Result<std::vector<Rows>> ask(std::string_view doing, std::vector<Statement> statements) {
    auto all = in_transaction() ? round_.take() : std::vector<Statement>();
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    for (auto& statement : statements) all.push_back(std::move(statement));
    FFWATT_TRY(auto answers, connection_->ask(doing, all));
    answers.erase(answers.begin(), answers.begin() + before);
    return answers;
  }
  base::Result<Rows> ask(std::string_view doing, std::string_view sql, Parameters parameters = {}) {
    std::vector<Statement> one;
    one.push_back({sql, std::move(parameters)});
    FFWATT_TRY(auto answers, ask(doing, std::move(one)));
    return std::move(answers.front());
  }

  // A text that was put together and has to live as long as what is prepared by it. There are few of them.
  std::string_view keep(std::string sql) { return *texts_.insert(std::move(sql)).first; }

  Round& round() { return round_; }
  Connection& connection() { return *connection_; }
  const Connection& connection() const { return *connection_; }
  const std::string& where() const { return connection_->where(); }

 private:
  std::unique_ptr<Connection> connection_;
  Round round_;
  std::set<std::string> texts_;
};

}  // namespace store::postgres
