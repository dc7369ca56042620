#include "store/sqlite/errors.h"

#include <errno.h>
#include <sqlite3.h>

#include "base/format.h"

namespace store::sqlite {

base::Error error_of(int code, std::string_view message, std::string_view doing, const os::Path& file) {
  using base::Error;
  const auto text = [&](std::string_view what_next) {
    return base::format("{} {}: {}; {}", doing, file.string(), message, what_next);
  };
  if (is_full(code)) return Error::failed(text("free space on its disk; nothing that was accepted is lost"));
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Error::retry(text("another process uses it; try again, or find it with `fuser -v` on the file"));
    case SQLITE_IOERR:
      return Error::failed(
          text("the disk refused; stop, look at `dmesg` and the disk, then start again: nothing is retried on a disk "
               "that may have lost it"));
    case SQLITE_NOTADB:
      return Error::failed(text("this is no database of ffwatt; name another file, or move this one away"));
    case SQLITE_CORRUPT:
      return Error::failed(text("the file is damaged; restore the last backup, or move it away and start anew"));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Error::denied(text("this user may not write the file or its folder; change their owner or mode"));
    case SQLITE_CANTOPEN:
      return Error::denied(text("check that it is a file, and that this user may read and write it and its folder"));
    case SQLITE_TOOBIG:
      return Error::invalid(text("the record is larger than a row can be"));
    default:
      return Error::failed(base::format("{} (SQLite code {})", text("this should not happen; please report it"), code));
  }
}

int code_by_cause(int code, int system_errno) {
  if ((code & 0xff) != SQLITE_CANTOPEN) return code;
  if (system_errno == ENOSPC || system_errno == EDQUOT) return SQLITE_FULL;
  return system_errno == EIO ? SQLITE_IOERR : code;
}

bool is_fatal(int code) {
  const int primary = code & 0xff;
  if (is_full(code)) return false;
  return primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool is_full(int code) {
  // SHMSIZE: the index of the log, which lies beside it and is never synced, could not be made longer.
  return (code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE;
}

}  // namespace store::sqlite
