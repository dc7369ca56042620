#include "store/sqlite/opening.h"

#include <sqlite3.h>

#include "base/format.h"

namespace store::sqlite {
namespace {

os::Path folder_of(const os::Path& file) { return file.has_parent_path() ? file.parent_path() : os::Path("."); }

// Asked where SQLite would make it. EXISTS alone takes an empty file for none.
bool exists(Connection& connection, const os::Path& file) {
  sqlite3_vfs* vfs = nullptr;
  sqlite3_file_control(connection.database().getHandle(), "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  for (const int wanted : {SQLITE_ACCESS_EXISTS, SQLITE_ACCESS_READWRITE}) {
    int is = 0;
    if (vfs && vfs->xAccess(vfs, file.c_str(), wanted, &is) == SQLITE_OK && is != 0) return true;
  }
  return false;
}

}  // namespace

os::Path lock_file_of(const os::Path& file) { return file.string() + ".lock"; }

base::Result<void> prepare_folder(os::Host& host, const os::Path& file) {
  return host.files.ensure_folders(folder_of(file), 0700).in("making the folder of the database");
}

base::Result<void> prepare_file(os::Host& host, const os::Path& file) {
  const auto status = host.files.status(file);
  if (status) {
    if (status->kind == os::FileStatus::Kind::file) return {};
    return base::Error::failed(base::format("{} is no file; name a file for the database", file.string()));
  }
  if (status.error().kind() != base::ErrorKind::absent) return status.error();
  return host.files.write_durably(file, "", 0600).in("making the database");
}

base::Result<void> keep_log_name(os::Host& host, const os::Path& file) {
  return host.files.sync_folder(folder_of(file)).in("making the name of the log durable");
}

base::Result<void> copy_into(Connection& connection, const os::Path& file) {
  if (exists(connection, file))
    return base::Error::invalid(base::format("{} exists; name a new file for the copy", file.string()));
  return connection.run("copying", [&]() -> base::Result<void> {
    Query(connection, "VACUUM INTO ?").bind(file.string()).execute();
    return {};
  });
}

}  // namespace store::sqlite
