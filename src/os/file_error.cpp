#include "os/file_error.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"

namespace os {

base::Error file_error(int number, std::string_view doing, const Path& path) {
  const auto what = base::format("{} {}", doing, path.string());
  if (number == ESRCH) return base::Error::absent(what + ": the process has ended");
  auto error = base::Error::from_errno(number, what);
  if (number == EACCES || number == EPERM) {
    struct ::stat info {};
    const auto user = ::geteuid();
    if (::stat(path.c_str(), &info) != 0) {
      const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
      if (::stat(folder.c_str(), &info) != 0)
        return base::Error::denied(base::format("{} (this process is user {})", error.text(), user));
      return base::Error::denied(base::format("{} (owner {} and mode {:04o} of the folder {}; this process is user {})",
                                              error.text(), info.st_uid, info.st_mode & 07777, folder.string(), user));
    }
    return base::Error::denied(base::format("{} (owner {}, mode {:04o}; this process is user {})", error.text(),
                                            info.st_uid, info.st_mode & 07777, user));
  }
  if (number == ENOSPC || number == EDQUOT) return base::Error::failed(error.text() + "; free some space there");
  if (number == EMFILE) return base::Error::failed(error.text() + "; raise the limit of open files (ulimit -n)");
  return error;
}

}  // namespace os
