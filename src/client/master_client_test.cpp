#include "client/master_client.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "client/questions.h"
#include "json/json.h"
#include "net/http_server.h"
#include "net/ports.h"
#include "net/router.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace client {
namespace {

using namespace units::literals;
using base::ErrorKind;

base::Id id(std::uint64_t n) { return base::Id::make(1'700'000'000'000, n, n); }

jobs::Job a_job(std::int64_t number) {
  jobs::Job job;
  job.id = id(static_cast<std::uint64_t>(number));
  job.number = number;
  job.submission.name = "example";
  job.created = job.changed = units::WallTime::from_seconds(1'700'000'000);
  return job;
}
wire::ClaimRequest claim() { return {id(9), 1, 30_s, ""}; }
jobs::Lease a_lease() { return {id(7), 2, "0123456789abcdef0123456789abcdef"}; }

// A master that keeps the last request and answers what the test has laid ready.
class Client : public testing::Test {
 protected:
  void SetUp() override {
    auto started = net::HttpServer::start(
        {.address = "127.0.0.1"},
        [this](net::Request request, net::Responder responder) {
          const std::lock_guard lock(mutex_);
          asked_ = std::move(request);
          if (park_) return parked_.emplace(responder), arrived_.set_value();
          responder.send(answer_);
        },
        *log_);
    ASSERT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
    auto at = MasterClient::at("http://127.0.0.1:" + std::to_string(server_->port()) + "/", " secret\n");
    ASSERT_TRUE(at);
    master_.emplace(*std::move(at));
  }

  template <class Answer>
  base::Result<Answer> ask(Question<Answer> question, std::stop_token stop = {}) {
    return question.read(master_->send(std::move(question.call), std::move(stop)), master_->url());
  }
  void answers(const json::Value& body, int status = 200) {
    const std::lock_guard lock(mutex_);
    answer_ = net::Response::json(status, json::write(body));
  }
  void answers(net::Response response) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(response);
  }
  void parks() {
    const std::lock_guard lock(mutex_);
    park_ = true;
  }
  net::Request asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  // "POST /api/v1/jobs limit=5"
  std::string line() {
    const auto request = asked();
    std::string text = std::string(net::name(request.method)) + " " + request.path;
    for (const auto& [key, value] : request.query) text += " " + key + "=" + value;
    return text;
  }
  std::string body() { return asked().body; }

  std::unique_ptr<base::Log> log_ = base::silent_log();
  std::mutex mutex_;
  net::Request asked_;
  net::Response answer_;
  bool park_ = false;
  std::optional<net::Responder> parked_;
  std::promise<void> arrived_;
  std::unique_ptr<net::HttpServer> server_;
  std::optional<MasterClient> master_;
};

TEST_F(Client, HealthIsAskedWithTheKeyAsBearerToken) {
  answers(wire::encode_health());
  const auto health = master_->health();
  ASSERT_TRUE(health) << health.error().text();
  EXPECT_EQ(*health, wire::encode_health());
  EXPECT_EQ(line(), "GET /api/v1/health");
  EXPECT_EQ(*net::find(asked().headers, "Authorization"), "Bearer secret");
}

TEST_F(Client, WithoutAKeyNoAuthorizationIsSent) {
  auto open = MasterClient::at("http://127.0.0.1:" + std::to_string(server_->port()));
  answers(wire::encode_health());
  ASSERT_TRUE(open->health());
  EXPECT_EQ(net::find(asked().headers, "Authorization"), nullptr);
}

TEST_F(Client, ASubmissionIsPostedAsGivenAndAnswersItsJobs) {
  const auto body_sent = json::Value::object({{"scenario", "720p"}});
  answers(wire::encode(wire::Accepted{a_job(42), "no node has this encoder"}), 201);
  const auto one = master_->submit(body_sent, "key-1");
  ASSERT_TRUE(one) << one.error().text();
  EXPECT_EQ(*one, (std::vector<wire::Accepted>{{a_job(42), "no node has this encoder"}}));
  EXPECT_EQ(line(), "POST /api/v1/jobs");
  EXPECT_EQ(body(), json::write(body_sent));
  EXPECT_EQ(*net::find(asked().headers, "Idempotency-Key"), "key-1");
  EXPECT_EQ(*net::find(asked().headers, "Content-Type"), "application/json");

  answers(wire::encode(std::vector<wire::Accepted>{{a_job(1), ""}, {a_job(2), "careful"}}), 201);
  const auto two = master_->submit(body_sent);
  ASSERT_TRUE(two) << two.error().text();
  EXPECT_EQ(*two, (std::vector<wire::Accepted>{{a_job(1), ""}, {a_job(2), "careful"}}));
  EXPECT_EQ(net::find(asked().headers, "Idempotency-Key"), nullptr);
}

TEST_F(Client, AListIsAskedWithItsFilters) {
  const wire::JobPage page{{a_job(3)}, "next-one", 17};
  answers(wire::encode(page));
  const auto all = master_->jobs({});
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(*all, page);
  EXPECT_EQ(line(), "GET /api/v1/jobs limit=50");
  ASSERT_TRUE(master_->jobs({.state = jobs::JobState::queued, .scenario = "a b&c", .limit = 5, .cursor = "x+/="}));
  EXPECT_EQ(line(), "GET /api/v1/jobs limit=5 state=queued scenario=a b&c cursor=x+/=");
}

TEST_F(Client, AJobIsNamedByNumberOrId) {
  answers(wire::encode(wire::Accepted{a_job(42), "it waits"}));
  for (const std::string& name : {std::string("42"), std::string("#42"), id(42).text()}) {
    const auto job = master_->job(name);
    ASSERT_TRUE(job) << job.error().text();
    EXPECT_EQ(*job, (wire::Accepted{a_job(42), "it waits"}));
    EXPECT_EQ(line(), "GET /api/v1/jobs/" + name);
  }
  for (const char* bad : {"", "#", "..", "a/b", "4 2", "42?x", "next%00"}) {
    EXPECT_EQ(master_->job(bad).error().kind(), ErrorKind::invalid) << bad;
    EXPECT_EQ(master_->remove(bad).error().kind(), ErrorKind::invalid) << bad;
    EXPECT_EQ(master_->history(bad).error().kind(), ErrorKind::invalid) << bad;
    EXPECT_EQ(master_->change(bad, jobs::Event::cancel).error().kind(), ErrorKind::invalid) << bad;
    EXPECT_EQ(master_->logs(bad).error().kind(), ErrorKind::invalid) << bad;
  }
}

TEST_F(Client, ChangesOneJob) {
  answers(wire::encode(a_job(42)));
  EXPECT_EQ(master_->change("42", jobs::Event::cancel).value(), a_job(42));
  EXPECT_EQ(line(), "POST /api/v1/jobs/42/cancel");
  EXPECT_EQ(master_->change("#42", jobs::Event::retry).value(), a_job(42));
  EXPECT_EQ(line(), "POST /api/v1/jobs/#42/retry");
  answers(net::Response{204, {}, ""});
  EXPECT_TRUE(master_->remove("42"));
  EXPECT_EQ(line(), "DELETE /api/v1/jobs/42");
  answers(net::problem({.status = 409, .code = "conflict", .title = "T", .detail = "job #42 is running"}));
  EXPECT_EQ(master_->remove("42").error().text(), "job #42 is running");
  EXPECT_EQ(master_->change("42", jobs::Event::pause).error().kind(), ErrorKind::failed);
}

TEST_F(Client, ChangesAllJobsThatMatch) {
  answers(wire::encode_many(500, true));
  wire::JobQuery failed_ones, all;
  failed_ones.state = jobs::JobState::failed;
  failed_ones.scenario = "a b";
  all.scenario = "720p";
  const auto many = master_->change_many(failed_ones, jobs::Event::retry);
  ASSERT_TRUE(many) << many.error().text();
  EXPECT_EQ(*many, (wire::Many{500, wire::Many::More::yes}));
  EXPECT_EQ(line(), "POST /api/v1/jobs/retry state=failed scenario=a b");
  answers(wire::encode_many(3, false));
  EXPECT_EQ(master_->remove_many(all).value(), (wire::Many{3, wire::Many::More::no}));
  EXPECT_EQ(line(), "DELETE /api/v1/jobs scenario=720p");
}

TEST_F(Client, HistoryIsReadLineByLine) {
  const auto at = units::WallTime::from_seconds(1'700'000'000);
  const std::vector<wire::HistoryLine> lines{{at, "queued", "", "submitted"},
                                             {at + 5_s, "running", "worker-1", "started on worker-1"}};
  answers(wire::encode_history(lines));
  EXPECT_EQ(master_->history("42").value(), lines);
  EXPECT_EQ(line(), "GET /api/v1/jobs/42/history");
}

TEST_F(Client, AnIntentIsSetByTheNodesName) {
  wire::NodeView view;
  view.node.id = id(9);
  view.node.facts.name = "rack 7";
  view.node.intent = jobs::Intent::draining;
  view.node.registered = view.node.last_heartbeat = units::WallTime::from_seconds(1'700'000'000);
  answers(wire::encode(view));
  EXPECT_EQ(master_->set_intent("rack 7", jobs::Intent::draining).value(), view);
  EXPECT_EQ(line(), "POST /api/v1/nodes/rack 7/drain");
  view.node.give_back_at = units::WallTime::from_seconds(1'700'000'600);
  answers(wire::encode(view));
  EXPECT_EQ(master_->set_intent("rack 7", jobs::Intent::draining, units::Seconds(600)).value(), view);
  EXPECT_EQ(line(), "POST /api/v1/nodes/rack 7/drain deadline=600s");
  ASSERT_TRUE(master_->set_intent("rack 7", jobs::Intent::active));
  EXPECT_EQ(line(), "POST /api/v1/nodes/rack 7/activate");
  for (const char* bad : {"", ".", ".."})
    EXPECT_EQ(master_->set_intent(bad, jobs::Intent::active).error().kind(), ErrorKind::invalid) << bad;
}

TEST_F(Client, LogsAndNodes) {
  answers(net::Response::text(200, "frame=1\nframe=2\n"));
  EXPECT_EQ(master_->logs("#42").value(), "frame=1\nframe=2\n");
  EXPECT_EQ(line(), "GET /api/v1/jobs/#42/logs");
  answers(wire::encode_nodes({}));
  EXPECT_EQ(master_->nodes().value(), std::vector<wire::NodeView>{});
  EXPECT_EQ(line(), "GET /api/v1/nodes");
}

TEST_F(Client, AnAgentRegistersAndBeats) {
  wire::RegisterRequest request;
  request.facts.name = "node-1";
  const wire::RegisterAnswer registered{id(9), {}, "0.1.0"};
  answers(wire::encode(registered));
  const auto answer = ask(enrol(request));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(*answer, registered);
  EXPECT_EQ(line(), "POST /api/v1/nodes/register");
  EXPECT_EQ(body(), json::write(wire::encode(request)));

  const wire::HeartbeatRequest beat{"boot-1", {{a_lease(), std::nullopt, std::nullopt, std::nullopt}}};
  const wire::HeartbeatAnswer told{{{id(7), 2, wire::LeaseWord::cancel}}, jobs::Intent::draining};
  answers(wire::encode(told));
  EXPECT_EQ(ask(heartbeat(id(9), beat)).value(), told);
  EXPECT_EQ(line(), "POST /api/v1/nodes/" + id(9).text() + "/heartbeat");
  EXPECT_EQ(body(), json::write(wire::encode(beat)));
}

TEST_F(Client, AnAgentClaimsStartsAndReports) {
  const wire::ClaimAnswer offered{{{a_job(7), a_lease()}}, {{id(8), 1, wire::LeaseWord::cancel}}};
  answers(wire::encode(offered));
  const auto claimed = ask(next({.node_id = id(9), .slots = 2, .wait = 30_s, .claim_id = "c 1"}));
  ASSERT_TRUE(claimed) << claimed.error().text();
  EXPECT_EQ(*claimed, offered);
  EXPECT_EQ(line(), "GET /api/v1/jobs/next node_id=" + id(9).text() + " slots=2 wait=30 claim_id=c 1");

  const wire::StartRequest starting{id(9), a_lease()};
  const wire::StartAnswer started{a_lease(), {}};
  answers(wire::encode(started));
  EXPECT_EQ(ask(start(starting)).value(), started);
  EXPECT_EQ(line(), "POST /api/v1/jobs/" + id(7).text() + "/start");
  EXPECT_EQ(body(), json::write(wire::encode(starting)));

  wire::ResultRequest made{id(9), a_lease(), {}};
  made.report.id = id(7).text();
  made.report.kind = "job";
  const wire::ResultAnswer accepted{id(7), jobs::JobState::completed, wire::ResultAnswer::Output::publish};
  answers(wire::encode(accepted));
  const auto done = ask(result(made, {}));
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(*done, accepted);
  EXPECT_EQ(line(), "POST /api/v1/results");
  EXPECT_EQ(body(), json::write(wire::encode(made)));

  wire::ResultAnswer more = accepted;
  more.next = offered;
  answers(wire::encode(more));
  EXPECT_EQ(ask(result(made, wire::ClaimRequest{id(9), 1, 0_s, "c 2"})).value(), more);
  EXPECT_EQ(line(), "POST /api/v1/results next=1 slots=1 claim_id=c 2");
}

TEST_F(Client, AnOfferThatCannotBeReadDoesNotHideTheVerdictOnAResult) {
  const wire::ResultAnswer accepted{id(7), jobs::JobState::completed, wire::ResultAnswer::Output::publish};
  auto text = wire::encode(accepted);
  text.set("next", json::Value::object({{"jobs", "of another version"}}));
  answers(text);
  const auto answer = ask(result({id(9), a_lease(), {}}, claim()));
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(*answer, accepted);
}

TEST_F(Client, NoOfferIsAnAnswerWithNoneInIt) {
  answers(net::Response{204, {}, ""});
  EXPECT_EQ(ask(next(claim())).value(), wire::ClaimAnswer{});
  answers(wire::encode(wire::ClaimAnswer{}));
  EXPECT_EQ(ask(next(claim())).value(), wire::ClaimAnswer{});
}

TEST_F(Client, AProblemKeepsItsKindAndWords) {
  answers(net::problem({.status = 409, .code = "conflict", .title = "T", .detail = "the lease has ended"}));
  const auto late = ask(result({}, {}));
  EXPECT_EQ(late.error().kind(), ErrorKind::failed);
  EXPECT_EQ(late.error().text(), "the lease has ended");
  answers(net::problem({.status = 404, .code = "not_found", .title = "T", .detail = "no job #42"}));
  EXPECT_EQ(master_->logs("42").error().kind(), ErrorKind::absent);
}

TEST_F(Client, AnAnswerThatCannotBeReadIsARetryNotAVerdict) {
  answers(json::Value::object({{"something", "else"}}));
  const auto job = master_->job("42");
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().kind(), ErrorKind::retry);
  EXPECT_NE(job.error().text().find("same version"), std::string::npos);
}

TEST_F(Client, AStopEndsAParkedClaim) {
  parks();
  std::stop_source stop;
  std::thread stopper([&] {
    arrived_.get_future().wait();
    stop.request_stop();
  });
  const auto answer = ask(next(claim()), stop.get_token());
  stopper.join();
  EXPECT_EQ(answer.error().kind(), ErrorKind::retry);
}

TEST_F(Client, AMasterThatIsDownIsARetry) {
  server_->stop(0_s);
  EXPECT_EQ(master_->health().error().kind(), ErrorKind::retry);
}

TEST(ClientAt, AKeyThatNoHeaderCanCarryIsRefused) {
  for (const char* key : {"two words", "a\nb", "caf\xc3\xa9"})
    EXPECT_EQ(MasterClient::at("http://master", key).error().kind(), ErrorKind::invalid);
  EXPECT_EQ(MasterClient::at("master:8080").error().kind(), ErrorKind::invalid);
  EXPECT_EQ(MasterClient::at("http://master:8080//")->url(), "http://master:8080");
}

}  // namespace
}  // namespace client
