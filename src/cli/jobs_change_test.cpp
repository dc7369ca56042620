// ffwatt jobs cancel, pause, resume, retry, rm and nodes drain against a master that keeps what it was asked.
#include <gmock/gmock.h>

#include <deque>
#include <mutex>

#include "cli/exit_code.h"
#include "cli/stage.h"
#include "json/json.h"
#include "net/http_server.h"
#include "net/router.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JobsChange : public Stage {
 protected:
  void SetUp() override {
    auto started = net::HttpServer::start(
        {.address = "127.0.0.1"},
        [this](net::Request request, net::Responder responder) {
          const std::lock_guard lock(mutex_);
          std::string line = std::string(net::name(request.method)) + " " + request.path.substr(7);  // /api/v1
          for (const auto& [key, value] : request.query) line += " " + key + "=" + value;
          asked_.push_back(line);
          body_ = request.body;
          auto answer = ready_.empty() ? net::Response{500, {}, "no answer is left"} : ready_.front();
          if (!ready_.empty()) ready_.pop_front();
          responder.send(std::move(answer));
        },
        *log_);
    ASSERT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
    environment_.emplace_back("FFWATT_MASTER", "http://127.0.0.1:" + std::to_string(server_->port()));
    environment_.emplace_back("NO_PROXY", "*");
  }

  void answer(const json::Value& body, int status = 200) {
    const std::lock_guard lock(mutex_);
    ready_.push_back(net::Response::json(status, json::write(body)));
  }
  void answer(net::Response response) {
    const std::lock_guard lock(mutex_);
    ready_.push_back(std::move(response));
  }
  void matching(std::int64_t count) { answer(wire::encode(wire::JobPage{{}, "", count})); }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  static json::Value job(std::int64_t number, jobs::JobState state) {
    jobs::Job made;
    made.id = base::Id::make(1'700'000'000'000, static_cast<std::uint64_t>(number), 1);
    made.number = number;
    made.state = state;
    made.created = made.changed = units::WallTime::from_seconds(1'700'000'000);
    made.submission.spec.scenario = "720p30-h264";
    return wire::encode(made);
  }
  // Somebody sits at the terminal and types this.
  void types(const std::string& text) {
    typed_.str(text);
    typed_.clear();
    answers_ = &typed_;
  }

  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::string body_;  // of the last request
  std::deque<net::Response> ready_;
  std::unique_ptr<net::HttpServer> server_;
  std::istringstream typed_;
};

TEST_F(JobsChange, OfSeveralJobsByTheirNumbers) {
  answer(job(42, jobs::JobState::paused));
  answer(job(43, jobs::JobState::paused));
  EXPECT_EQ(ffwatt({"jobs", "pause", "42", "43"}), ok) << err();
  EXPECT_EQ(out(), "job #42 is paused\njob #43 is paused\n");
  EXPECT_THAT(asked(), ElementsAre("POST /jobs/42/pause", "POST /jobs/43/pause"));
}

TEST_F(JobsChange, GoesOnAfterOneThatIsRefusedAndSaysWhy) {
  answer(net::problem(
      {.status = 409, .code = "conflict", .title = "T", .detail = "job #42 is running and cannot be paused"}));
  answer(job(43, jobs::JobState::paused));
  EXPECT_EQ(ffwatt({"jobs", "pause", "42", "43"}), failed);
  EXPECT_THAT(err(), HasSubstr("ffwatt jobs pause: job #42 is running and cannot be paused"));
  EXPECT_EQ(out(), "job #43 is paused\n");
}

TEST_F(JobsChange, ByFilterSaysHowManyAndAsksFirst) {
  matching(12);
  types("n\n");
  EXPECT_EQ(ffwatt({"jobs", "retry", "--state", "failed", "--scenario", "720p"}), ok);
  EXPECT_THAT(err(), HasSubstr("retry 12 jobs? [y/N]"));
  EXPECT_THAT(err(), HasSubstr("nothing was changed"));
  EXPECT_THAT(asked(), ElementsAre("GET /jobs limit=1 state=failed scenario=720p"));

  matching(12);
  answer(wire::encode_many(12, false));
  types("y\n");
  EXPECT_EQ(ffwatt({"jobs", "retry", "--state", "failed", "--scenario", "720p"}), ok) << err();
  EXPECT_EQ(out(), "12 jobs queued again\n");
  EXPECT_THAT(asked(), ElementsAre("GET /jobs limit=1 state=failed scenario=720p",
                                   "POST /jobs/retry state=failed scenario=720p"));
}

TEST_F(JobsChange, ByFilterIsRepeatedWhileThereAreMore) {
  matching(1100);
  answer(wire::encode_many(500, true));
  answer(wire::encode_many(500, true));
  answer(wire::encode_many(100, false));
  EXPECT_EQ(ffwatt({"jobs", "rm", "--state", "failed", "--yes", "--json"}), ok) << err();
  EXPECT_EQ(*json::parse(out()), wire::encode_many(1100, false));
  EXPECT_THAT(asked(), ElementsAre("GET /jobs limit=1 state=failed", "DELETE /jobs state=failed",
                                   "DELETE /jobs state=failed", "DELETE /jobs state=failed"));
}

