// What comes before the first statement: folders, the file itself, and who may write it. Inside of `store`.
#pragma once

#include <memory>

#include "base/result.h"
#include "os/host.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

// The lock of a database: a file beside it, since SQLite's own locks end with each transaction.
os::Path lock_file_of(const os::Path& file);

// Makes the parent folders, 0700, durably. denied or failed with what to do.
base::Result<void> prepare_folder(os::Host& host, const os::Path& file);
// An empty database, durably and 0600 (leases and stream keys stand in it), where there is no file yet. Call it with
// the lock held: two at once would replace each other's.
base::Result<void> prepare_file(os::Host& host, const os::Path& file);

// Makes the name of the log durable that an open connection has beside `file`, ahead of the first commit into it.
// SQLite syncs it too, but does not look at the answer.
base::Result<void> keep_log_name(os::Host& host, const os::Path& file);

// A copy of what was committed, in a new file. invalid where that exists.
base::Result<void> copy_into(Connection& connection, const os::Path& file);

}  // namespace store::sqlite
