#include "store/postgres/connection.h"

#include <libpq-fe.h>

#include <cstdlib>
#include <utility>

#include "base/format.h"
#include "store/postgres/errors.h"

namespace store::postgres {
namespace {

// Every query of ours walks an index. The planner, which thinks a new table small, is not asked: a plan of that day
// would stay. A stopped master, or one whose network is gone, must not hold rows for long.
constexpr const char* settings_of_all =
    "SET search_path = ffwatt; SET client_encoding = 'UTF8'; SET client_min_messages = warning;"
    "SET default_transaction_isolation = 'read committed'; SET plan_cache_mode = force_generic_plan;"
    "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET jit = off; SET statement_timeout = '30s'; SET lock_timeout = '10s';"
    "SET idle_in_transaction_session_timeout = '15s'; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 3;"
    "SET tcp_keepalives_count = 3;";
constexpr const char* settings_of_readers = "SET default_transaction_read_only = on;";

constexpr std::string_view begin_command = "BEGIN", commit_command = "COMMIT";

void ignore_notice(void*, const char*) {}

}  // namespace

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }
Rows::Rows(pg_result* result) : result_(result) {}
int Rows::size() const { return PQntuples(result_.get()); }
bool Rows::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
std::int64_t Rows::integer(int row, int column) const {
  return std::strtoll(PQgetvalue(result_.get(), row, column), nullptr, 10);
}
double Rows::number(int row, int column) const { return std::strtod(PQgetvalue(result_.get(), row, column), nullptr); }
std::string Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}
std::string Rows::bytes(int row, int column) const {
  const auto* escaped = reinterpret_cast<const unsigned char*>(PQgetvalue(result_.get(), row, column));
  std::size_t size = 0;
  const std::unique_ptr<unsigned char, decltype(&PQfreemem)> plain(PQunescapeBytea(escaped, &size), &PQfreemem);
  return plain ? std::string(reinterpret_cast<const char*>(plain.get()), size) : std::string();
}
std::int64_t Rows::changed() const { return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10); }
std::string_view Rows::command() const { return PQcmdStatus(result_.get()); }

void Connection::Finish::operator()(pg_conn* session) const { PQfinish(session); }

Connection::Connection(Address address, Role role, Prepare prepare)
    : address_(std::move(address)), role_(role), prepare_(std::move(prepare)) {}

Connection::~Connection() = default;

base::Result<std::unique_ptr<Connection>> Connection::open(const Address& address, Role role, Prepare prepare) {
  std::unique_ptr<Connection> connection(new Connection(address, role, std::move(prepare)));
  FFWATT_CHECK(connection->connect());
  return connection;
}

base::Result<void> Connection::connect() {
  session_.reset();
  prepared_.clear();
  transaction_ = Transaction::none;
  std::vector<const char*> names, values;
  for (const auto& [name, value] : address_.parameters()) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  session_.reset(PQconnectdbParams(names.data(), values.data(), 0));
  ++sessions_;
  if (!session_ || PQstatus(session_.get()) != CONNECTION_OK) {
    const std::string message = session_ ? PQerrorMessage(session_.get()) : "no memory";
    session_.reset();
    return connect_error(message, where());
  }
  PQsetNoticeProcessor(session_.get(), ignore_notice, nullptr);
  const auto prepared = [&]() -> base::Result<void> {
    if (role_ != Role::plain) FFWATT_CHECK(execute("preparing a session of", settings_of_all));
    if (role_ == Role::reader) FFWATT_CHECK(execute("preparing a session of", settings_of_readers));
    return prepare_ ? prepare_(*this) : base::Result<void>();
  }();
  if (!prepared) session_.reset();
  return prepared;
}

base::Result<void> Connection::usable(std::string_view doing) {
  if (transaction_ == Transaction::doomed)
    return base::Error::retry(
        base::format("{} {}: an error before has undone the transaction; begin it anew", doing, where()));
  if (session_ && PQstatus(session_.get()) == CONNECTION_OK) return {};
  if (transaction_ == Transaction::open) return lost(doing);
  const auto wanted = transaction_;
  FFWATT_CHECK(connect());
  transaction_ = wanted;
  return {};
}

base::Error Connection::lost(std::string_view doing) {
  const std::string message = session_ ? PQerrorMessage(session_.get()) : "the connection was lost";
  session_.reset();
  if (in_transaction()) transaction_ = Transaction::doomed;
  return error_of({}, message, doing, where());
}

base::Error Connection::refused(const pg_result* result, std::string_view doing) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (in_transaction()) transaction_ = Transaction::doomed;
  if (state && postgres::is_full(state)) full_ = true;
  return error_of(state ? state : "", words ? words : PQresultErrorMessage(result), doing, where());
}

