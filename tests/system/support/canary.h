// Canaries: what a contained program must never touch. A folder whose files tell when they are opened, and ports that
// count what comes. Looking at them never waits: what a program did before it ended has been done.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace story {

class CanaryFolder {
 public:
  explicit CanaryFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    std::filesystem::permissions(folder_, std::filesystem::perms::all);
  }
  ~CanaryFolder() {
    if (watch_ >= 0) ::close(watch_);
  }
  CanaryFolder(const CanaryFolder&) = delete;
  CanaryFolder& operator=(const CanaryFolder&) = delete;

  std::string make(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_all | std::filesystem::perms::group_all |
                                                     std::filesystem::perms::others_all);
    return (folder_ / name).string();
  }
  const std::filesystem::path& path() const { return folder_; }

  // From here on every open, write, create and removal in it counts.
  void watch() {
    watch_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    EXPECT_GE(::inotify_add_watch(watch_, folder_.c_str(),
                                  IN_OPEN | IN_ACCESS | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB),
              0);
  }
  // What has happened since the last look, "IN_OPEN secret.txt"; empty where nothing has.
  std::string touched() const {
    std::string out;
    alignas(inotify_event) std::array<char, 8192> buffer;
    for (ssize_t size = 0; (size = ::read(watch_, buffer.data(), buffer.size())) > 0;)
      for (const char* at = buffer.data(); at < buffer.data() + size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(at);
        out += (event->mask & IN_OPEN     ? " opened "
                : event->mask & IN_ACCESS ? " read "
                                          : " changed ") +
               std::string(event->len > 0 ? event->name : "the folder");
        at += sizeof(inotify_event) + event->len;
      }
    return out;
  }

 private:
  std::filesystem::path folder_;
  int watch_ = -1;
};

// On 127.0.0.1, TCP and UDP of one number; and an abstract unix socket.
class CanaryPort {
 public:
  CanaryPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    // Until a number is free for both.
    for (int tries = 0; tries < 100; ++tries) {
      address.sin_port = 0;
      tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      auto* general = reinterpret_cast<sockaddr*>(&address);
      ::bind(tcp_, general, sizeof address);
      ::listen(tcp_, 64);
      ::getsockname(tcp_, general, &size);
      if (::bind(udp_, general, sizeof address) == 0) break;
      ::close(tcp_), ::close(udp_);
    }
    port_ = ntohs(address.sin_port);
    unix_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    name_ = "ffwatt-canary-" + std::to_string(::getpid()) + "-" + std::to_string(port_);
    sockaddr_un abstract{};
    abstract.sun_family = AF_UNIX;
    name_.copy(abstract.sun_path + 1, name_.size());
    ::bind(unix_, reinterpret_cast<const sockaddr*>(&abstract),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name_.size()));
    ::listen(unix_, 64);
  }
  ~CanaryPort() { ::close(tcp_), ::close(udp_), ::close(unix_); }
  CanaryPort(const CanaryPort&) = delete;
  CanaryPort& operator=(const CanaryPort&) = delete;

  std::string port() const { return std::to_string(port_); }
  std::string abstract_name() const { return "@" + name_; }
  // Connections and packets since the last look.
  int visits() const {
    int count = 0;
    for (const int listener : {tcp_, unix_})
      for (int client = 0; (client = ::accept(listener, nullptr, nullptr)) >= 0; ++count) ::close(client);
    char byte = 0;
    while (::recv(udp_, &byte, 1, 0) >= 0) ++count;
    return count;
  }

 private:
  int tcp_ = -1, udp_ = -1, unix_ = -1;
  int port_ = 0;
  std::string name_;
};

}  // namespace story
