// Results by any of their facts, in the order of any of them, page by page.
#include <algorithm>

#include "base/format.h"
#include "json/json.h"
#include "store/documents.h"
#include "store/postgres/report_table.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/result_facts.h"
#include "wire/result_query.h"

namespace store::postgres {
namespace {

using base::Error;
using base::format;
using Kind = wire::Fact::Kind;

constexpr int at_once = 500;

Kind kind_of(const std::string& fact) {
  const auto* known = wire::find_fact(fact);
  return known ? known->kind : Kind::text;
}

// A statement that grows with its parameters. Names of facts are parameters like any value.
class Question {
 public:
  explicit Question(std::string head) : sql_(std::move(head)) {}

  std::string text(const std::string& value) {
    parameters_.add(value);
    return format("${}::text", ++count_);
  }
  std::string number(std::int64_t value) {
    parameters_.add(value);
    return format("${}::bigint", ++count_);
  }
  std::string value(const json::Value& value) {
    if (value.is_string()) return text(value.as_string()) + " COLLATE \"C\"";
    return text(json::write(value)) + "::float8";
  }
  std::string fact(const std::string& name) {
    const auto column = format("(facts->>{})", text(name));
    return kind_of(name) == Kind::number ? column + "::float8" : column + " COLLATE \"C\"";
  }
  void where(const std::string& condition) {
    sql_ += (first_ ? " WHERE " : " AND ") + condition;
    first_ = false;
  }
  void add(const std::string& more) { sql_ += more; }
  // What conditions come now are of another SELECT.
  void close(const std::string& more) {
    sql_ += more;
    first_ = true;
  }
  const std::string& sql() const { return sql_; }
  Parameters parameters() { return std::move(parameters_); }

 private:
  std::string sql_;
  Parameters parameters_;
  int count_ = 0;
  bool first_ = true;
};

// The usual order has an index, by the millisecond in which they started.
constexpr std::string_view usual_order = "started", usual_key = "(started_ns / 1000000)";
constexpr std::int64_t millisecond = 1'000'000;

constexpr std::string_view looking = "looking for runs in";

class Search {
 public:
  explicit Search(const wire::ResultQuery& query)
      : query_(query), up_(query.order == wire::ResultQuery::Order::ascending) {}

  // Asks for `columns` of at most so many of the rows behind the place.
  base::Result<Rows> rows(Session& session, std::string_view columns, const std::optional<wire::ResultPlace>& place,
                          std::int64_t most) const {
    const bool usual = query_.sort == usual_order;
    Question question(format("SELECT {} FROM ", columns));
    // A fact is looked up in its JSON once a row (OFFSET 0: not once wherever it is named), and that is what a look
    // takes.
    const std::string key(usual ? usual_key : "sort_key");
    if (usual)
      question.add("reports");
    else
      question.add(format("(SELECT sequence, started_ns, facts, document, {} AS sort_key FROM reports",
                          question.fact(query_.sort)));
    for (const auto& filter : query_.filters)
      question.where(format("{} = {}", question.fact(filter.fact), question.value(filter.value)));
    if (query_.since) since(question, ">=", *query_.since);
    if (query_.until) since(question, "<=", *query_.until);
    if (!usual) question.close(" OFFSET 0) AS found");
    if (place) question.where(behind(question, key, *place));
    // As the index has it; a start is never absent.
    const auto nulls = usual ? "" : " NULLS LAST";
    question.add(format(" ORDER BY {0} {1}{2}, sequence {1} LIMIT {3}", key, up_ ? "ASC" : "DESC", nulls,
                        question.number(most)));
    const auto sql = session.keep(question.sql());
    return session.ask(looking, sql, question.parameters());
  }

 private:
  // By the columns of both indexes.
  static void since(Question& question, std::string_view side, units::WallTime time) {
    const bool from = side == ">=";
    question.where(format("started_ns {} {}", from ? ">=" : "<", question.number(time.nanoseconds())));
    question.where(format("{} {} {}", usual_key, side, question.number(time.nanoseconds() / millisecond)));
  }
  // What comes behind a place, in an order whose rows without the value are last.
  std::string behind(Question& question, const std::string& key, const wire::ResultPlace& place) const {
    const char* side = up_ ? ">" : "<";
    const auto started = key == usual_key && place.value.is_string() ? units::parse_rfc3339(place.value.as_string())
                                                                     : base::Result<units::WallTime>(Error::absent(""));
    if (started)
      return format("({}, sequence) {} ({}, {})", key, side, question.number(started->nanoseconds() / millisecond),
                    question.number(place.row));
    const auto row = format("sequence {} {}", side, question.number(place.row));
    if (place.value.is_null()) return format("({} IS NULL AND {})", key, row);
    const auto value = question.value(place.value);
    return format("({0} IS NULL OR {0} {1} {2} OR ({0} = {2} AND {3}))", key, side, value, row);
  }

