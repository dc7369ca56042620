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
  const std::string& sql() const { return sql_; }
  Parameters parameters() { return std::move(parameters_); }

 private:
  std::string sql_;
  Parameters parameters_;
  int count_ = 0;
  bool first_ = true;
};

// What comes behind a place, in an order whose rows without the value are last.
std::string behind(Question& question, const std::string& key, const wire::ResultPlace& place, bool up) {
  const auto row = format("sequence {} {}", up ? ">" : "<", question.number(place.row));
  if (place.value.is_null()) return format("({} IS NULL AND {})", key, row);
  const auto value = question.value(place.value);
  return format("({0} IS NULL OR {0} {1} {2} OR ({0} = {2} AND {3}))", key, up ? ">" : "<", value, row);
}

}  // namespace

base::Result<wire::ResultPage> find_results(Session& session, const wire::ResultQuery& query) {
  if (query.limit < 1 || query.limit > wire::most_results)
    return Error::invalid(format("limit must be from 1 to {}, not {}", wire::most_results, query.limit));
  FFWATT_TRY(const auto place, wire::read_cursor(query));
  const bool up = query.order == wire::ResultQuery::Order::ascending;
  Question question(format("SELECT sequence, facts::text, {} FROM reports",
                           query.wanted == wire::ResultQuery::Wanted::facts ? "facts::text" : "document"));
  for (const auto& filter : query.filters)
    question.where(format("{} = {}", question.fact(filter.fact), question.value(filter.value)));
  if (query.since) question.where("started_ns >= " + question.number(query.since->nanoseconds()));
  if (query.until) question.where("started_ns < " + question.number(query.until->nanoseconds()));
  const auto key = question.fact(query.sort);
  if (place) question.where(behind(question, key, *place, up));
  question.add(format(" ORDER BY {} {} NULLS LAST, sequence {} LIMIT {}", key, up ? "ASC" : "DESC", up ? "ASC" : "DESC",
                      question.number(std::int64_t{query.limit} + 1)));
  const auto sql = session.keep(question.sql());
  FFWATT_TRY(const auto rows, session.ask("looking for runs in", sql, question.parameters()));
  wire::ResultPage page;
  for (int row = 0; row < rows.size(); ++row) {
    if (row == query.limit) {
      FFWATT_TRY(const auto facts, json::parse(rows.text(row - 1, 1)));
      page.next = wire::write_cursor(query, {facts.at(query.sort), rows.integer(row - 1, 0)});
      break;
    }
    page.rows.push_back(rows.text(row, 2));
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
