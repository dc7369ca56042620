// Two masters on one PostgreSQL database, each with an agent of its own: what one takes the other may give away, and
// nothing is lost or done twice where one of them dies.
#include <gmock/gmock.h>
#include <signal.h>

#include "os_testing/postgres_server.h"
#include "support/farm.h"

namespace story {
namespace {

constexpr const char* short_job = R"({"scenario":"480p30-h264","name":"short","parameters":{"duration":1}})";

class Masters : public Farm {
 protected:
  void SetUp() override {
    auto started = os_testing::PostgresServer::start();
    ASSERT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
    // Not in the command line: there `ps` would show a password.
    environment_["FFWATT_DB"] = server_->url("postgres");
  }

  // A second farm's worth of ports and folders in the same story.
  struct Site {
    int port;
    std::string url;
  };
  Site site() const {
    const int port = free_port();
    return {port, "http://127.0.0.1:" + std::to_string(port)};
  }
  std::unique_ptr<Program> master_at(const Site& site) {
    auto program = std::make_unique<Program>(
        start({"master", "--address", "127.0.0.1", "--port", std::to_string(site.port), "--state-dir",
               (folder_ / ("master-" + std::to_string(site.port))).string(), "--heartbeat", "1s", "--lease", "3s"}));
    EXPECT_TRUE(program->prints("serving"));
    return program;
  }
  std::unique_ptr<Program> agent_at(const Site& site, const std::string& name) {
    auto program = std::make_unique<Program>(
        start({"agent", "--register", "--master", site.url, "--name", name, "--state-dir", (folder_ / name).string()}));
    EXPECT_TRUE(program->prints("registered"));
    return program;
  }
  void ask(const Site& site) {
    url_ = site.url;
    environment_["FFWATT_MASTER"] = site.url;
  }

  std::unique_ptr<os_testing::PostgresServer> server_;
};

TEST_F(Masters, OneTakesAJobAndTheOthersAgentRunsIt) {
  const auto a = site(), b = site();
  auto first = master_at(a), second = master_at(b);
  auto agent = agent_at(b, "agent-b");
  ask(a);
  const auto made = submit(short_job);
  ASSERT_EQ(made.status, 201) << made.headers;
  const auto job = finished(1);
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  EXPECT_EQ(job.at("attempts").items().size(), 1u);
}

TEST_F(Masters, AKilledMasterTakesNoJobWithIt) {
  const auto a = site(), b = site();
  auto first = master_at(a), second = master_at(b);
  hold_jobs();
  auto one = agent_at(a, "agent-a");
  ask(a);
  ASSERT_EQ(submit(short_job).status, 201);
  await_held();  // the agent of the first master runs it
  for (int i = 0; i < 3; ++i) ASSERT_EQ(submit(short_job).status, 201);
  first->kill();
  ask(b);
  let_jobs_go();
  auto other = agent_at(b, "agent-b");
  // Its agent cannot deliver any more; after the lease the job goes to the other one, by the other master.
  for (int number = 1; number <= 4; ++number) {
    const auto list = curl({}, "/jobs").body;
    ASSERT_EQ(list.at("count").as_integer(), 4) << "what was acknowledged is there";
    const auto id = text_at(list.at("jobs").items().at(static_cast<std::size_t>(4 - number)), "id");
    const auto job = parsed(run({"ffwatt", "jobs", "watch", id, "--json"}).out);
    EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  }
  EXPECT_EQ(curl({}, "/results").body.at("count").as_integer(), 4) << "each was done once";
}

}  // namespace
}  // namespace story
