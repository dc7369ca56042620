// Listening sockets: an address as people write it becomes one or two sockets that accept.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/processes.h"

namespace net {

struct Listening {
  std::vector<os::Descriptor> sockets;  // non-blocking, close-on-exec
  std::uint16_t port = 0;               // the same for all of them
};

// "::" is every address of both families, or IPv4 alone where the kernel has no IPv6; "localhost" both loopbacks.
// Errors as HttpServer::start() promises them.
base::Result<Listening> listen_on(const std::string& address, std::uint16_t port,
                                  const std::function<std::string(int port)>& port_owner);

}  // namespace net
