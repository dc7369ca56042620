#include "store/postgres/job_rows.h"

#include "base/format.h"
#include "store/documents.h"
#include "wire/decode.h"

namespace store::postgres {
namespace {

// What insert and update write alike, as arrays $1 to $14; $15 is what each replaces.
Parameters columns_of(std::span<const NumberedRecord> records) {
  std::vector<std::int64_t> numbers, versions, orders, created, changed, replaced;
  std::vector<base::Id> ids;
  std::vector<std::string> states, classes, scenarios, documents;
  std::vector<std::optional<std::int64_t>> not_before, attempts;
  std::vector<std::optional<std::string>> tokens, reports;
  std::vector<std::optional<base::Id>> holders;
  for (const auto& each : records) {
    const auto& record = *each.record;
    const auto& job = record.job;
    numbers.push_back(job.number);
    ids.push_back(job.id);
    versions.push_back(record.version);
    replaced.push_back(each.stored_version);
    states.emplace_back(jobs::name(job.state));
    classes.push_back(class_text(record));
    orders.push_back(jobs::order_key(job).nanoseconds());
    not_before.push_back(job.not_before ? std::optional(job.not_before->nanoseconds()) : std::nullopt);
    scenarios.push_back(job.submission.spec.scenario);
    created.push_back(job.created.nanoseconds());
    changed.push_back(job.changed.nanoseconds());
    attempts.push_back(record.lease ? std::optional(std::int64_t{record.lease->attempt}) : std::nullopt);
    tokens.push_back(record.lease ? std::optional(record.lease->token) : std::nullopt);
    holders.push_back(record.holder);
    documents.push_back(record.text.text());
    reports.push_back(report_of(record));
  }
  Parameters parameters;
  parameters.add_numbers(numbers).add_ids(ids).add_numbers(versions).add_texts(states).add_texts(classes);
  parameters.add_numbers(orders).add_numbers(not_before).add_texts(scenarios).add_numbers(created);
  parameters.add_numbers(changed).add_numbers(attempts).add_texts(tokens).add_ids(holders).add_texts(documents);
  parameters.add_texts(reports).add_numbers(replaced);
  return parameters;
}

#define FFWATT_PG_ROWS                                                                                              \
  "unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], " \
  "$9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::uuid[], $14::text[], $15::text[], $16::bigint[]) " \
  "AS t(number, id, version, state, job_class, order_ns, not_before_ns, scenario, created_ns, changed_ns, "         \
  "lease_attempt, lease_token, holder, document, report, replaced)"

}  // namespace

base::Result<jobs::Job> listed_job_at(const std::string& where, const Rows& rows, int row) {
  const auto number = rows.integer(row, 0);
  FFWATT_TRY(auto job, read_document(where, base::format("job #{}", number), rows.text(row, 9), wire::decode_job));
  job.number = number;
  job.created = units::WallTime::from_nanoseconds(rows.integer(row, 3));
  job.changed = units::WallTime::from_nanoseconds(rows.integer(row, 4));
  if (!rows.is_null(row, 5)) job.not_before = units::WallTime::from_nanoseconds(rows.integer(row, 5));
  return job;
}

base::Result<JobRecord> record_at(const std::string& where, const Rows& rows, int row) {
  JobRecord record;
  FFWATT_TRY(record.job, listed_job_at(where, rows, row));
  record.text = wire::JobText(rows.text(row, 9));
  record.stored = record.job.state;
  record.version = rows.integer(row, 1);
  record.job_class = rows.text(row, 2);
  if (!rows.is_null(row, 6))
    record.lease = jobs::Lease{record.job.id, static_cast<int>(rows.integer(row, 6)), rows.text(row, 7)};
  if (!rows.is_null(row, 8)) {
    FFWATT_TRY(record.holder, base::Id::parse(rows.text(row, 8)));
  }
  if (!rows.is_null(row, 10)) {
    FFWATT_TRY(record.job.report, read_document(where, base::format("the report of job #{}", record.job.number),
                                                rows.text(row, 10), wire::decode_report));
    if (rows.integer(row, 11) != 0) record.report_in = JobRecord::ReportIn::results;
  }
  return record;
}

Statement insert_statement(std::span<const NumberedRecord> records) {
  return {
      "INSERT INTO jobs (number, id, version, state, job_class, order_ns, not_before_ns, scenario, created_ns, "
      "changed_ns, lease_attempt, lease_token, holder, document, report) "
      "SELECT number, id, version, state, job_class, order_ns, not_before_ns, scenario, created_ns, changed_ns, "
      "lease_attempt::integer, lease_token, holder, document, report FROM " FFWATT_PG_ROWS,
      columns_of(records)};
}

Statement update_statement(std::span<const NumberedRecord> records) {
  return {
      "UPDATE jobs j SET version = t.version, state = t.state, job_class = t.job_class, order_ns = t.order_ns, "
      "not_before_ns = t.not_before_ns, scenario = t.scenario, created_ns = t.created_ns, "
      "changed_ns = t.changed_ns, lease_attempt = t.lease_attempt::integer, lease_token = t.lease_token, "
      "holder = t.holder, document = t.document, report = t.report FROM " FFWATT_PG_ROWS
      " WHERE j.number = t.number AND j.version = t.replaced",
      columns_of(records)};
}

}  // namespace store::postgres
