#include "os/service_notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace os {

std::string notify_socket(const Environment& environment) {
  const auto* socket = find(environment, "NOTIFY_SOCKET");
  return socket ? *socket : std::string();
}

bool notify_service_manager(const std::string& name, std::string_view state) {
  sockaddr_un address{};
  if (name.size() < 2 || name.size() > sizeof address.sun_path || (name[0] != '/' && name[0] != '@')) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);  // as connect(2) and sendto(2) want it
  return ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, generic, size) ==
         static_cast<ssize_t>(state.size());
}

}  // namespace os
