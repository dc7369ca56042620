// The table is made by the program, from the list of facts: a column for each, so that a look at all of them reads
// numbers and not texts. A new fact is then one line of that list, and no change of the schema.
#include "store/sqlite/report_facts.h"

#include "base/format.h"
#include "base/text.h"
#include "store/sqlite/documents.h"
#include "wire/decode.h"
#include "wire/result_facts.h"

namespace store::sqlite {
namespace {

using base::format;
using wire::Fact;

// Raised where the table itself is made in another way.
constexpr std::string_view table_edition = "columns 1: ";
std::string edition() { return std::string(table_edition) + wire::facts_edition(); }

constexpr std::string_view tag = "tags.";

// `prefix` and `suffix` around each fact's name: the names are ours and hold no quote.
std::string each_fact(std::string_view prefix, std::string_view suffix) {
  std::vector<std::string> parts;
  for (const auto& fact : wire::facts()) parts.push_back(format("{}{}{}", prefix, fact.name, suffix));
  return base::join(parts, ", ");
}

std::string table_sql() {
  std::vector<std::string> columns;
  for (const auto& fact : wire::facts())
    columns.push_back(format("\"{}\" {}", fact.name, fact.kind == Fact::Kind::number ? "REAL" : "TEXT"));
  return format(
      "DROP TABLE IF EXISTS report_facts;"
      "CREATE TABLE report_facts (report INTEGER PRIMARY KEY REFERENCES reports (sequence) ON DELETE CASCADE, "
      "started_ns INTEGER NOT NULL, tags TEXT, {}) STRICT;"
      // Lists and --since; "which was the most efficient?", by the job and by the frame.
      "CREATE INDEX report_facts_by_start ON report_facts (started_ns);"
      "CREATE INDEX report_facts_by_energy ON report_facts (energy_joules);"
      "CREATE INDEX report_facts_by_frame ON report_facts (energy_per_frame_joules);",
      base::join(columns, ", "));
}

// `value_of` answers what the report says of a fact, null where it says nothing.
template <class ValueOf>
void write_facts(Connection& connection, std::int64_t report, std::int64_t started_ns, json::Object tags,
                 ValueOf value_of) {
  static const std::string sql =
      format("INSERT INTO report_facts (report, started_ns, tags, {}) VALUES (?, ?, ?{})", each_fact("\"", "\""), [] {
        std::string marks;
        for (std::size_t i = 0; i < wire::facts().size(); ++i) marks += ", ?";
        return marks;
      }());
  Query row(connection, sql);
  row.bind(report).bind(started_ns);
  row.bind(tags.empty() ? std::nullopt : std::optional(json::write(json::Value::of_members(std::move(tags)))));
  for (const auto& fact : wire::facts()) bind_value(row, value_of(fact));
  row.execute();
}

json::Object tags_in(const json::Value& facts) {
  json::Object tags;
  for (const auto& member : facts.members())
    if (member.key.starts_with(tag)) tags.push_back(member);
  return tags;
}

// A document that cannot be read any more keeps what its columns say: one of them must not keep all others from being
// found.
json::Value facts_of(Query& row) {
  const auto value = json::parse(row.text(5));
  const auto report = value ? wire::decode_report(*value) : value.error();
  if (report) return wire::encode_facts(*report);
  jobs::Report known;
  known.id = row.text(1), known.kind = row.text(2), known.name = row.text(3);
  known.timings.started = units::WallTime::from_nanoseconds(row.integer(4));
  const auto all = wire::encode_facts(known);
  auto facts = json::Value::object();
  for (const auto* name : {"id", "kind", "name", "started"})
    if (const auto* fact = all.find(name)) facts.set(name, *fact);
  return facts;
}

}  // namespace

void bind_value(Query& query, const json::Value& value) {
  if (value.is_string())
    query.bind(value.as_string());
  else if (value.is_integer())
    query.bind(value.as_integer());
  else if (value.is_number())
    query.bind_real(value.as_number());
  else
    query.bind_null();
}

json::Value value_at(Query& row, int column) {
  const auto value = row.column(column);
  if (value.isInteger()) return value.getInt64();
  if (value.isFloat()) return value.getDouble();
  return value.isNull() ? json::Value() : json::Value(value.getString());
}

std::string column_of(const std::string& fact) {
  if (fact == "started") return "started_ns";  // finer than the text, and indexed
  if (fact.starts_with(tag)) return format("json_extract(tags, '$.\"{}\"')", fact);
  return format("\"{}\"", fact);
}

std::string facts_at(Connection& connection, std::int64_t report) {
  static const std::string sql = format("SELECT tags, {} FROM report_facts WHERE report = ?", each_fact("\"", "\""));
  Query row(connection, sql);
  if (!row.bind(report).step()) return {};
  json::Object known;
  int column = 1;
  for (const auto& fact : wire::facts())
    if (auto value = value_at(row, column++); !value.is_null())
      known.push_back({std::string(fact.name), std::move(value)});
  auto text = json::write(json::Value::of_members(std::move(known)));
  if (row.is_null(0)) return text;
  text.back() = ',';  // every report has an id: there is a fact before it
  return text + row.text(0).substr(1);
}

void add_facts(Connection& connection, std::int64_t report, const jobs::Report& of) {
  write_facts(connection, report, of.timings.started.nanoseconds(), tags_in(wire::encode_tags(of)),
              [&](const Fact& fact) { return fact.of(of); });
}

base::Result<FactsAre> state_of_facts(Connection& connection) {
  return connection.run("reading the facts of", [&]() -> base::Result<FactsAre> {
    Query kept(connection, "SELECT edition FROM facts_edition");
    return kept.step() && kept.text(0) == edition() ? FactsAre::current : FactsAre::outdated;
  });
}

base::Result<void> refresh_facts(Connection& connection) {
  FFWATT_TRY(const auto state, state_of_facts(connection));
  if (state == FactsAre::current) return {};
  return connection.atomically("finding the facts of the runs in", [&]() -> base::Result<void> {
    connection.database().exec(table_sql());
    Query rows(connection, "SELECT sequence, id, kind, name, started_ns, document FROM reports ORDER BY sequence");
    while (rows.step()) {
      const auto facts = facts_of(rows);
      write_facts(connection, rows.integer(0), rows.integer(4), tags_in(facts),
                  [&](const Fact& fact) { return facts.at(fact.name); });
    }
    Query(connection, "DELETE FROM facts_edition").execute();
    Query(connection, "INSERT INTO facts_edition (edition) VALUES (?)").bind(edition()).execute();
    return {};
  });
}

}  // namespace store::sqlite
