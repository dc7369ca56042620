#include "net/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "os/processes.h"

namespace net {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

base::Result<std::uint16_t> free_port() {
  const os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (!socket || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return base::Error::from_errno(errno, "finding a free port on 127.0.0.1");
  return ntohs(address.sin_port);
}

bool listening(std::uint16_t port) {
  const os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (!socket) return false;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  if (errno != EINPROGRESS) return false;
  // On loopback the answer is there at once, unless the listener's queue is full; it is no use then either.
  pollfd wait{socket.get(), POLLOUT, 0};
  int fault = 0;
  socklen_t size = sizeof fault;
  return ::poll(&wait, 1, 1000) == 1 && ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &fault, &size) == 0 &&
         fault == 0;
}

}  // namespace net