  const wire::ResultQuery& query_;
  const bool up_;
};

// Columns of a page: number, start, facts, and the document where that is wanted.
std::string columns_of(const wire::ResultQuery& query) {
  return format("sequence, started_ns, facts::text{}",
                query.wanted == wire::ResultQuery::Wanted::reports ? ", document" : "");
}
std::string row_of(const Rows& rows, int row, const wire::ResultQuery& query) {
  return rows.text(row, query.wanted == wire::ResultQuery::Wanted::reports ? 3 : 2);
}

base::Result<std::string> cursor_behind(const Rows& rows, int row, const wire::ResultQuery& query) {
  if (query.sort == usual_order)
    return wire::write_cursor(
        query, {units::rfc3339(units::WallTime::from_nanoseconds(rows.integer(row, 1))), rows.integer(row, 0)});
  FFWATT_TRY(const auto facts, json::parse(rows.text(row, 2)));
  return wire::write_cursor(query, {facts.at(query.sort), rows.integer(row, 0)});
}

// A walk has begun: who asks for the second page asks for the third.
base::Result<Walks::Ahead> look_ahead(Session& session, const wire::ResultQuery& query,
                                      const wire::ResultPlace& place) {
  FFWATT_TRY(const auto rows, Search(query).rows(session, "sequence", place, Walks::most_ahead + 1));
  Walks::Ahead ahead;
  const auto found = static_cast<std::size_t>(rows.size());
  if (found > Walks::most_ahead) ahead.more = Walks::Ahead::More::yes;
  ahead.rows.reserve(std::min(found, Walks::most_ahead));
  for (std::size_t row = 0; row < std::min(found, Walks::most_ahead); ++row)
    ahead.rows.push_back(rows.integer(static_cast<int>(row), 0));
  return ahead;
}

base::Result<wire::ResultPage> next_page(Session& session, const wire::ResultQuery& query, Walks::Ahead ahead,
                                         Walks& walks) {
  const auto count = std::min(ahead.rows.size(), static_cast<std::size_t>(query.limit));
  const std::vector<std::int64_t> wanted(ahead.rows.begin(), ahead.rows.begin() + static_cast<std::ptrdiff_t>(count));
  const auto sql =
      session.keep(format("SELECT {} FROM unnest($1::bigint[]) WITH ORDINALITY AS w (number, place) "
                          "JOIN reports ON reports.sequence = w.number ORDER BY w.place",
                          columns_of(query)));
  FFWATT_TRY(const auto rows, session.ask(looking, sql, Parameters().add_numbers(wanted)));
  wire::ResultPage page;
  for (int row = 0; row < rows.size(); ++row) page.rows.push_back(row_of(rows, row, query));
  ahead.rows.erase(ahead.rows.begin(), ahead.rows.begin() + static_cast<std::ptrdiff_t>(count));
  if (rows.size() == 0 || (ahead.rows.empty() && ahead.more == Walks::Ahead::More::no)) return page;
  FFWATT_TRY(page.next, cursor_behind(rows, rows.size() - 1, query));
  if (!ahead.rows.empty()) walks.keep(page.next, std::move(ahead));
  return page;
}

}  // namespace

base::Result<wire::ResultPage> find_results(Session& session, const wire::ResultQuery& query, Walks& walks) {
  if (query.limit < 1 || query.limit > wire::most_results)
    return Error::invalid(format("limit must be from 1 to {}, not {}", wire::most_results, query.limit));
  FFWATT_TRY(const auto place, wire::read_cursor(query));
  if (place && query.sort != usual_order) {
    auto ahead = walks.take(query.cursor);
    if (!ahead) {
      FFWATT_TRY(ahead, look_ahead(session, query, *place));
    }
    return next_page(session, query, *std::move(ahead), walks);
  }
  FFWATT_TRY(const auto rows, Search(query).rows(session, columns_of(query), place, std::int64_t{query.limit} + 1));
  wire::ResultPage page;
  for (int row = 0; row < std::min(rows.size(), query.limit); ++row) page.rows.push_back(row_of(rows, row, query));
  if (rows.size() > query.limit) {
    FFWATT_TRY(page.next, cursor_behind(rows, query.limit - 1, query));
  }
  return page;
}

base::Result<void> refresh_facts(Session& session) {
  const auto edition = wire::facts_edition();
  for (;;) {
    FFWATT_TRY(const auto rows,
               session.ask("reading the runs of",
                           "SELECT id, document FROM reports WHERE facts_edition <> $1::text LIMIT $2::bigint",
                           Parameters().add(edition).add(std::int64_t{at_once})));
    if (rows.size() == 0) return {};
    std::vector<std::string> ids, facts;
    for (int row = 0; row < rows.size(); ++row) {
      ids.push_back(rows.text(row, 0));
      const auto report = read_document(session.where(), "run " + ids.back(), rows.text(row, 1), wire::decode_report);
      // One that cannot be read has one fact: that it is there.
      facts.push_back(json::write(report ? wire::encode_facts(*report) : json::Value::object({{"id", ids.back()}})));
    }
    FFWATT_TRY(const auto written,
               session.ask("keeping the facts of runs in",
                           "UPDATE reports SET facts = new.facts::json, facts_edition = $3::text "
                           "FROM unnest($1::text[], $2::text[]) AS new (id, facts) WHERE reports.id = new.id",
                           Parameters().add_texts(ids).add_texts(facts).add(edition)));
  }
}

}  // namespace store::postgres
