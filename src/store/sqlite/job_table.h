// The jobs in an open database: what Store promises about them, but for claims and lists (job_queries.h). Inside of
// `store`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace store::sqlite {

base::Result<Store::Inserted> insert_jobs(Connection& connection, std::vector<JobRecord> records,
                                          const std::optional<IdempotencyKey>& key, units::WallTime now);
base::Result<JobRecord> find_record(Connection& connection, base::Id id);
base::Result<JobRecord> find_record(Connection& connection, std::int64_t number);
base::Result<void> save_record(Connection& connection, JobRecord& record, const Change& change);
base::Result<std::vector<Change>> changes_of(Connection& connection, base::Id id);
struct Gone {
  std::string scenario;
  jobs::JobState state;
};
base::Result<std::vector<Gone>> forget_ended(Connection& connection, units::WallTime before, int most);
base::Result<Gone> forget(Connection& connection, base::Id job);

}  // namespace store::sqlite
