#include "os/service_notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "os/host.h"

namespace os {
namespace {

// What a service manager does: a datagram socket, by a path or without a file.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())),
              0);
  }
  std::string heard() {
    std::array<char, 256> buffer{};
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  Descriptor socket_;
};

TEST(ServiceNotify, ReachesASocketWithAFileAndOneWithout) {
  RealHost host;
  auto& files = host.host().files;
  const auto folder = files.make_unique_folder(testing::TempDir(), "notify-").value();
  for (const std::string& name : {(folder / "socket").string(), "@" + folder.filename().string()}) {
    Manager manager(name);
    EXPECT_TRUE(notify_service_manager(name, "READY=1")) << name;
    EXPECT_EQ(manager.heard(), "READY=1") << name;
  }
  EXPECT_TRUE(files.remove_tree(folder));
}

TEST(ServiceNotify, IsSilentWhereNobodyListens) {
  EXPECT_FALSE(notify_service_manager("", "READY=1"));
  EXPECT_FALSE(notify_service_manager("relative", "READY=1"));
  EXPECT_FALSE(notify_service_manager("/no/such/socket", "READY=1"));
  EXPECT_FALSE(notify_service_manager("@" + std::string(200, 'x'), "READY=1"));
}

TEST(ServiceNotify, TheSocketIsNamedByTheEnvironment) {
  EXPECT_EQ(notify_socket({{"NOTIFY_SOCKET", "/run/systemd/notify"}}), "/run/systemd/notify");
  EXPECT_EQ(notify_socket({}), "");
}

}  // namespace
}  // namespace os
