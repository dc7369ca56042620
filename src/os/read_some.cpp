#include "os/read_some.h"

#include <errno.h>
#include <unistd.h>

namespace os {

std::optional<std::string_view> read_some(const Descriptor& descriptor, std::span<char> buffer) {
  for (;;) {
    const auto got = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return std::string_view();
    if (got <= 0) return std::nullopt;
    return std::string_view(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace os
