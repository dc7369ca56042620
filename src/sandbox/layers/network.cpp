// A network of its own: nothing but a loopback in which only what the relay serves listens. Needs user namespaces, or
// root. The listening sockets are opened by the child within it and handed out; a socket keeps its network.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "base/format.h"
#include "sandbox/layer.h"

namespace sandbox {
namespace {

constexpr std::size_t kMostPorts = 16;

// Everything that the child needs is made beforehand: it may not allocate.
struct Network {
  int own_user = 0;  // CLONE_NEWUSER where we are not root
  std::string user_map, group_map;
  std::vector<std::uint16_t> ports;
  int hand_over = -1;

  int enter() const noexcept {
    if (::unshare(own_user | CLONE_NEWNET | CLONE_NEWIPC) != 0) return errno;
    if (own_user != 0) {
      // The kernel wants setgroups denied before a group may be mapped.
      if (const int failure = write_file("/proc/self/setgroups", "deny", 4)) return failure;
      if (const int failure = write_file("/proc/self/uid_map", user_map.data(), user_map.size())) return failure;
      if (const int failure = write_file("/proc/self/gid_map", group_map.data(), group_map.size())) return failure;
    }
    if (ports.empty()) return 0;
    if (const int failure = raise_loopback()) return failure;
    return listen_and_hand_over();
  }

  static int write_file(const char* path, const char* text, std::size_t size) noexcept {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    const auto written = ::write(file, text, size);
    const int failure = written == static_cast<ssize_t>(size) ? 0 : errno;
    ::close(file);
    return failure;
  }

  static int raise_loopback() noexcept {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return errno;
    ifreq request{};
    ::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    const int failure = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
    ::close(socket);
    return failure;
  }

  int listen_and_hand_over() const noexcept {
    std::array<int, kMostPorts> sockets{};
    for (std::size_t i = 0; i < ports.size(); ++i) {
      const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (socket < 0) return errno;
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(ports[i]);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return errno;
      if (::listen(socket, 16) != 0) return errno;
      sockets[i] = socket;
    }
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostPorts)> room{};
    char one = 'L';  // a message without a byte carries nothing
    iovec bytes{&one, 1};
    msghdr message{};
    message.msg_iov = &bytes, message.msg_iovlen = 1;
    message.msg_control = room.data(), message.msg_controllen = CMSG_SPACE(sizeof(int) * ports.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * ports.size());
    ::memcpy(CMSG_DATA(header), sockets.data(), sizeof(int) * ports.size());
    if (::sendmsg(hand_over, &message, MSG_NOSIGNAL) != 1) return errno == 0 ? EPIPE : errno;
    // Closed here: the program could accept its own connections.
    for (std::size_t i = 0; i < ports.size(); ++i) ::close(sockets[i]);
    return 0;
  }
};

}  // namespace

base::Result<Prepared> layers::network(os::Host& host, const Bounds& bounds) {
  if (bounds.reach == Bounds::Reach::anywhere) return base::Error::absent("it is the one that reaches the network");
  if (bounds.ports.size() > kMostPorts)
    return base::Error::invalid(base::format("{} ports are more than {}", bounds.ports.size(), kMostPorts));
  Network network;
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (user != 0) network.own_user = CLONE_NEWUSER;
  network.user_map = base::format("{} {} 1\n", user, user);
  network.group_map = base::format("{} {} 1\n", group, group);
  const auto enter = [](Network made) {
    return step("making a network of its own", [made = std::move(made)] { return made.enter(); });
  };
  // Containers and hardened kernels forbid it; only a try tells (there is no list of who does). Once in a process's
  // life: it costs as much as starting a program, and a job starts three.
  static const auto tried = try_out(host, enter(network));
  if (!tried)
    return base::Error::absent(
        base::format("{}; allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone)",
                     tried.error().text()));
  std::shared_ptr<os::Descriptor> kept;
  if (bounds.listeners >= 0) {
    network.ports = bounds.ports;
    kept = std::make_shared<os::Descriptor>(
        os::out_of_the_way(os::Descriptor(::fcntl(bounds.listeners, F_DUPFD_CLOEXEC, 0))));
    network.hand_over = kept->get();
  }
  auto made = step("making a network of its own",
                   [network = std::move(network), kept = std::move(kept)] { return network.enter(); });
  return Prepared{std::move(made),
                  user == 0 ? "a namespace of its own" : "a namespace of its own, by a user namespace"};
}

}  // namespace sandbox
