// ResultQuery: the one question about finished runs, of a farm and of one machine: which, in which order, from where
// on. Written as GET /results takes it (result_facts.h has the names); a store answers it page by page. Values; pure
// functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "units/time.h"

namespace wire {

// What a store answers at most in one page.
constexpr int most_results = 2000;

struct ResultQuery {
  struct Filter {
    std::string fact;
    json::Value value;  // a text or a number, as the fact is; the same value, not a part of it
    bool operator==(const Filter&) const = default;
  };
  std::vector<Filter> filters{};                    // all must hold
  std::optional<units::WallTime> since{}, until{};  // started then or later; started before then
  // A fact. Reports without it come last in either order; those with the same value in one order that stays.
  std::string sort = "started";
  enum class Order { ascending, descending } order = Order::descending;
  int limit = 50;        // 1 to most_results
  std::string cursor{};  // `next` of the page before; empty: from the first
  // Of each report: encode() of it, or encode_facts(), which is a tenth of that.
  enum class Wanted { reports, facts } wanted = Wanted::reports;
  bool operator==(const ResultQuery&) const = default;
};

struct ResultPage {
  std::vector<std::string> rows;  // JSON, each as it was kept
  std::string next;               // empty at the end
  bool operator==(const ResultPage&) const = default;
};

// From the pairs of a URL's query or of a command's flags: a fact and its value, since, until, sort, order, limit (1 to
// `most_rows`), cursor; `quality` is short for energy_quality. invalid: an unknown name, with the nearest; a value that
// its fact cannot have; a name that comes twice.
base::Result<ResultQuery> read_result_query(std::span<const std::pair<std::string, std::string>> words, int most_rows);

// Where a page ended, for the store that wrote it: the last row's value of the sort (null: it has none) and its number
// in that store.
struct ResultPlace {
  json::Value value;
  std::int64_t row = 0;
  bool operator==(const ResultPlace&) const = default;
};
std::string write_cursor(const ResultQuery& query, const ResultPlace& place);
// Nothing where the query has no cursor. invalid: a cursor that was changed, or of a query with other filters or
// another order. (It is no secret and no right: a checksum is enough.)
base::Result<std::optional<ResultPlace>> read_cursor(const ResultQuery& query);

// {"results":[…],"count":of these,"next":null or a cursor}, for whoever writes it in parts: the rows, with commas
// between them, stand between the two.
inline constexpr std::string_view results_opening = R"({"results":[)";
std::string results_closing(std::int64_t count, const std::string& next);

}  // namespace wire