TEST_F(JobsChange, ByFilterOnlyLooksAtStatesThatItCanChange) {
  matching(1), matching(0), matching(2);
  answer(wire::encode_many(1, false));
  answer(wire::encode_many(0, false));
  answer(wire::encode_many(2, false));
  EXPECT_EQ(ffwatt({"jobs", "cancel", "--scenario", "720p", "--yes"}), ok) << err();
  EXPECT_EQ(out(), "3 jobs canceled\n");
  EXPECT_THAT(
      asked(),
      ElementsAre("GET /jobs limit=1 state=queued scenario=720p", "GET /jobs limit=1 state=running scenario=720p",
                  "GET /jobs limit=1 state=paused scenario=720p", "POST /jobs/cancel state=queued scenario=720p",
                  "POST /jobs/cancel state=running scenario=720p", "POST /jobs/cancel state=paused scenario=720p"));
  EXPECT_EQ(ffwatt({"jobs", "pause", "--state", "running"}), usage);
  EXPECT_THAT(err(), HasSubstr("'running' is not one of queued"));
  matching(0);
  answer(wire::encode_many(0, false));
  EXPECT_EQ(ffwatt({"jobs", "retry", "--scenario", "720p"}), ok) << "nothing to ask for";
  EXPECT_THAT(asked().front(), HasSubstr("state=failed")) << "what was completed or canceled is left alone";
}

TEST_F(JobsChange, WhereNobodyCanBeAskedNothingIsChanged) {
  matching(12);
  EXPECT_EQ(ffwatt({"jobs", "rm", "--state", "completed"}), usage);
  EXPECT_THAT(err(), HasSubstr("12 jobs would be removed"));
  EXPECT_THAT(err(), HasSubstr("Give --yes"));
  EXPECT_THAT(asked(), ElementsAre("GET /jobs limit=1 state=completed"));
}

TEST_F(JobsChange, NeedsEitherJobsOrAFilter) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"jobs", "rm"}, {"jobs", "rm", "42", "--state", "failed"}, {"jobs", "rm", "42", "--yes"}})
    EXPECT_EQ(ffwatt(words), usage) << words.size();
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(JobsChange, AMasterThatIsLostOnTheWayIsToldWithWhatWasDone) {
  matching(1000);
  answer(wire::encode_many(500, true));
  answer(net::problem({.status = 503, .code = "unavailable", .title = "T", .detail = "the disk is full"}));
  EXPECT_EQ(ffwatt({"jobs", "cancel", "--state", "queued", "--yes"}), unavailable);
  EXPECT_THAT(err(), HasSubstr("500 jobs canceled before this:\nffwatt jobs cancel: the disk is full"));
}

TEST_F(JobsChange, OneThatIsRemovedIsSaid) {
  answer(net::Response{204, {}, ""});
  EXPECT_EQ(ffwatt({"jobs", "rm", "42"}), ok) << err();
  EXPECT_EQ(out(), "job 42 is removed; its result stays\n");
  EXPECT_THAT(asked(), ElementsAre("DELETE /jobs/42"));
}

TEST_F(JobsChange, ADrainedNodeIsSaidWithWhatItEnds) {
  wire::NodeView view;
  view.node.id = base::Id::make(1'700'000'000'000, 9, 9);
  view.node.facts.name = "worker-1";
  view.node.intent = jobs::Intent::draining;
  view.node.registered = view.node.last_heartbeat = units::WallTime::from_seconds(1'700'000'000);
  view.running = {"#42"};
  answer(wire::encode(view));
  EXPECT_EQ(ffwatt({"nodes", "drain", "worker-1"}), ok) << err();
  EXPECT_EQ(out(), "node worker-1 is draining: it gets no new job and ends #42\n");
  EXPECT_THAT(asked(), ElementsAre("POST /nodes/worker-1/drain"));
  answer(wire::encode_nodes({view}));
  EXPECT_EQ(ffwatt({"nodes", "show", "worker-2"}), failed);
  EXPECT_THAT(err(), HasSubstr("there is no node 'worker-2'; list them with `ffwatt nodes ls`"));
  answer(wire::encode_nodes({view, view}));
  EXPECT_EQ(ffwatt({"nodes", "show", "worker-1"}), usage);
  EXPECT_THAT(err(), HasSubstr("2 nodes are named 'worker-1'; give the id of one"));
}

TEST_F(JobsChange, ASubmissionSaysWhatItWantsAndWhatItWarnsOf) {
  auto accepted = job(42, jobs::JobState::queued);
  accepted.set("warnings", json::Value::array({"unsatisfiable: needs a node with the label rack=b7; no node has it"}));
  answer(accepted, 201);
  EXPECT_EQ(ffwatt({"jobs", "submit", "720p30-h264", "--exclusive", "--label", "node.rack=b7"}), ok) << err();
  const auto body = json::parse(body_);
  EXPECT_EQ(body->at("exclusive"), json::Value(true));
  EXPECT_EQ(body->at("labels").at("node.rack"), json::Value("b7"));
  EXPECT_THAT(err(), HasSubstr("job #42: unsatisfiable: needs a node with the label rack=b7"));
  EXPECT_EQ(ffwatt({"jobs", "submit", "720p30-h264", "--label", "rack"}), usage);
  EXPECT_EQ(ffwatt({"jobs", "submit", "--file", "job.json", "--exclusive"}), usage);
  EXPECT_THAT(err(), HasSubstr("--exclusive goes with SCENARIO"));
}

}  // namespace
}  // namespace cli
