// Pages of results by keyset. First the reports that have the fact they are sorted by, from the last page's value on,
// then those without it; of equals by their number. The places are found in the facts alone, the documents are read for
// those that are answered.
#include "base/format.h"
#include "store/sqlite/report_facts.h"

namespace store::sqlite {
namespace {

using base::Error;
using base::format;
using Order = wire::ResultQuery::Order;

class Search {
 public:
  Search(Connection& connection, const wire::ResultQuery& query)
      : connection_(connection),
        query_(query),
        sort_(column_of(query.sort)),
        down_(query.order == Order::descending),
        most_(static_cast<std::size_t>(query.limit) + 1) {}

  // One more than the page holds, where there is one.
  std::vector<wire::ResultPlace> places(const std::optional<wire::ResultPlace>& after) {
    if (!after || !after->value.is_null()) with_value(after);
    if (places_.size() < most_) without_value(after && after->value.is_null() ? after : std::nullopt);
    return std::move(places_);
  }

 private:
  void with_value(const std::optional<wire::ResultPlace>& after) {
    std::string where = filters() + format(" AND {} IS NOT NULL", sort_);
    if (after) where += format(" AND ({}, report) {} (?, ?)", sort_, down_ ? "<" : ">");
    take(format("SELECT report, {0} FROM report_facts WHERE {1} ORDER BY {0} {2}, report {2} LIMIT ?", sort_, where,
                down_ ? "DESC" : "ASC"),
         after);
  }
  void without_value(const std::optional<wire::ResultPlace>& after) {
    std::string where = filters() + format(" AND {} IS NULL", sort_);
    if (after) where += format(" AND report {} ?", down_ ? "<" : ">");
    take(format("SELECT report, NULL FROM report_facts WHERE {} ORDER BY report {} LIMIT ?", where,
                down_ ? "DESC" : "ASC"),
         after);
  }

  std::string filters() const {
    std::string where = "true";
    for (const auto& filter : query_.filters) where += format(" AND {} = ?", column_of(filter.fact));
    if (query_.since) where += " AND started_ns >= ?";
    if (query_.until) where += " AND started_ns < ?";
    return where;
  }

  void take(const std::string& sql, const std::optional<wire::ResultPlace>& after) {
    auto rows = Query::once(connection_, sql);
    for (const auto& filter : query_.filters) bind_value(rows, filter.value);
    for (const auto& time : {query_.since, query_.until})
      if (time) rows.bind(time->nanoseconds());
    if (after && !after->value.is_null()) bind_value(rows, after->value);
    if (after) rows.bind(after->row);
    rows.bind(static_cast<std::int64_t>(most_ - places_.size()));
    while (rows.step()) places_.push_back({value_at(rows, 1), rows.integer(0)});
  }

  Connection& connection_;
  const wire::ResultQuery& query_;
  const std::string sort_;
  const bool down_;
  const std::size_t most_;
  std::vector<wire::ResultPlace> places_;
};

std::string row_at(Connection& connection, std::int64_t report, wire::ResultQuery::Wanted wanted) {
  if (wanted == wire::ResultQuery::Wanted::facts) return facts_at(connection, report);
  Query row(connection, "SELECT document FROM reports WHERE sequence = ?");
  return row.bind(report).step() ? row.text(0) : std::string();
}

}  // namespace

base::Result<wire::ResultPage> find_results(Connection& connection, const wire::ResultQuery& query) {
  if (query.limit < 1 || query.limit > wire::most_results)
    return Error::invalid(format("limit must be from 1 to {}, not {}", wire::most_results, query.limit));
  FFWATT_TRY(const auto after, read_cursor(query));
  return connection.run("looking for runs in", [&]() -> base::Result<wire::ResultPage> {
    auto places = Search(connection, query).places(after);
    wire::ResultPage page;
    const auto most = static_cast<std::size_t>(query.limit);
    if (places.size() > most) {
      places.resize(most);
      page.next = write_cursor(query, places.back());
    }
    for (const auto& place : places)
      if (auto row = row_at(connection, place.row, query.wanted); !row.empty()) page.rows.push_back(std::move(row));
    return page;
  });
}

}  // namespace store::sqlite
