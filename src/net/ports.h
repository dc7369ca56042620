// Free loopback ports: asked from the kernel, so that nothing in ffwatt has a fixed port of its own.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace net {

// A TCP port that was free on 127.0.0.1 a moment ago.
base::Result<std::uint16_t> free_port();
// Can 127.0.0.1:port be connected to now?
bool listening(std::uint16_t port);

}  // namespace net
