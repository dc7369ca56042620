// The facts of reports, kept beside them, and the pages of results that are found by them. Inside of `store`.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "jobs/report.h"
#include "store/sqlite/connection.h"
#include "wire/result_query.h"

namespace store::sqlite {

// Inside of Connection::atomically().
void add_facts(Connection& connection, std::int64_t report, const jobs::Report& of);

// Facts that this program would not write as they are kept are made anew from the reports: once after an update, some
// seconds for each 100 000 of them.
enum class FactsAre { current, outdated };
base::Result<FactsAre> state_of_facts(Connection& connection);
base::Result<void> refresh_facts(Connection& connection);

// The column of a fact, as SQL; the names are those of wire::find_fact() and hold no quote (wire::read_result_query
// refuses them in tags).
std::string column_of(const std::string& fact);
void bind_value(Query& query, const json::Value& value);
json::Value value_at(Query& row, int column);                       // of a column of report_facts
std::string facts_at(Connection& connection, std::int64_t report);  // as JSON; empty: no such report

base::Result<wire::ResultPage> find_results(Connection& connection, const wire::ResultQuery& query);

}  // namespace store::sqlite
