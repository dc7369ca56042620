// The REST interface from outside: a real server on a free port of this machine, the documented bodies, the shapes that
// scripts rely on.
#include "master/api.h"

#include <algorithm>

#include "master/rest_for_tests.h"
#include "power/power_trace.h"

namespace master {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(Rest, TheDocumentedJobIsAcceptedUnderBothPathsWhateverItsContentTypeSays) {
  for (const char* path : {"/jobs", "/api/v1/jobs"})
    for (const char* type : {"application/json", "application/x-www-form-urlencoded", "text/plain"}) {
      const auto made = post(path, documented, {{"Content-Type", type}});
      EXPECT_EQ(made.status(), 201) << made.response.body;
      EXPECT_EQ(made.text("id"), made.text("job_id"));
      EXPECT_EQ(made.text("state"), "queued");
      EXPECT_EQ(made.header("Location"), "/jobs/" + made.text("id"));
      EXPECT_THAT(made.text("warnings"), HasSubstr("no node has registered yet"));
      EXPECT_EQ(get(made.header("Location")).text("id"), made.text("id"));
    }
}

TEST_F(Rest, ManyJobsAreAcceptedAllOrNone) {
  const auto made = post("/jobs", R"({"jobs":[)" + documented + "," + documented + "]}");
  EXPECT_EQ(made.status(), 201);
  EXPECT_EQ(made.text("count"), "2");
  EXPECT_EQ(made.body.at("jobs").items().size(), 2u);
  expect_problem(post("/jobs", R"({"jobs":[)" + documented + R"(,{"scenario":"nonsense"}]})"), 400, "invalid",
                 "/jobs/1/scenario");
  EXPECT_EQ(get("/jobs").text("count"), "2");
}

TEST_F(Rest, AnUnknownFieldIsRefusedWithItsPlaceAndTheNearestName) {
  const auto refused = post("/jobs", R"({"scenario":"1080p-h264","prioritty":"low","parameters":{"bitrat":"5M"}})");
  expect_problem(refused, 400, "invalid", "Did you mean 'priority'?");
  const auto& errors = refused.body.at("errors");
  ASSERT_TRUE(errors.is_array());
  std::vector<std::string> places;
  for (const auto& error : errors.items()) places.push_back(error.at("pointer").as_string());
  EXPECT_THAT(places, testing::UnorderedElementsAre("/prioritty", "/parameters/bitrat"));
}

TEST_F(Rest, WhatIsNoJsonIsRefusedWithItsPlace) {
  expect_problem(post("/jobs", "{\"scenario\":"), 400, "invalid", "the body");
  expect_problem(post("/jobs", ""), 400, "invalid", "scenario");
  expect_problem(post("/nodes/register", "[]"), 400, "invalid", "object");
  expect_problem(post("/results", "{}"), 400, "invalid", "is required");
}

TEST_F(Rest, TheSameIdempotencyKeyIsTheSameJobAndAnotherBodyIs422) {
  const net::Headers key{{"Idempotency-Key", "k1"}};
  const auto first = post("/jobs", documented, key), again = post("/jobs", documented, key);
  EXPECT_EQ(again.status(), 201);
  EXPECT_EQ(again.text("id"), first.text("id"));
  expect_problem(post("/jobs", R"({"scenario":"720p-h264"})", key), 422, "key_reused", "");
  EXPECT_EQ(get("/jobs").text("count"), "1");
}

TEST_F(Rest, ListsHaveJobsCountAndNextAndCanBeWalked) {
  for (int i = 0; i < 3; ++i) post("/jobs", documented);
  auto page = get("/jobs?limit=2");
  EXPECT_EQ(page.status(), 200);
  EXPECT_EQ(page.body.at("jobs").items().size(), 2u);
  EXPECT_EQ(page.text("count"), "3");
  page = get("/jobs?limit=2&cursor=" + page.text("next"));
  EXPECT_EQ(page.body.at("jobs").items().size(), 1u);
  EXPECT_TRUE(page.text("next") == "null" || page.text("next").empty()) << page.response.body;
  EXPECT_EQ(get("/jobs?state=completed").text("count"), "0");
  EXPECT_EQ(get("/nodes").text("count"), "0");
  EXPECT_TRUE(get("/nodes").body.at("nodes").is_array());
  EXPECT_EQ(get("/results").text("count"), "0");
}

TEST_F(Rest, AFilterThatIsNotKnownIsRefusedRatherThanIgnored) {
  expect_problem(get("/jobs?stat=queued"), 400, "invalid", "Did you mean 'state'?");
  for (const char* path : {"/jobs?state=done", "/jobs?limit=0", "/jobs?limit=x", "/results?codex=h264", "/nodes?x=1",
                           "/jobs/next?node=1", "/results?limit=501"})
    expect_problem(get(path), 400, "invalid", "");
}

TEST_F(Rest, WhatIsNotThereIs404AndAWrongMethod405) {
  for (const char* path : {"/jobs/7", "/jobs/%237", "/jobs/00000000-0000-7000-8000-000000000000"})
    expect_problem(get(path), 404, "not_found", "there is no job");
  expect_problem(get("/jobs/7x"), 400, "invalid", "");
  EXPECT_EQ(get("/nothing").status(), 404);
  EXPECT_EQ(call(net::Method::put, "/jobs", "{}").status(), 405);
  expect_problem(post("/nodes/00000000-0000-7000-8000-000000000000/heartbeat", R"({"boot_id":"b","running":[]})"), 404,
                 "not_found", "register");
}

TEST_F(Rest, AJobIdThatIsNoneSaysWhatJobIdsAre) {
  for (const char* path : {"/jobs/abc", "/jobs/%23abc", "/jobs/12x", "/jobs/abc/logs"})
    expect_problem(get(path), 400, "invalid", "job ids are numbers, such as 42");
  expect_problem(post("/jobs/abc/cancel"), 400, "invalid", "job ids are numbers, such as 42");
}

TEST_F(Rest, OptionsIs405WithWhatThePathTakes) {
  const auto refused = call(net::Method::options, "/jobs");
  expect_problem(refused, 405, "method_not_allowed",
                 "OPTIONS cannot be used on /jobs; it takes DELETE, GET, HEAD, POST");
  EXPECT_EQ(refused.header("Allow"), "DELETE, GET, HEAD, POST");
}

TEST_F(Rest, AJobGoesItsWholeWayByTheDocumentedCalls) {
  const auto id = post("/jobs", documented).text("id");
  const auto node = enrolled();
  const auto offer = get("/jobs/next?node_id=" + node + "&slots=1&wait=30&claim_id=c1");
  EXPECT_EQ(offer.status(), 200);
  EXPECT_THAT(offer.header("Cache-Control"), HasSubstr("no-store"));
  EXPECT_EQ(offer.body.at("job").at("id").as_string(), id);
  const auto lease = lease_of(offer.body);
  const auto start = json::write(wire::encode(wire::StartRequest{*base::Id::parse(node), lease}));
  EXPECT_EQ(post("/jobs/" + id + "/start", start).status(), 200);
  EXPECT_EQ(get("/jobs/1").text("state"), "running");
  EXPECT_EQ(get("/nodes").body.at("nodes").items().at(0).at("running").items().at(0).as_string(), "#1");

  expect_problem(get("/jobs/1/power.csv"), 404, "not_found", "job #1 has no power trace: it is running");
  wire::ResultRequest message{*base::Id::parse(node), lease, a_report()};
  power::PowerTraceBuilder trace({power::TraceZone{.path = "/sys/rapl", .name = "package-0", .source = "powercap"}},
                                 units::BootTime());
  trace.append(units::BootTime::from_seconds(0.1), std::vector<power::TraceValue>{{.steps = 3}});
  message.report.power_trace = trace.encoded();
  const auto done = post("/results", json::write(wire::encode(message)));
  EXPECT_EQ(done.status(), 200) << done.response.body;
  EXPECT_EQ(get("/jobs/%231").text("state"), "completed");
  EXPECT_EQ(get("/jobs/1/logs").status(), 200);
  EXPECT_EQ(get("/jobs/1").body.at("report").find("power_trace"), nullptr);
  const auto csv = get("/jobs/1/power.csv");
  EXPECT_EQ(csv.status(), 200);
  EXPECT_EQ(csv.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_EQ(csv.response.body, power::power_trace_csv(*power::decode_power_trace(trace.encoded())));
  EXPECT_EQ(get("/results?limit=5").text("count"), "1");
  expect_problem(post("/jobs/1/cancel"), 409, "conflict", "cannot be canceled");
}

TEST_F(Rest, TheAnswerToAResultBringsTheNextOfferAndNeverLosesTheVerdict) {
  for (int i = 0; i < 3; ++i) post("/jobs", documented);
  const auto node = enrolled();
  auto lease = lease_of(get("/jobs/next?node_id=" + node + "&slots=1&wait=30&claim_id=c1").body);
  const auto start = [&] {
    const auto body = json::write(wire::encode(wire::StartRequest{*base::Id::parse(node), lease}));
    ASSERT_EQ(post("/jobs/" + lease.job.text() + "/start", body).status(), 200);
  };
  const auto deliver = [&](base::Id from) {
    const auto body = json::write(wire::encode(wire::ResultRequest{from, lease, a_report()}));
    const auto done = post("/results?next=1&slots=1&claim_id=c2", body);
    EXPECT_EQ(done.status(), 200) << done.response.body;
    return wire::decode_result_answer(done.body).value();
  };
  start();
  const auto first = deliver(*base::Id::parse(node));
  EXPECT_EQ(first.state, jobs::JobState::completed);
  ASSERT_TRUE(first.next);
  ASSERT_EQ(first.next->offers.size(), 1u);
  lease = first.next->offers[0].lease;
  start();
  // A node that is not known here any more holds the lease all the same.
  const auto second = deliver(random.id(now.wall));
  EXPECT_EQ(second.state, jobs::JobState::completed);
  EXPECT_FALSE(second.next);
}

TEST_F(Rest, AllResultsAreOneCsvHoweverManyPartsItTakes) {
  auto report = a_report();
  for (int i = 0; i < 2'100; ++i) {
    report.id = base::format("r{}", i);
    ASSERT_TRUE(model.add_report(report));
  }
  const auto csv = get("/results?format=csv");
  EXPECT_EQ(csv.status(), 200);
  EXPECT_EQ(csv.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(csv.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_THAT(csv.response.body, testing::StartsWith("id,name,kind,node,"));
  EXPECT_EQ(std::count(csv.response.body.begin(), csv.response.body.end(), '\n'), 2'101);
}

TEST_F(Rest, APowerTraceThatCannotBeReadIsSaidToBeNone) {
  post("/jobs", documented);
  ASSERT_TRUE(model.put_power_trace(model.record_by_number(1)->job.id, "nonsense"));
  expect_problem(get("/jobs/1/power.csv"), 409, "conflict", "this is no power trace that can be read");
}

TEST_F(Rest, CancelAnswersTheJob) {
  post("/jobs", documented);
  const auto canceled = post("/api/v1/jobs/1/cancel");
  EXPECT_EQ(canceled.status(), 200);
  EXPECT_EQ(canceled.text("state"), "canceled");
  expect_problem(get("/jobs/1/logs"), 404, "not_found", "no log");
}

TEST_F(Rest, AClaimThatIsMissingSomethingSaysWhat) {
  expect_problem(get("/jobs/next"), 400, "invalid", "node_id is missing");
  expect_problem(get("/jobs/next?node_id=7"), 400, "invalid", "");
  const auto node = enrolled();
  expect_problem(get("/jobs/next?node_id=" + node + "&slots=-1"), 400, "invalid", "slots");
  expect_problem(get("/jobs/next?node_id=" + node + "&wait=-1"), 400, "invalid", "");
  expect_problem(get("/jobs/next?node_id=00000000-0000-7000-8000-000000000000"), 404, "not_found", "register");
  const auto empty = get("/jobs/next?node_id=" + node + "&wait=0");
  EXPECT_EQ(empty.status(), 200);
  EXPECT_TRUE(empty.body.at("job").is_null());
}

TEST_F(Rest, HealthAsksTheStoreAndVersionAndMetricsAnswer) {
  EXPECT_EQ(get("/health").text("status"), "healthy");
  EXPECT_EQ(get("/version").text("version"), "0.1.0");
  EXPECT_THAT(get("/metrics").response.body, HasSubstr("ffwatt_http_requests_total"));
  EXPECT_THAT(get("/").response.body, HasSubstr("ffwatt master"));
}

TEST_F(Rest, AStoreThatIsNotWellIs503AtHealth) {
  model.be_unhealthy(base::Error::failed("the disk has gone"));
  expect_problem(get("/health"), 503, "unhealthy", "the disk has gone");
}

TEST_F(Rest, ACallerBehindAProxyGets401WithTheWayIn) {
  const net::Headers proxied{{"X-Forwarded-For", "203.0.113.9"}};
  const auto refused = call(net::Method::get, "/jobs", "", proxied);
  expect_problem(refused, 401, "denied", "/state/key");
  EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(call(net::Method::get, "/health", "", proxied).status(), 200);
  auto with_key = proxied;
  with_key.emplace_back("Authorization", "Bearer 0123456789abcdef");
  EXPECT_EQ(call(net::Method::get, "/jobs", "", with_key).status(), 200);
}

}  // namespace
}  // namespace master
