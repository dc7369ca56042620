#include "relay/sockets.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace relay {
namespace {

// A second of a stream of 50 Mb/s in six reads.
constexpr std::size_t kBuffer = 1u << 20;

}  // namespace

Sent send_all(const os::Descriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return Sent::peer_gone;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Sent::all;
}

std::size_t receive(const os::Descriptor& socket, char* buffer, std::size_t size) {
  for (;;) {
    const auto got = ::recv(socket.get(), buffer, size, 0);
    if (got < 0 && errno == EINTR) continue;
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }
}

base::Result<void> copy_both_ways(const os::Descriptor& a, const os::Descriptor& b, const Change& change) {
  std::vector<char> buffer(kBuffer);
  std::array<pollfd, 2> wanted{{{a.get(), POLLIN, 0}, {b.get(), POLLIN, 0}}};
  const std::array<const os::Descriptor*, 2> from{&a, &b}, to{&b, &a};
  for (;;) {
    if (::poll(wanted.data(), wanted.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return {};
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].revents == 0) continue;
      const auto got = receive(*from[i], buffer.data(), buffer.size());
      if (got == 0) return {};
      std::string_view bytes(buffer.data(), got);
      std::string changed;
      if (i == 0 && change) {
        FFWATT_TRY(changed, change(bytes));
        bytes = changed;
      }
      if (send_all(*to[i], bytes) == Sent::peer_gone) return {};
    }
  }
}

}  // namespace relay
