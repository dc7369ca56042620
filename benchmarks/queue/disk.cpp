#include "queue/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bench {

Figures append_and_sync(const std::string& file, double seconds) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw Trouble(file + " cannot be made: " + std::strerror(errno));
  ::unlink(file.c_str());
  const std::string page(4096, 'x');
  Figures figures;
  const auto start = Clock::now();
  while (milliseconds_since(start) < seconds * 1e3) {
    const auto before = Clock::now();
    if (::write(descriptor, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        ::fdatasync(descriptor) != 0)
      throw Trouble(file + " cannot be written: " + std::strerror(errno));
    figures.milliseconds.push_back(milliseconds_since(before));
    ++figures.jobs;
  }
  figures.seconds = milliseconds_since(start) / 1e3;
  ::close(descriptor);
  return figures;
}

}  // namespace bench
