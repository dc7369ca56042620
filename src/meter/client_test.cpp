// What a client of the meter's socket may do, without any socket.
#include "meter/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "json/json.h"
#include "meter/world_for_tests.h"

namespace meter {
namespace {

using namespace units::literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    folder_.write("sys/fs/cgroup/cpuacct/ffwatt/run-1/cpuacct.usage", "0\n");
    folder_.write("sys/fs/cgroup/cpuacct/ffwatt/run-1/deep/cpuacct.usage", "0\n");
    folder_.write("sys/fs/cgroup/cpuacct/system/cpuacct.usage", "0\n");
    folder_.write("elsewhere/ffwatt/run-1/cpuacct.usage", "0\n");
  }
  std::string group(std::string_view name) const { return (folder_.path() / "sys/fs/cgroup/cpuacct" / name).string(); }
  static std::string begin(const std::string& group) {
    return R"({"op":"begin","name":"j","control_group":")" + group + "\"}\n";
  }
  static std::string ask(Client& client, std::string_view request) {
    client.output().clear();
    EXPECT_TRUE(client.take(request));
    return client.output();
  }
  Client client(uid_t user) {
    return Client(real_.host(), *world_.meter, claimed_, {.pid = 1, .user = user, .group = 0});
  }
  std::size_t running() const { return world_.meter->workloads().size(); }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_{os::Root(folder_.path())};
  World world_{{.idle = 40_W, .per_cpu = 10_W}};
  Claimed claimed_;
};

TEST_F(ClientTest, BeginsWatchesAndEndsAWorkload) {
  auto one = client(::getuid());
  EXPECT_EQ(ask(one, begin(group("ffwatt/run-1"))), "{\"handle\":1}\n");
  world_.run_for(2_s);
  EXPECT_THAT(ask(one, "{\"op\":\"watch\",\"handle\":1}\n"), HasSubstr("\"watts\":40"));
  EXPECT_THAT(ask(one, "{\"op\":\"end\",\"handle\":1,\"cpu_seconds\":0}\n"), HasSubstr("\"part\":\"total\""));
  EXPECT_THAT(ask(one, "{\"op\":\"end\",\"handle\":1}\n"), HasSubstr("no such workload"));
}

TEST_F(ClientTest, GroupsThatAreNotItsOwnAreRefused) {
  auto one = client(::getuid());
  EXPECT_THAT(ask(one, begin(group("system"))), HasSubstr("none of those that ffwatt makes"));
  EXPECT_THAT(ask(one, begin(group("ffwatt"))), HasSubstr("none of those that ffwatt makes"));
  EXPECT_THAT(ask(one, begin((folder_.path() / "elsewhere/ffwatt/run-1").string())), HasSubstr("not below"));
  EXPECT_THAT(ask(one, begin(group("ffwatt/../system"))), HasSubstr("none of those"));
  EXPECT_THAT(ask(one, begin(group("ffwatt/run-9"))), HasSubstr("cannot be metered"));
  auto stranger = client(::getuid() + 1);
  EXPECT_THAT(ask(stranger, begin(group("ffwatt/run-1"))), HasSubstr("belongs to another user"));
  EXPECT_EQ(running(), 0u);
}

TEST_F(ClientTest, NobodyMayClaimTheCpuTimeOfAnotherWorkload) {
  auto one = client(::getuid()), two = client(::getuid());
  EXPECT_THAT(ask(one, begin(group("ffwatt/run-1"))), HasSubstr("handle"));
  EXPECT_THAT(ask(two, begin(group("ffwatt/run-1"))), HasSubstr("a workload that is being metered lives in it"));
  EXPECT_THAT(ask(two, begin(group("ffwatt/run-1/deep"))), HasSubstr("a workload that is being metered lives in it"));
  EXPECT_THAT(ask(two, "{\"op\":\"end\",\"handle\":1}\n"), HasSubstr("no such workload")) << "of the other client";
  ask(one, "{\"op\":\"end\",\"handle\":1}\n");
  EXPECT_THAT(ask(two, begin(group("ffwatt/run-1"))), HasSubstr("handle")) << "it is free again";
}

TEST_F(ClientTest, WhatAClientLeavesBehindEndsWithIt) {
  {
    auto one = client(::getuid());
    ask(one, begin(group("ffwatt/run-1")));
    ASSERT_EQ(running(), 1u);
  }
  EXPECT_TRUE(claimed_.empty());
  world_.run_for(301_s);
  EXPECT_EQ(running(), 0u);
}

TEST_F(ClientTest, AProcessOfAnotherUserIsRefused) {
  auto stranger = client(::getuid() + 1);
  ask(stranger, "{\"op\":\"begin\",\"name\":\"j\"}\n");
  folder_.write("proc/77/stat", "");
  EXPECT_THAT(ask(stranger, "{\"op\":\"follow\",\"handle\":1,\"process\":77}\n"), HasSubstr("belongs to another user"));
  EXPECT_THAT(ask(stranger, "{\"op\":\"follow\",\"handle\":1,\"process\":78}\n"), HasSubstr("there is no process 78"));
}

TEST_F(ClientTest, NonsenseIsAnsweredAndChangesNothing) {
  auto one = client(::getuid());
  for (const auto* line :
       {"\n", "x\n", "{}\n", "{\"op\":\"steal\"}\n", "{\"op\":\"begin\",\"reserved\":7}\n", "[1,2]\n",
        "{\"op\":\"begin\",\"cpus\":[-1]}\n", "{\"op\":\"end\",\"handle\":-5}\n", "{\"op\":\"begin\",\"joules\":1}\n"})
    EXPECT_THAT(ask(one, line), StartsWith("{\"error\":")) << line;
  EXPECT_EQ(running(), 0u);
}

TEST_F(ClientTest, ARequestWithoutEndIsNotKept) {
  auto one = client(::getuid());
  const std::string piece(40'000, 'x');
  EXPECT_TRUE(one.take(piece));
  EXPECT_FALSE(one.take(piece)) << "64 KiB are enough for any request";
}

TEST_F(ClientTest, PiecesOfARequestAreJoined) {
  auto one = client(::getuid());
  EXPECT_EQ(ask(one, "{\"op\":\"be"), "");
  EXPECT_EQ(ask(one, "gin\",\"name\":\"j\"}\n{\"op\":\"wat"), "{\"handle\":1}\n");
}

}  // namespace
}  // namespace meter