bool Connection::send(const Statement& statement, std::vector<Expected>& expected) {
  auto& name = prepared_[statement.sql];
  if (name.empty()) {
    name = base::format("s{}", ++names_);
    expected.push_back({Expected::What::preparation, statement.sql});
    if (PQsendPrepare(session_.get(), name.c_str(), std::string(statement.sql).c_str(), 0, nullptr) != 1) return false;
  }
  std::vector<const char*> values;
  std::vector<int> lengths, forms;
  for (const auto& value : statement.parameters.values()) {
    using Form = Parameters::Value::Form;
    values.push_back(value.form == Form::null ? nullptr : value.bytes.c_str());
    lengths.push_back(static_cast<int>(value.bytes.size()));
    forms.push_back(value.form == Form::binary ? 1 : 0);
  }
  expected.push_back({Expected::What::answer, statement.sql});
  return PQsendQueryPrepared(session_.get(), name.c_str(), static_cast<int>(values.size()), values.data(),
                             lengths.data(), forms.data(), 0) == 1;
}

base::Result<std::vector<Rows>> Connection::ask(std::string_view doing, std::span<const Statement> statements) {
  FFWATT_CHECK(usable(doing));
  if (!in_transaction()) full_ = false;
  const auto command = [&](std::string_view text) {
    return PQsendQueryParams(session_.get(), text.data(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
  };
  std::vector<Expected> expected;
  bool sent = PQenterPipelineMode(session_.get()) == 1;
  if (sent && transaction_ == Transaction::wanted) {
    transaction_ = Transaction::open;
    expected.push_back({Expected::What::begin, begin_command});
    sent = command(begin_command);
  }
  for (const auto& statement : statements) {
    if (!sent) break;
    if (statement.sql == commit_command) expected.push_back({Expected::What::answer, commit_command});
    sent = statement.sql == commit_command ? command(commit_command) : send(statement, expected);
  }
  if (!sent || PQpipelineSync(session_.get()) != 1) return lost(doing);
  return receive(doing, expected);
}

base::Result<std::vector<Rows>> Connection::receive(std::string_view doing, std::span<const Expected> expected) {
  std::vector<Rows> answers;
  std::optional<base::Error> error;
  for (const auto& each : expected) {
    // One result and the end of it; of a session that is gone nothing but the end.
    Rows rows(nullptr);
    auto status = PGRES_FATAL_ERROR;
    while (auto* result = PQgetResult(session_.get())) {
      rows = Rows(result);
      status = PQresultStatus(result);
      if (status == PGRES_FATAL_ERROR && !error) error = refused(result, doing);
      if (PQstatus(session_.get()) != CONNECTION_OK) break;
    }
    if (PQstatus(session_.get()) != CONNECTION_OK) {
      const auto gone = lost(doing);
      return error.value_or(gone);
    }
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (each.what == Expected::What::preparation && !done) prepared_.erase(each.sql);
    if (each.what == Expected::What::answer) answers.push_back(std::move(rows));
  }
  PQclear(PQgetResult(session_.get()));  // of the sync
  if (PQexitPipelineMode(session_.get()) != 1) return lost(doing);
  if (error) return *std::move(error);
  return answers;
}

base::Result<Rows> Connection::ask(std::string_view doing, std::string_view sql, Parameters parameters) {
  const Statement statement{sql, std::move(parameters)};
  FFWATT_TRY(auto answers, ask(doing, std::span(&statement, 1)));
  return std::move(answers.front());
}

base::Result<void> Connection::execute(std::string_view doing, const std::string& sql) {
  FFWATT_CHECK(usable(doing));
  auto* result = PQexec(session_.get(), sql.c_str());
  const Rows rows(result);
  if (PQstatus(session_.get()) != CONNECTION_OK) return lost(doing);
  const auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return {};
  return refused(result, doing);
}

base::Result<void> Connection::begin() {
  if (in_transaction()) rollback();
  full_ = false;
  FFWATT_CHECK(usable("beginning a transaction in"));
  transaction_ = Transaction::wanted;
  return {};
}

base::Result<void> Connection::commit(std::vector<Statement> last) {
  if (transaction_ == Transaction::wanted && last.empty()) {
    transaction_ = Transaction::none;  // nothing was asked
    return {};
  }
  last.push_back({commit_command, {}});
  const auto answers = ask("committing to", last);
  if (!answers) {
    rollback();
    return answers.error();
  }
  transaction_ = Transaction::none;
  if (answers->back().command() != commit_command)
    return base::Error::retry(base::format("committing to {}: the server rolled it back; try again", where()));
  return {};
}

void Connection::rollback() {
  const auto was = std::exchange(transaction_, Transaction::none);
  if (!session_ || PQtransactionStatus(session_.get()) == PQTRANS_IDLE || was == Transaction::none) return;
  // A session that does not even take this is of no use.
  if (!execute("rolling back", "ROLLBACK")) session_.reset();
}

}  // namespace store::postgres
