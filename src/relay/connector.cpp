#include "relay/connector.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/format.h"
#include "base/scope_guard.h"

namespace relay {
namespace {

// A server on the other side of the world answers in half a second, one that lost a packet in three.
constexpr int kConnectMilliseconds = 10'000;
// More are a trap: each costs a try.
constexpr std::size_t kMostAddresses = 16;

base::Result<os::Descriptor> connect_to(const Address& address, std::uint16_t port) {
  os::Descriptor socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in6 six{};
  sockaddr_in four{};
  const sockaddr* to = reinterpret_cast<const sockaddr*>(&six);
  socklen_t size = sizeof six;
  if (address.is_ipv4()) {
    socket = os::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    four.sin_family = AF_INET, four.sin_port = htons(port);
    std::memcpy(&four.sin_addr, address.bytes.data() + 12, 4);
    to = reinterpret_cast<const sockaddr*>(&four), size = sizeof four;
  } else {
    six.sin6_family = AF_INET6, six.sin6_port = htons(port);
    std::memcpy(&six.sin6_addr, address.bytes.data(), 16);
  }
  if (!socket) return base::Error::from_errno(errno, "making a socket");
  const auto what = base::format("connecting to {} port {}", text(address), port);
  if (::connect(socket.get(), to, size) != 0 && errno != EINPROGRESS) return base::Error::from_errno(errno, what);
  pollfd wanted{socket.get(), POLLOUT, 0};
  int ready = 0;
  while ((ready = ::poll(&wanted, 1, kConnectMilliseconds)) < 0 && errno == EINTR) {
  }
  if (ready == 0) return base::Error::retry(what + ": no answer within 10 s");
  int failure = 0;
  socklen_t length = sizeof failure;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &length);
  if (failure != 0) return base::Error::from_errno(failure, what);
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) & ~O_NONBLOCK);
  return socket;
}

}  // namespace

base::Result<std::vector<Address>> resolve_by_system(const std::string& host) {
  if (const auto literal = parse_address(host)) return std::vector{*literal};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); failure != 0)
    return base::Error::retry(base::format("the host name {} is unknown here ({})", host, ::gai_strerror(failure)));
  const base::OnExit release([list] { ::freeaddrinfo(list); });
  std::vector<Address> out;
  for (const auto* entry = list; entry; entry = entry->ai_next) {
    Address address;
    if (entry->ai_family == AF_INET6) {
      std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(entry->ai_addr)->sin6_addr, 16);
    } else if (entry->ai_family == AF_INET) {
      address.bytes[10] = address.bytes[11] = 0xff;
      std::memcpy(address.bytes.data() + 12, &reinterpret_cast<const sockaddr_in*>(entry->ai_addr)->sin_addr, 4);
    } else {
      continue;
    }
    if (std::find(out.begin(), out.end(), address) == out.end()) out.push_back(address);
  }
  if (out.empty()) return base::Error::retry(base::format("the host name {} has no address", host));
  return out;
}

base::Result<std::vector<Address>> Connector::addresses(const Url& url) {
  const std::lock_guard lock(mutex_);
  auto found = known_.find(url.host);
  if (found == known_.end()) {
    FFWATT_TRY(auto resolved, resolve_(url.host));
    if (resolved.size() > kMostAddresses)
      return base::Error::invalid(
          base::format("{} has {} addresses, more than {}", url.host, resolved.size(), kMostAddresses));
    found = known_.emplace(url.host, std::move(resolved)).first;
  }
  for (const auto& address : found->second) FFWATT_CHECK(policy_.check(url.host, address, url.port));
  return found->second;
}

base::Result<os::Descriptor> Connector::connect(const Url& url) {
  FFWATT_TRY(const auto all, addresses(url));
  std::string last;
  for (const auto& address : all) {
    auto socket = connect_to(address, url.port);
    if (socket) return socket;
    last = socket.error().text();
  }
  return base::Error::retry(last);
}

}  // namespace relay
