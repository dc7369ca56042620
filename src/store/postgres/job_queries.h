// Lists and counts. None of it costs more with a longer queue or a longer history. Inside of `store`.
#pragma once

#include <map>
#include <vector>

#include "store/postgres/session.h"
#include "store/store.h"

namespace store::postgres {

base::Result<wire::JobPage> list_jobs(Session& session, const wire::JobQuery& query);
base::Result<std::vector<base::Id>> matching_jobs(Session& session, jobs::JobState state, const std::string& scenario,
                                                  int most);
base::Result<std::map<jobs::JobState, std::int64_t>> count_jobs(Session& session);

// Adds this master's lines of the counters to its sums.
Statement fold_counts();

}  // namespace store::postgres
