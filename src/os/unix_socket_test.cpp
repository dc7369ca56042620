#include "os/unix_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "os/read_some.h"
#include "os/test_support.h"
#include "os/wait.h"

namespace os {
namespace {

using testing::HasSubstr;

TEST(UnixSocket, TheOtherSideIsKnownAndBytesPass) {
  TestWorld world;
  const auto path = world.folder() / "meter.sock";
  const auto listener = listen_unix(path, 0600);
  ASSERT_TRUE(listener) << listener.error().text();
  EXPECT_EQ(world.host().files.status(path)->mode, 0600u);
  EXPECT_FALSE(*accept_unix(*listener)) << "nobody is there yet";
  const auto client = connect_unix(path);
  ASSERT_TRUE(client) << client.error().text();
  auto accepted = accept_unix(*listener);
  ASSERT_TRUE(accepted && *accepted);
  const auto& [socket, peer] = **accepted;
  EXPECT_EQ(peer.pid, ::getpid());
  EXPECT_EQ(peer.user, ::getuid());
  ASSERT_EQ(*send_some(*client, "hello"), 5u);
  pollfd readable[]{{socket.get(), POLLIN, 0}};
  ASSERT_EQ(wait_readable(readable, world.host().clock.boot() + units::Seconds(10), {}), WaitEnd::readable);
  std::array<char, 64> buffer;
  EXPECT_EQ(read_some(socket, buffer), "hello");
}

TEST(UnixSocket, WhereNobodyListensItIsAbsent) {
  TestWorld world;
  const auto path = world.folder() / "meter.sock";
  EXPECT_EQ(connect_unix(path).error().kind(), base::ErrorKind::absent);
  { const auto dead = listen_unix(path, 0600); }
  EXPECT_EQ(connect_unix(path).error().kind(), base::ErrorKind::absent) << "the file of a dead one";
  EXPECT_TRUE(listen_unix(path, 0600)) << "which is replaced";
}

TEST(UnixSocket, APathThatTheKernelCannotTakeIsRefused) {
  EXPECT_THAT(listen_unix(Path("/tmp") / std::string(200, 'x'), 0600).error().text(), HasSubstr("too long"));
}

TEST(UnixSocket, AGoneReaderIsAnErrorAndNoSignal) {
  TestWorld world;
  const auto path = world.folder() / "meter.sock";
  const auto listener = listen_unix(path, 0600);
  auto client = connect_unix(path);
  auto accepted = accept_unix(*listener);
  ASSERT_TRUE(accepted && *accepted);
  client->reset();
  EXPECT_FALSE(send_some((*accepted)->first, "hello"));
}

}  // namespace
}  // namespace os
