#include "net/listening.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/format.h"

namespace net {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<Address> literal(const std::string& text, std::uint16_t port) {
  Address address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size = sizeof *v4;
    return address;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.size = sizeof *v6;
    return address;
  }
  return std::nullopt;
}

enum class Families { one, both };

// The socket, or the errno of the step that failed.
struct Opened {
  os::Descriptor socket;
  int fault = 0;
};

Opened open_listener(const std::string& text, std::uint16_t port, Families families) {
  auto address = literal(text, port);
  if (!address) return {{}, EINVAL};
  os::Descriptor socket(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return {{}, errno};
  const auto set = [&](int level, int option, int value) {
    ::setsockopt(socket.get(), level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_REUSEADDR, 1);  // a restart must not wait for connections in TIME_WAIT
  if (address->storage.ss_family == AF_INET6) set(IPPROTO_IPV6, IPV6_V6ONLY, families == Families::both ? 0 : 1);
  if (::bind(socket.get(), address->get(), address->size) != 0) return {{}, errno};
  if (::listen(socket.get(), SOMAXCONN) != 0) return {{}, errno};
  return {std::move(socket), 0};
}

std::uint16_t bound_port(const os::Descriptor& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size);
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
}

bool no_such_family(int fault) { return fault == EAFNOSUPPORT || fault == EADDRNOTAVAIL; }

base::Error explain(int fault, const std::string& address, std::uint16_t port,
                    const std::function<std::string(int)>& port_owner) {
  switch (fault) {
    case EADDRINUSE: {
      const std::string owner = port_owner ? port_owner(port) : std::string();
      return base::Error::failed(
          owner.empty() ? base::format("port {} is in use; choose another with --port", port)
                        : base::format("port {} is in use by {}; stop it or choose another with --port", port, owner));
    }
    case EACCES:
    case EPERM:
      return base::Error::denied(base::format(
          "port {} needs the right to listen below 1024 (CAP_NET_BIND_SERVICE); choose a port from 1024 up with --port",
          port));
    case EADDRNOTAVAIL:
      return base::Error::invalid(base::format(
          "{} is no address of this machine; listen on one that is (ip address), or on :: for all of them", address));
    default:
      return base::Error::failed(base::format("cannot listen on {} port {}: {}", address, port, std::strerror(fault)));
  }
}

}  // namespace

base::Result<Listening> listen_on(const std::string& address, std::uint16_t port,
                                  const std::function<std::string(int port)>& port_owner) {
  const bool loopbacks = address == "localhost";
  if (!loopbacks && !literal(address, port))
    return base::Error::invalid(base::format(
        "'{}' is no address to listen on; give an IP address such as 127.0.0.1 or ::, or localhost", address));

  Listening listening;
  if (!loopbacks) {
    auto opened = open_listener(address, port, address == "::" ? Families::both : Families::one);
    if (address == "::" && no_such_family(opened.fault)) opened = open_listener("0.0.0.0", port, Families::one);
    if (opened.fault) return explain(opened.fault, address, port, port_owner);
    listening.sockets.push_back(std::move(opened.socket));
    listening.port = bound_port(listening.sockets.front());
    return listening;
  }

  // Any free port must be free on both loopbacks; one that IPv6 has taken is tried again with another.
  for (int attempt = 0;; ++attempt) {
    auto v4 = open_listener("127.0.0.1", port, Families::one);
    if (v4.fault) return explain(v4.fault, "127.0.0.1", port, port_owner);
    const std::uint16_t chosen = bound_port(v4.socket);
    auto v6 = open_listener("::1", chosen, Families::one);
    if (v6.fault == EADDRINUSE && port == 0 && attempt < 100) continue;
    if (v6.fault && !no_such_family(v6.fault)) return explain(v6.fault, "::1", chosen, port_owner);
    listening.sockets.push_back(std::move(v4.socket));
    if (v6.socket) listening.sockets.push_back(std::move(v6.socket));
    listening.port = chosen;
    return listening;
  }
}

}  // namespace net
