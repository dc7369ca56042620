// The meter over its socket: with a real one, since who is on the other side only the kernel knows.
#include "meter/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "meter/remote_meter.h"
#include "meter/world_for_tests.h"
#include "os/unix_socket.h"
#include "os/wait.h"

namespace meter {
namespace {

using namespace units::literals;
using ::testing::HasSubstr;

class ServerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> start() {
    auto server = Server::start(real_.host(), *world_.meter, {.socket = socket_}, *log_);
    EXPECT_TRUE(server) << (server ? "" : server.error().text());
    return server ? *std::move(server) : nullptr;
  }
  std::unique_ptr<RemoteMeter> connect() {
    auto meter = RemoteMeter::connect(real_.host(), socket_);
    EXPECT_TRUE(meter) << (meter ? "" : meter.error().text());
    return meter ? *std::move(meter) : nullptr;
  }

  os_testing::TemporaryFolder folder_;
  os::Path socket_ = folder_.path() / "run/meter.sock";
  os::RealHost real_;
  std::unique_ptr<base::Log> log_ = base::silent_log();
  World world_{{.idle = 40_W, .per_cpu = 10_W}};
};

TEST_F(ServerTest, AnotherProcessGetsWhatTheMeterMeasured) {
  const auto server = start();
  const auto remote = connect();
  EXPECT_EQ(remote->qualities(), std::vector{units::Quality::measured});
  const auto handle = remote->begin({.name = "job", .control_group = {}, .reserved = 1});
  world_.run_for(5_s);
  const auto live = remote->live(handle);
  ASSERT_TRUE(live.energy.known()) << live.energy.reason();
  EXPECT_NEAR(live.energy.value().value(), 200, 1);
  const auto energy = remote->end(handle, 0_s);
  ASSERT_FALSE(energy.energy.empty());
  EXPECT_NEAR(energy.energy[0].energy.value().value(), 200, 1);
  EXPECT_EQ(energy.energy[0].energy.source(), "scripted");
  EXPECT_FALSE(energy.trace.empty());
  EXPECT_FALSE(energy.power_trace.empty());
}

TEST_F(ServerTest, ThereIsOneMeterPerMachine) {
  const auto server = start();
  const auto second = Server::start(real_.host(), *world_.meter, {.socket = socket_}, *log_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), base::ErrorKind::retry);
  EXPECT_THAT(second.error().text(), HasSubstr("a meter of this machine runs already"));
}

TEST_F(ServerTest, ItSurvivesClientsThatDieAndThoseThatStall) {
  const auto server = start();
  const auto stalled = os::connect_unix(socket_);  // sends half a request and never reads
  ASSERT_TRUE(stalled);
  (void)os::send_some(*stalled, "{\"op\":\"beg");
  {
    const auto dead = os::connect_unix(socket_);
    (void)os::send_some(*dead, "{\"op\":\"begin\",\"name\":\"left behind\"}\n");
  }
  const auto remote = connect();
  const auto handle = remote->begin({.name = "job", .control_group = {}});
  world_.run_for(1_s);
  EXPECT_TRUE(remote->end(handle, 0_s).energy[0].energy.known());
}

TEST_F(ServerTest, AClientThatNeverReadsItsAnswersIsDroppedAndItsWorkloadEnds) {
  const auto server = Server::start(real_.host(), *world_.meter, {.socket = socket_, .most_unread = 100'000}, *log_);
  ASSERT_TRUE(server);
  const auto greedy = os::connect_unix(socket_);
  ASSERT_TRUE(greedy);
  const auto send = [&](std::string text) {
    while (!text.empty()) {
      const auto sent = os::send_some(*greedy, text);
      if (!sent) return false;
      text.erase(0, *sent);
      pollfd writable[]{{greedy->get(), POLLOUT, 0}};
      (void)os::wait_readable(writable, units::BootTime::from_nanoseconds(INT64_MAX), {});
    }
    return true;
  };
  ASSERT_TRUE(send("{\"op\":\"begin\",\"name\":\"greedy\"}\n"));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "{\"op\":\"describe\"}\n";
  // Its own buffers and the kernel's fill up, then it is hung up on.
  int rounds = 0;
  while (send(many) && ++rounds < 1000) continue;
  EXPECT_LT(rounds, 1000);
  const auto remote = connect();
  const auto handle = remote->begin({.name = "job", .control_group = {}});
  world_.run_for(301_s);
  EXPECT_EQ(world_.meter->workloads().size(), 1u) << "what it had begun is over and no longer shown";
  EXPECT_TRUE(remote->end(handle, 0_s).energy[0].energy.known());
}

TEST_F(ServerTest, AClientWhoseMeterEndsIsToldSo) {
  auto server = start();
  const auto remote = connect();
  const auto handle = remote->begin({.name = "job", .control_group = {}});
  server->stop();
  const auto energy = remote->end(handle, 0_s);
  ASSERT_EQ(energy.energy.size(), 1u);
  EXPECT_THAT(energy.energy[0].energy.reason(), HasSubstr("the meter of this machine was lost"));
  EXPECT_FALSE(RemoteMeter::connect(real_.host(), socket_)) << "its socket is gone";
}

TEST_F(ServerTest, ARefusedGroupIsTheReasonOfTheResult) {
  const auto server = start();
  const auto remote = connect();
  const auto handle = remote->begin({.name = "job", .control_group = os::Path("/tmp")});
  EXPECT_THAT(remote->end(handle).energy[0].energy.reason(), HasSubstr("not below /sys/fs/cgroup"));
}

TEST_F(ServerTest, ItKnowsSinceWhenItIsAlone) {
  const auto server = start();
  EXPECT_TRUE(server->alone_since());
  const auto remote = connect();
  remote->begin({.name = "job", .control_group = {}});
  EXPECT_FALSE(server->alone_since());
}

}  // namespace
}  // namespace meter
