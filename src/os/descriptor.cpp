#include <fcntl.h>
#include <unistd.h>

#include "os/processes.h"

namespace os {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() { reset(); }

void Descriptor::reset() {
  // No second close after EINTR: Linux has released the number by then.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Descriptor out_of_the_way(Descriptor descriptor) {
  // Far above 0 to 3 and whatever else a child may get, and below the 1024 that a process may open by default.
  constexpr int kFromHere = 200;
  return Descriptor(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, kFromHere));
}

}  // namespace os
