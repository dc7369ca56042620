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

// The columns that record_at() reads, in its order.
#define FFWATT_JOB_COLUMNS                                                                                            \
  "number, version, job_class, created_ns, changed_ns, not_before_ns, lease_attempt, lease_token, holder, document, " \
  "report"
base::Result<JobRecord> record_at(Connection& connection, Query& row);
// For lists: the columns as far as the document, without lease and report.
base::Result<jobs::Job> listed_job_at(Connection& connection, Query& row);

std::int64_t next_number(Connection& connection);
void insert_row(Connection& connection, const JobRecord& record);  // its text included
// The number of rows whose version was still record.version; the row has the next version then. Writes the text anew.
int update_row(Connection& connection, JobRecord& record);

// Times keep milliseconds in documents; created, changed and not_before have columns and keep all.
using store::class_text;

}  // namespace store::sqlite
