#include "os/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/format.h"
#include "os/file_error.h"

namespace os {
namespace {

constexpr int kBacklog = 64;

base::Result<sockaddr_un> address_of(const Path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.size() >= sizeof address.sun_path)
    return base::Error::invalid(base::format("{} is too long for a socket: {} bytes, at most {}", text, text.size(),
                                             sizeof address.sun_path - 1));
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

const sockaddr* general(const sockaddr_un& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

}  // namespace

base::Result<Descriptor> listen_unix(const Path& path, unsigned mode) {
  FFWATT_TRY(const auto address, address_of(path));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::Error::from_errno(errno, "making a socket");
  ::unlink(path.c_str());
  // The file gets the socket's mode: nobody may come in before the right one is set.
  (void)::fchmod(socket.get(), 0);
  if (::bind(socket.get(), general(address), sizeof address) != 0) return file_error(errno, "making the socket", path);
  if (::listen(socket.get(), kBacklog) != 0) return file_error(errno, "listening on", path);
  if (::chmod(path.c_str(), mode) != 0) return file_error(errno, "opening to others", path);
  return socket;
}

base::Result<std::optional<std::pair<Descriptor, Peer>>> accept_unix(const Descriptor& listener) {
  Descriptor socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ECONNABORTED || errno == EINTR)
      return std::optional<std::pair<Descriptor, Peer>>();
    return base::Error::from_errno(errno, "accepting a connection");
  }
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return base::Error::from_errno(errno, "asking who connects");
  return std::optional(std::pair(std::move(socket), Peer{credentials.pid, credentials.uid, credentials.gid}));
}

base::Result<Descriptor> connect_unix(const Path& path) {
  FFWATT_TRY(const auto address, address_of(path));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return base::Error::from_errno(errno, "making a socket");
  if (::connect(socket.get(), general(address), sizeof address) != 0) {
    if (errno == ECONNREFUSED || errno == ENOENT)
      return base::Error::absent(base::format("nobody listens on {}", path.string()));
    return file_error(errno, "connecting to", path);
  }
  return socket;
}

base::Result<std::size_t> send_some(const Descriptor& socket, std::string_view bytes) {
  const auto sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::size_t{0};
  return base::Error::from_errno(errno, "writing to a socket");
}

}  // namespace os
