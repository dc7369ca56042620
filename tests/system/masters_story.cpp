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

// A farm of several masters for one agent: it goes on with the other where one is killed, and delivers there.
TEST_F(Masters, AnAgentThatKnowsBothDeliversToTheOneThatIsLeft) {
  const auto a = site(), b = site();
  auto first = master_at(a), second = master_at(b);
  hold_jobs();
  auto agent = agent_at({a.port, a.url + "," + b.url}, "agent");
  environment_["FFWATT_MASTER"] = a.url + "," + b.url;
  url_ = a.url;
  ASSERT_EQ(submit(short_job).status, 201);
  await_held();
  first->kill();
  let_jobs_go();
  const auto job = finished(1);  // asked of the one that is left: the first does not answer
  EXPECT_EQ(text_at(job, "state"), "completed") << text_at(job, "reason");
  EXPECT_EQ(job.at("attempts").items().size(), 1u) << "the attempt that was under way";
  first = master_at(a);
  second->kill();
  url_ = a.url;
  const auto made = submit(short_job);
  ASSERT_EQ(made.status, 201);
  const auto number = static_cast<int>(made.body.at("number").as_integer());
  EXPECT_EQ(text_at(finished(number), "state"), "completed") << "and it came back to the first";
}

}  // namespace
}  // namespace story
