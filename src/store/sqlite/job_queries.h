// Lists and what a master has to know when it starts. None of it costs more with a longer queue or a longer
// history, but for the start: every query names the index that it walks, and SQLite refuses to prepare it where that
// index does not serve. Inside of `store`.
#pragma once

#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/count_board.h"
#include "store/sqlite/leases.h"
#include "store/sqlite/ready_index.h"
#include "store/store.h"

namespace store::sqlite {

base::Result<void> read_queue(Connection& connection, ReadyIndex& into);
// Where `board` says that there are any.
base::Result<void> read_leases(Connection& connection, const CountBoard& board, Leases& into);
base::Result<wire::JobPage> list_jobs(Connection& connection, const CountBoard& board, const wire::JobQuery& query);
base::Result<std::vector<base::Id>> matching_jobs(Connection& connection, const CountBoard& board, jobs::JobState state,
                                                  const std::string& scenario, int most);

}  // namespace store::sqlite
