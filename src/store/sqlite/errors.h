// What SQLite says, in the kinds by which ffwatt acts. Inside of `store`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "os/files.h"

namespace store::sqlite {

// `code` is an extended result code, `message` SQLite's own. BUSY and LOCKED are retry; READONLY, PERM, AUTH and
// CANTOPEN denied; FULL (and SHMSIZE), IOERR, CORRUPT, NOTADB and the rest failed. Every text names the file and what
// to do.
base::Error error_of(int code, std::string_view message, std::string_view doing, const os::Path& file);

// Where a file could not be opened or made, what the machine's errno says of it: FULL, IOERR, or the code as it is.
int code_by_cause(int code, int system_errno);

// The disk answered wrongly: what is in memory may differ from what is on it, so only a new start may read it again.
bool is_fatal(int code);

// There was no room for a write. Nothing of it was kept, and the next one may find room.
bool is_full(int code);

}  // namespace store::sqlite
