// One job's record and its row. Inside of `store`; every function throws SQLite::Exception and belongs into
// Connection::run() or atomically().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/documents.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace store::sqlite {

// The columns that listed_job_at() reads, in its order, and those of record_at(), of the table jobs. A job that was
// never started has no result; a report that is not with the job is the result with its id.
#define FFWATT_LISTED_COLUMNS \
  "number, version, job_class, created_ns, changed_ns, not_before_ns, lease_attempt, lease_token, holder, document"
#define FFWATT_JOB_COLUMNS                                     \
  FFWATT_LISTED_COLUMNS                                        \
  ", coalesce(report, CASE WHEN lease_token IS NOT NULL THEN " \
  "(SELECT kept.document FROM reports kept WHERE kept.id = jobs.id) END), report IS NULL"
base::Result<JobRecord> record_at(Connection& connection, Query& row);
// For lists: without lease and report.
base::Result<jobs::Job> listed_job_at(Connection& connection, Query& row);

std::int64_t next_number(Connection& connection);
void insert_row(Connection& connection, const JobRecord& record);  // its text included
// The number of rows whose version was still record.version; the row has the next version then. Writes the text anew.
int update_row(Connection& connection, JobRecord& record);

// Times keep milliseconds in documents; created, changed and not_before have columns and keep all.
using store::class_text;

}  // namespace store::sqlite
