#include "store/postgres/report_table.h"

#include "base/format.h"
#include "base/text.h"
#include "store/documents.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/result_facts.h"

namespace store::postgres {
namespace {

using base::Error;
using base::format;

// Fewer characters than this hit some run by chance.
constexpr std::size_t shortest_prefix = 3;

base::Result<jobs::Report> report_of(Session& session, const std::string& id, const std::string& document) {
  return read_document(session.where(), "run " + id, document, wire::decode_report);
}

}  // namespace

base::Result<void> add_report(Session& session, const jobs::Report& report) {
  if (report.id.empty()) return Error::invalid("a report needs an id before it can be kept");
  FFWATT_CHECK(jobs::check_energy(report));
  std::vector<Statement> statements;
  // The trace only with its report.
  statements.push_back(
      {"WITH added AS (INSERT INTO reports (id, kind, name, started_ns, document, facts, facts_edition) "
       "VALUES ($1::text, $2::text, $3::text, $4::bigint, $5::text, $7::json, $8::text) ON CONFLICT DO NOTHING "
       "RETURNING id), "
       "traced AS (INSERT INTO power_traces (run, trace) SELECT id, $6::bytea FROM added "
       "WHERE length($6::bytea) > 0 ON CONFLICT (run) DO UPDATE SET trace = excluded.trace) "
       "SELECT count(*) FROM added",
       Parameters()
           .add(report.id)
           .add(report.kind)
           .add(report.name)
           .add(report.timings.started.nanoseconds())
           .add(json::write(wire::encode(report)))
           .add_bytes(report.power_trace)
           .add(json::write(wire::encode_facts(report)))
           .add(wire::facts_edition())});
  FFWATT_TRY(const auto answers, session.ask("keeping a run in", std::move(statements)));
  if (answers[0].integer(0, 0) == 0)
    return Error::retry(format("there is a run {} already; keep this one by another id", report.id));
  return {};
}

base::Result<jobs::Report> find_report(Session& session, const std::string& id) {
  std::vector<Statement> statements;
  statements.push_back({"SELECT id, document FROM reports WHERE id = $1::text", Parameters().add(id)});
  if (id.size() >= shortest_prefix)
    // A range of the index: no character of an id comes after U+10FFFF.
    statements.push_back(
        {"SELECT id, document FROM reports WHERE id > $1::text AND id < $1::text || chr(1114111) "
         "ORDER BY id LIMIT 4",
         Parameters().add(id)});
  FFWATT_TRY(const auto answers, session.ask("looking for a run in", std::move(statements)));
  if (answers[0].size() != 0) return report_of(session, id, answers[0].text(0, 1));
  if (answers.size() == 1)
    return Error::absent(
        format("no run has the id '{}'; give its first {} characters or more", id.substr(0, 64), shortest_prefix));
  const auto& begins = answers[1];
  if (begins.size() == 0) return Error::absent(format("no run has the id '{}'", id.substr(0, 64)));
  if (begins.size() == 1) return report_of(session, begins.text(0, 0), begins.text(0, 1));
  std::vector<std::string> ids;
  for (int row = 0; row < begins.size(); ++row) ids.push_back(begins.text(row, 0));
  return Error::invalid(format("'{}' begins the ids of several runs: {}{}; give one more character", id,
                               base::join(ids, ", "), ids.size() == 4 ? " …" : ""));
}

base::Result<std::vector<jobs::Report>> newest_reports(Session& session, int limit) {
  std::vector<jobs::Report> reports;
  if (limit <= 0) return reports;
  FFWATT_TRY(const auto rows,
             session.ask("reading the runs of",
                         "SELECT id, document FROM reports ORDER BY started_ns DESC, sequence DESC LIMIT $1::bigint",
                         Parameters().add(std::int64_t{limit})));
  for (int row = 0; row < rows.size(); ++row) {
    FFWATT_TRY(auto report, report_of(session, rows.text(row, 0), rows.text(row, 1)));
    reports.push_back(std::move(report));
  }
  return reports;
}

base::Result<void> put_power_trace(Session& session, const std::string& run, const std::string& trace) {
  FFWATT_TRY(const auto rows, session.ask("keeping a power trace in",
                                          "INSERT INTO power_traces (run, trace) VALUES ($1::text, $2::bytea) "
                                          "ON CONFLICT (run) DO UPDATE SET trace = excluded.trace",
                                          Parameters().add(run).add_bytes(trace)));
  return {};
}

base::Result<std::string> find_power_trace(Session& session, const std::string& run) {
  FFWATT_TRY(const auto rows,
             session.ask("looking for a power trace in", "SELECT trace FROM power_traces WHERE run = $1::text",
                         Parameters().add(run)));
  if (rows.size() == 0) return Error::absent(format("no power trace was kept of run {}", run.substr(0, 64)));
  return rows.bytes(0, 0);
}

}  // namespace store::postgres
