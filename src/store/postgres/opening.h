// What is looked at before a server is trusted with jobs, and what each session of a master begins with. Inside of
// `store`.
#pragma once

#include "base/log.h"
#include "base/result.h"
#include "store/postgres/connection.h"

namespace store::postgres {

// invalid or failed where the server cannot keep what was acknowledged: too old, another encoding, commits that do not
// wait for the disk. What is only doubtful is logged.
base::Result<void> examine(Connection& connection, base::Log& log);

// Takes a slot for the counters, and gives every lease its whole time again where the server was away.
base::Result<void> enter(Connection& connection);

}  // namespace store::postgres
