#include "store/sqlite/report_table.h"

#include "base/format.h"
#include "base/text.h"
#include "store/sqlite/documents.h"
#include "store/sqlite/report_facts.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace store::sqlite {
namespace {

using base::Error;
using base::format;

// Fewer characters than this hit some run by chance.
constexpr std::size_t shortest_prefix = 3;

base::Result<jobs::Report> report_of(Connection& connection, const std::string& id, const std::string& document) {
  return read_document(connection, "run " + id, document, wire::decode_report);
}

void write_power_trace(Connection& connection, const std::string& run, const std::string& trace) {
  Query(connection, "INSERT OR REPLACE INTO power_traces (run, trace) VALUES (?, ?)")
      .bind(run)
      .bind_bytes(trace)
      .execute();
}

}  // namespace

base::Result<void> add_report(Connection& connection, const jobs::Report& report) {
  if (report.id.empty()) return Error::invalid("a report needs an id before it can be kept");
  FFWATT_CHECK(jobs::check_energy(report));
  return connection.atomically("keeping a run in", [&]() -> base::Result<void> {
    const auto document = json::write(wire::encode(report));
    const int added = Query(connection,
                            "INSERT INTO reports (id, kind, name, started_ns, document) VALUES (?, ?, ?, ?, ?) "
                            "ON CONFLICT (id) DO NOTHING")
                          .bind(report.id)
                          .bind(report.kind)
                          .bind(report.name)
                          .bind(report.timings.started.nanoseconds())
                          .bind_kept(document)
                          .execute();
    if (added == 0) return Error::retry(format("there is a run {} already; keep this one by another id", report.id));
    add_facts(connection, connection.database().getLastInsertRowid(), report);
    if (!report.power_trace.empty()) write_power_trace(connection, report.id, report.power_trace);
    return {};
  });
}

base::Result<void> put_tags(Connection& connection, const std::string& id,
                            const std::map<std::string, std::string>& tags) {
  return connection.atomically("tagging a run in", [&]() -> base::Result<void> {
    Query row(connection, "SELECT sequence, document FROM reports WHERE id = ?");
    if (!row.bind(id).step()) return Error::absent(format("no run has the id '{}'", id.substr(0, 64)));
    const auto sequence = row.integer(0);
    FFWATT_TRY(auto report, report_of(connection, id, row.text(1)));
    report.tags = tags;
    const auto document = json::write(wire::encode(report));
    Query(connection, "UPDATE reports SET document = ? WHERE sequence = ?")
        .bind_kept(document)
        .bind(sequence)
        .execute();
    Query(connection, "DELETE FROM report_facts WHERE report = ?").bind(sequence).execute();
    add_facts(connection, sequence, report);
    return {};
  });
}

base::Result<void> remove_report(Connection& connection, const std::string& id) {
  return connection.atomically("removing a run from", [&]() -> base::Result<void> {
    Query(connection, "DELETE FROM report_facts WHERE report = (SELECT sequence FROM reports WHERE id = ?)")
        .bind(id)
        .execute();
    Query(connection, "DELETE FROM power_traces WHERE run = ?").bind(id).execute();
    if (Query(connection, "DELETE FROM reports WHERE id = ?").bind(id).execute() == 0)
      return Error::absent(format("no run has the id '{}'", id.substr(0, 64)));
    return {};
  });
}

base::Result<jobs::Report> find_report(Connection& connection, const std::string& id) {
  return connection.run("looking for a run in", [&]() -> base::Result<jobs::Report> {
    {
      Query exact(connection, "SELECT document FROM reports WHERE id = ?");
      if (exact.bind(id).step()) return report_of(connection, id, exact.text(0));
    }
    if (id.size() < shortest_prefix)
      return Error::absent(
          format("no run has the id '{}'; give its first {} characters or more", id.substr(0, 64), shortest_prefix));
    // A range of the index: no character of an id comes after U+10FFFF.
    Query begins(connection,
                 "SELECT id, document FROM reports WHERE id > ?1 AND id < ?1 || char(0x10FFFF) ORDER BY id LIMIT 4");
    begins.bind(id);
    std::vector<std::string> ids;
    std::string document;
    while (begins.step()) {
      if (ids.empty()) document = begins.text(1);
      ids.push_back(begins.text(0));
    }
    if (ids.empty()) return Error::absent(format("no run has the id '{}'", id.substr(0, 64)));
    if (ids.size() > 1)
      return Error::invalid(format("'{}' begins the ids of several runs: {}{}; give one more character", id,
                                   base::join(ids, ", "), ids.size() == 4 ? " …" : ""));
    return report_of(connection, ids.front(), document);
  });
}

base::Result<std::vector<jobs::Report>> newest_reports(Connection& connection, int limit) {
  return connection.run("reading the runs of", [&]() -> base::Result<std::vector<jobs::Report>> {
    std::vector<jobs::Report> reports;
    if (limit <= 0) return reports;
    Query rows(connection,
               "SELECT reports.id, document FROM report_facts JOIN reports ON sequence = report "
               "ORDER BY report_facts.started_ns DESC, report DESC LIMIT ?");
    rows.bind(std::int64_t{limit});
    while (rows.step()) {
      FFWATT_TRY(auto report, report_of(connection, rows.text(0), rows.text(1)));
      reports.push_back(std::move(report));
    }
    return reports;
  });
}

base::Result<void> put_power_trace(Connection& connection, const std::string& run, const std::string& trace) {
  return connection.atomically("keeping a power trace in", [&]() -> base::Result<void> {
    write_power_trace(connection, run, trace);
    return {};
  });
}

base::Result<std::string> find_power_trace(Connection& connection, const std::string& run) {
  return connection.run("looking for a power trace in", [&]() -> base::Result<std::string> {
    Query rows(connection, "SELECT trace FROM power_traces WHERE run = ?");
    if (!rows.bind(run).step()) return Error::absent(format("no power trace was kept of run {}", run.substr(0, 64)));
    return rows.text(0);
  });
}

}  // namespace store::sqlite
