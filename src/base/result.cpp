#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace base {

std::string_view name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::retry:
      return "retry";
    case ErrorKind::failed:
      return "failed";
    case ErrorKind::absent:
      return "absent";
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::denied:
      return "denied";
  }
  return "failed";
}

Error Error::from_errno(int number, std::string_view what) {
  char buffer[128];
  std::string text = std::string(what) + ": " + ::strerror_r(number, buffer, sizeof buffer);
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return denied(std::move(text));
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ENODATA:
    case ENOTDIR:
      return absent(std::move(text));
    case EAGAIN:
    case EINTR:
    case EBUSY:
    case ETIMEDOUT:
      return retry(std::move(text));
    default:
      return failed(std::move(text));
  }
}

}  // namespace base
