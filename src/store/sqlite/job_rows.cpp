#include "store/sqlite/job_rows.h"

#include "store/sqlite/documents.h"
#include "wire/decode.h"

namespace store::sqlite {
namespace {

std::optional<std::int64_t> nanoseconds(const std::optional<units::WallTime>& time) {
  return time ? std::optional(time->nanoseconds()) : std::nullopt;
}

// What insert and update write alike.
// `text` is the job without its report, which has a column of its own: lists and claims need not read it.
void bind_record(Query& query, const JobRecord& record, const std::string& text) {
  const auto& job = record.job;
  query.bind(jobs::name(job.state))
      .bind(class_text(record))
      .bind(jobs::order_key(job).nanoseconds())
      .bind(nanoseconds(job.not_before))
      .bind(job.submission.spec.scenario)
      .bind(job.created.nanoseconds())
      .bind(job.changed.nanoseconds())
      .bind(record.lease ? std::optional(std::int64_t{record.lease->attempt}) : std::nullopt)
      .bind(record.lease ? std::optional(record.lease->token) : std::nullopt)
      .bind(record.holder ? std::optional(record.holder->text()) : std::nullopt)
      .bind_kept(text)
      .bind(report_of(record));
}

}  // namespace

base::Result<jobs::Job> listed_job_at(Connection& connection, Query& row) {
  const auto number = row.integer(0);
  FFWATT_TRY(auto job, read_document(connection, base::format("job #{}", number), row.text(9), wire::decode_job));
  job.number = number;
  job.created = units::WallTime::from_nanoseconds(row.integer(3));
  job.changed = units::WallTime::from_nanoseconds(row.integer(4));
  if (!row.is_null(5)) job.not_before = units::WallTime::from_nanoseconds(row.integer(5));
  return job;
}

base::Result<JobRecord> record_at(Connection& connection, Query& row) {
  JobRecord record;
  FFWATT_TRY(record.job, listed_job_at(connection, row));
  record.text = wire::JobText(row.text(9));
  record.stored = record.job.state;
  record.version = row.integer(1);
  record.job_class = row.text(2);
  if (!row.is_null(6)) record.lease = jobs::Lease{record.job.id, static_cast<int>(row.integer(6)), row.text(7)};
  if (!row.is_null(8)) {
    FFWATT_TRY(record.holder, base::Id::parse(row.text(8)));
  }
  if (!row.is_null(10)) {
    FFWATT_TRY(record.job.report, read_document(connection, base::format("the report of job #{}", record.job.number),
                                                row.text(10), wire::decode_report));
    if (row.integer(11) != 0) record.report_in = JobRecord::ReportIn::results;
  }
  return record;
}

std::int64_t next_number(Connection& connection) {
  // What AUTOINCREMENT remembers: the highest number that ever was, also of rows that are gone.
  Query last(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'jobs'");
  return last.step() ? last.integer(0) + 1 : 1;
}

void insert_row(Connection& connection, const JobRecord& record) {
  Query query(connection,
              "INSERT INTO jobs (number, id, version, state, job_class, order_ns, not_before_ns, scenario, created_ns, "
              "changed_ns, lease_attempt, lease_token, holder, document, report) "
              "VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(record.job.number).bind(record.job.id.text());
  bind_record(query, record, record.text.text());
  query.execute();
}

int update_row(Connection& connection, JobRecord& record) {
  record.text = wire::JobText::of(record.job, record.text);
  Query query(
      connection,
      "UPDATE jobs SET version = version + 1, state = ?, job_class = ?, order_ns = ?, not_before_ns = ?, "
      "scenario = ?, created_ns = ?, changed_ns = ?, lease_attempt = ?, lease_token = ?, holder = ?, document = ?, "
      "report = ? WHERE id = ? AND version = ?");
  bind_record(query, record, record.text.text());
  return query.bind(record.job.id.text()).bind(record.version).execute();
}

}  // namespace store::sqlite
