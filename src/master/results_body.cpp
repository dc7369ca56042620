#include "master/results_body.h"

#include <algorithm>

#include "json/json.h"
#include "report/facts_csv.h"

namespace master {
namespace {

// Of a part: a MB or so. A row of facts is about 1 KB, and a third of that as CSV; a report is mostly some KB.
constexpr std::int64_t rows_of_csv = 2000, rows_of_json = 200;
static_assert(rows_of_csv <= wire::most_results && rows_of_json <= wire::most_results);

}  // namespace

ResultsBody::ResultsBody(wire::ResultQuery query, Format format, std::int64_t most)
    : query_(std::move(query)), format_(format), left_(most) {
  query_.wanted = format == Format::csv ? wire::ResultQuery::Wanted::facts : wire::ResultQuery::Wanted::reports;
}

base::Result<ResultsBody::Part> ResultsBody::next(store::ReportReader& reader) {
  query_.limit = static_cast<int>(std::min(left_, format_ == Format::csv ? rows_of_csv : rows_of_json));
  FFWATT_TRY(const auto page, reader.results(query_));
  const bool csv = format_ == Format::csv;
  Part part;
  if (at_ == At::start) part.bytes = csv ? report::facts_csv_header() : std::string(wire::results_opening);
  for (const auto& row : page.rows) {
    if (csv) {
      FFWATT_TRY(const auto facts, json::parse(row).in("the facts of a result"));
      part.bytes += report::facts_csv_row(facts);
    } else {
      if (count_ > 0) part.bytes += ',';
      part.bytes += row;
    }
    ++count_;
  }
  at_ = At::middle;
  left_ -= static_cast<std::int64_t>(page.rows.size());
  query_.cursor = page.next;
  if (!page.next.empty() && left_ > 0) {
    part.place = Part::Place::middle;
  } else if (!csv) {
    part.bytes += wire::results_closing(count_, page.next) + "\n";
  }
  return part;
}

}  // namespace master
