// Claims, lists and counts. None of them costs more with a longer queue or a longer history: every query names the
// index that it walks, and SQLite refuses to prepare it where that index does not serve. Inside of `store`.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace store::sqlite {

base::Result<std::optional<JobRecord>> next_ready(Connection& connection, std::span<const std::string> classes,
                                                  units::WallTime now, std::span<const base::Id> except);
// `known` keeps the needs of classes that were met before: the same text, the same needs.
base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes(Connection& connection,
                                                                             std::map<std::string, jobs::Needs>& known);
base::Result<std::vector<JobRecord>> leased(Connection& connection);
base::Result<wire::JobPage> list_jobs(Connection& connection, const wire::JobQuery& query);
base::Result<std::map<jobs::JobState, std::int64_t>> count_jobs(Connection& connection);

}  // namespace store::sqlite
