// One job's record and its row. Inside of `store`.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "store/postgres/connection.h"
#include "store/store.h"

namespace store::postgres {

// The columns that record_at() reads, in its order, of table or alias j.
#define FFWATT_PG_LISTED                                                                                            \
  "j.number, j.version, j.job_class, j.created_ns, j.changed_ns, j.not_before_ns, j.lease_attempt, j.lease_token, " \
  "j.holder, j.document"
// A job that was never started has no result; a report that is not with the job is the result with its id.
#define FFWATT_PG_RECORD                                           \
  FFWATT_PG_LISTED                                                 \
  ", coalesce(j.report, CASE WHEN j.lease_token IS NOT NULL THEN " \
  "(SELECT kept.document FROM reports kept WHERE kept.id = j.id::text) END), (j.report IS NULL)::integer"
inline constexpr int record_columns = 12;

base::Result<JobRecord> record_at(const std::string& where, const Rows& rows, int row);
// For lists: the columns as far as the document, without lease and report.
base::Result<jobs::Job> listed_job_at(const std::string& where, const Rows& rows, int row);

struct NumberedRecord {
  const JobRecord* record = nullptr;
  std::int64_t stored_version = 0;  // of an update: what it replaces
};
// All of them in one statement, with their texts.
Statement insert_statement(std::span<const NumberedRecord> records);
Statement update_statement(std::span<const NumberedRecord> records);

}  // namespace store::postgres
