// Every route, asked for real, and each answer held to openapi.json: check_contract.py says what that does not allow,
// and which answer is described that nobody has shown.
#include <fstream>
#include <set>

#include "base/text.h"
#include "master/openapi.h"
#include "master/pending_nodes.h"
#include "master/rest_for_tests.h"
#include "os_testing/temporary_folder.h"
#include "power/power_trace.h"
#include "wire/test_messages.h"
#include "wire/tokens.h"

namespace master {
namespace {

using net::Method;

class Contract : public Rest {
 protected:
  Contract() : Rest(On::sqlite) {}

  // As a caller on this machine.
  Answer ask(Method method, const std::string& path, const std::string& body = "", net::Headers headers = {}) {
    Answer answer = call(method, path, body, std::move(headers));
    note(method, path, body, answer);
    return answer;
  }
  Answer as_admin(Method method, const std::string& path, const std::string& body = "") {
    return ask(method, path, body, with("0123456789abcdef"));
  }
  static net::Headers with(const std::string& bearer) { return {{"Authorization", "Bearer " + bearer}}; }
  // By a stranger, and by one whose token is for something else.
  void denied(Method method, const std::string& path) {
    EXPECT_EQ(ask(method, path, "", with("wrong")).status(), 401) << path;
    EXPECT_EQ(ask(method, path, "", with(method == Method::get ? enrols_ : reads_)).status(), 403) << path;
  }
  std::string token(jobs::Scope scope) {
    return as_admin(Method::post, "/tokens", json::write(wire::encode(wire::TokenWish{.scope = scope}))).text("token");
  }
  std::string reads_, enrols_;
  void note(Method method, const std::string& path, const std::string& body, const Answer& answer) {
    auto line = json::Value::object({{"method", std::string(net::name(method))},
                                     {"path", path.substr(0, path.find('?'))},
                                     {"status", answer.status()},
                                     {"type", answer.header("Content-Type")},
                                     {"request", body},
                                     {"answer", answer.response.body}});
    exchanges_ << json::write(line) << "\n";
  }
  // A stream that stays open, of which the beginning is enough.
  void follow(const std::string& path) {
    Answer answer;
    net::Call following;
    following.url = base::format("http://127.0.0.1:{}{}", server->port(), path);
    following.stream.emplace();
    following.stream->stall = 60_s;
    following.stream->on_head = [&](const net::Response& head) {
      answer.response = head;
      return true;
    };
    following.stream->on_bytes = [](std::string_view) { return false; };
    EXPECT_FALSE(client.send(following)) << "it was ended by us";
    EXPECT_EQ(answer.status(), 200);
    note(Method::get, path, "", answer);
  }
  // Nothing where all is as it is described.
  std::string findings() {
    exchanges_.close();
    const auto out = folder_ / "findings", document = folder_ / "openapi.json";
    std::ofstream(document) << openapi_document();
    const os::Path checker = os::Path(FFWATT_SOURCE_DIR) / "src" / "master" / "check_contract.py";
    const auto command = base::format("/usr/bin/python3 '{}' '{}' '{}' > '{}' 2>&1", checker.string(),
                                      document.string(), (folder_ / "exchanges").string(), out.string());
    const bool good = std::system(command.c_str()) == 0;  // names of ours alone
    std::stringstream text;
    text << std::ifstream(out).rdbuf();
    return good ? "" : text.str();
  }

 private:
  os_testing::TemporaryFolder folder_;
  std::ofstream exchanges_{folder_ / "exchanges"};
};

TEST_F(Contract, EachRouteIsDescribedAndNothingElse) {
  const auto document = json::parse(std::string(openapi_document()));
  ASSERT_TRUE(document) << document.error().text();
  std::set<std::string> described, served;
  for (const auto& [path, operations] : document->at("paths").members())
    for (const auto& [method, operation] : operations.members()) described.insert(method + " " + path);
  for (const auto& [method, pattern] : api->router.routes())
    if (pattern.starts_with("/ui"))
      continue;  // pages, not the interface
    else if (!pattern.starts_with("/api/v1"))
      served.insert(base::lower(net::name(method)) + " " + pattern);
    else
      EXPECT_TRUE(
          described.count(base::lower(net::name(method)) + " " + (pattern == "/api/v1" ? "/" : pattern.substr(7))))
          << pattern;
  EXPECT_EQ(served, described);
}

TEST_F(Contract, WhatIsAskedAndAnsweredIsAsItIsDescribed) {
  reads_ = token(jobs::Scope::read), enrols_ = token(jobs::Scope::enrol);
  ask(Method::get, "/");
  EXPECT_EQ(ask(Method::get, "/", "", {{"Accept", "text/html"}}).status(), 303);
  EXPECT_EQ(ask(Method::get, "/scenarios").status(), 200);
  ask(Method::get, "/health");
  ask(Method::get, "/version");
  ask(Method::get, "/metrics");
  ask(Method::get, "/openapi.json");
  EXPECT_EQ(ask(Method::get, "/ca.pem").status(), 404);
  api->authority = "-----BEGIN CERTIFICATE-----\n";
  EXPECT_EQ(ask(Method::get, "/ca.pem").status(), 200);
  follow("/events?topics=job,live");
  EXPECT_EQ(as_admin(Method::post, "/backup").status(), 201);
  for (const char* path : {"/scenarios", "/summary", "/compare", "/totals", "/metrics", "/events", "/jobs",
                           "/jobs/next", "/jobs/1", "/jobs/1/history", "/jobs/1/live", "/jobs/1/logs",
                           "/jobs/1/power.csv", "/nodes", "/nodes/pending", "/results", "/tokens"})
    denied(Method::get, path);
  for (const char* path :
       {"/backup", "/jobs", "/jobs/cancel", "/jobs/pause", "/jobs/resume", "/jobs/retry", "/jobs/1/cancel",
        "/jobs/1/pause", "/jobs/1/resume", "/jobs/1/retry", "/jobs/1/start", "/nodes/approve", "/tokens",
        "/nodes/n1/drain", "/nodes/n1/activate", "/nodes/n1/heartbeat", "/nodes/n1/live", "/results"})
    denied(Method::post, path);
  denied(Method::del, "/jobs");
  denied(Method::del, "/jobs/1");
  denied(Method::del, "/tokens/nothing0");
  const wire::RegisterRequest stranger{std::nullopt, facts_of("far")};
  EXPECT_EQ(ask(Method::post, "/nodes/register", json::write(wire::encode(stranger)), with("wrong")).status(), 401);
  const auto its_own = jobs::make_token(jobs::Scope::worker, std::string(40, 's'));
  auto from_far = with(its_own.text);
  from_far.emplace_back("Via", "a proxy");
  EXPECT_EQ(ask(Method::post, "/nodes/register", json::write(wire::encode(stranger)), from_far).status(), 403);
  EXPECT_EQ(as_admin(Method::get, "/nodes/pending").text("count"), "1");
  EXPECT_EQ(as_admin(Method::post, "/nodes/approve", R"({"code":"0000-0000"})").status(), 404);
  EXPECT_EQ(as_admin(Method::post, "/nodes/approve", json::write(wire::encode_approval(PendingNodes::code_of(its_own))))
                .status(),
            200);
  EXPECT_EQ(ask(Method::post, "/nodes/register", json::write(wire::encode(stranger)), from_far).status(), 200);
  EXPECT_EQ(as_admin(Method::get, "/tokens").text("count"), "3");
  EXPECT_EQ(as_admin(Method::del, "/tokens/" + its_own.id).status(), 204);
  EXPECT_EQ(as_admin(Method::del, "/tokens/" + its_own.id).status(), 404);
  EXPECT_EQ(as_admin(Method::post, "/tokens", R"({"scope":"root"})").status(), 400);
  EXPECT_EQ(as_admin(Method::post, "/nodes/approve", "{}").status(), 400);
  for (const char* path : {"/tokens?nonsense=1", "/nodes/pending?nonsense=1"})
    EXPECT_EQ(as_admin(Method::get, path).status(), 400) << path;

  // What is wrong, everywhere.
  for (const char* path : {"/jobs?nonsense=1", "/jobs/next?node_id=x", "/jobs/x", "/jobs/x/history", "/jobs/x/live",
                           "/jobs/x/logs", "/jobs/x/power.csv", "/nodes?nonsense=1", "/results?nonsense=1",
                           "/events?topics=x", "/summary?window=x", "/totals?by=x", "/compare?jobs=1"})
    EXPECT_EQ(ask(Method::get, path).status(), 400) << path;
  for (const char* path :
       {"/jobs", "/jobs/x/cancel", "/jobs/x/pause", "/jobs/x/resume", "/jobs/x/retry", "/jobs/x/start",
        "/jobs/cancel?nonsense=1", "/jobs/pause?nonsense=1", "/jobs/resume?nonsense=1", "/jobs/retry?nonsense=1",
        "/nodes/register", "/nodes/n1/heartbeat", "/nodes/n1/live", "/results"})
    EXPECT_EQ(ask(Method::post, path, R"({"nonsense":1})").status(), 400) << path;
  EXPECT_EQ(ask(Method::del, "/jobs/x").status(), 400);
  EXPECT_EQ(ask(Method::del, "/jobs?nonsense=1").status(), 400);
  for (const char* path :
       {"/jobs/77", "/jobs/77/history", "/jobs/77/live", "/jobs/77/logs", "/jobs/77/power.csv", "/events?job=77"})
    EXPECT_EQ(ask(Method::get, path).status(), 404) << path;
  for (const char* path : {"/jobs/77/cancel", "/jobs/77/pause", "/jobs/77/resume", "/jobs/77/retry"})
    EXPECT_EQ(ask(Method::post, path).status(), 404) << path;
  for (const char* path : {"/nodes/n7/drain", "/nodes/n7/activate"})
    EXPECT_EQ(as_admin(Method::post, path).status(), 404) << path;
  EXPECT_EQ(ask(Method::del, "/jobs/77").status(), 404);

  // A job's whole life.
  const auto id = ask(Method::post, "/jobs", documented, {{"Idempotency-Key", "k"}}).text("id");
  EXPECT_EQ(ask(Method::post, "/jobs", R"({"scenario":"720p30-h264"})", {{"Idempotency-Key", "k"}}).status(), 422);
  EXPECT_EQ(ask(Method::post, "/jobs?dry_run=1", documented).status(), 200);
  EXPECT_EQ(ask(Method::post, "/jobs", R"({"jobs":[)" + documented + "," + documented + "]}").status(), 201);
  ask(Method::get, "/jobs?state=queued&limit=2");
  const wire::RegisterRequest joins{std::nullopt, facts_of("n1")};
  const auto node = ask(Method::post, "/nodes/register", json::write(wire::encode(joins))).text("node_id");
  ask(Method::post, "/nodes/register",
      json::write(wire::encode(wire::RegisterRequest{std::nullopt, wire::full_node_facts()})));
  ask(Method::get, "/nodes");
  as_admin(Method::post, "/nodes/n1/drain?deadline=10m");
  EXPECT_EQ(as_admin(Method::post, "/nodes/n1/drain?deadline=soon").status(), 400);
  EXPECT_EQ(as_admin(Method::post, "/nodes/n1/drain?deadline=8d").status(), 400);
  as_admin(Method::post, "/nodes/n1/activate");
  EXPECT_EQ(ask(Method::get, "/jobs/next?slots=1&node_id=" + wire::test_id(99).text()).status(), 404);
  const auto claim = ask(Method::get, "/jobs/next?slots=1&claim_id=c1&node_id=" + node);
  ASSERT_EQ(claim.status(), 200) << claim.response.body;
  const auto lease = lease_of(claim.body);
  const auto who = *base::Id::parse(node);
  const auto start = json::write(wire::encode(wire::StartRequest{who, lease}));
  auto nobody = lease;
  nobody.job = wire::test_id(98);
  EXPECT_EQ(ask(Method::post, "/jobs/" + nobody.job.text() + "/start",
                json::write(wire::encode(wire::StartRequest{who, nobody})))
                .status(),
            404);
  EXPECT_EQ(ask(Method::post, "/jobs/" + id + "/start", start).status(), 200);
  auto foreign = lease;
  foreign.token = std::string(lease.token.size(), '0');
  EXPECT_EQ(
      ask(Method::post, "/jobs/" + id + "/start", json::write(wire::encode(wire::StartRequest{who, foreign}))).status(),
      409);
  EXPECT_EQ(ask(Method::del, "/jobs/1").status(), 409);
  EXPECT_EQ(ask(Method::post, "/jobs/1/resume").status(), 409);
  EXPECT_EQ(ask(Method::post, "/jobs/1/pause").status(), 409);
  EXPECT_EQ(ask(Method::post, "/jobs/1/retry").status(), 409);
  ask(Method::get, "/jobs/1/live");
  const auto beat = json::write(
      wire::encode(wire::HeartbeatRequest{"boot",
                                          {{lease, wire::full_progress(), wire::test_measured<units::Joules>(3),
                                            wire::test_measured<units::Watts>(4), units::Seconds(5), 0.25}}}));
  EXPECT_EQ(ask(Method::post, "/nodes/" + node + "/heartbeat", beat).status(), 200);
  EXPECT_EQ(ask(Method::post, "/nodes/" + node + "/live", beat).status(), 200);
  EXPECT_EQ(ask(Method::get, "/jobs/1/live").status(), 200);
  for (const char* route : {"/heartbeat", "/live"})
    EXPECT_EQ(ask(Method::post, "/nodes/" + wire::test_id(99).text() + route, beat).status(), 404);
  wire::ResultRequest message{who, lease, wire::full_report()};
  power::PowerTraceBuilder trace({power::TraceZone{.path = "/sys/rapl", .name = "package-0", .source = "powercap"}},
                                 units::BootTime());
  trace.append(units::BootTime::from_seconds(0.1), std::vector<power::TraceValue>{{.steps = 3}});
  message.report.power_trace = trace.encoded();
  message.report.outcome = {};
  const auto result = json::write(wire::encode(message));
  EXPECT_EQ(ask(Method::post, "/results?next=1&slots=1&claim_id=c2", result).status(), 200);
  message.report.log_tail = "another";
  EXPECT_EQ(ask(Method::post, "/results", json::write(wire::encode(message))).status(), 409);
  message.lease.job = wire::test_id(98);
  EXPECT_EQ(ask(Method::post, "/results", json::write(wire::encode(message))).status(), 404);
  EXPECT_EQ(ask(Method::get, "/jobs/1").text("state"), "completed");
  for (const char* path :
       {"/jobs/1/history", "/jobs/1/logs", "/jobs/1/power.csv", "/results?limit=5", "/results?format=csv"})
    EXPECT_EQ(ask(Method::get, path).status(), 200) << path;
  EXPECT_EQ(ask(Method::get, "/jobs?facts=1").status(), 200);
  EXPECT_EQ(ask(Method::get, "/summary").status(), 200);
  EXPECT_EQ(ask(Method::get, "/totals?by=codec").status(), 200);
  const auto other =
      ask(Method::post, "/jobs", R"({"scenario":"480p30-h264","queue":"live","priority":"high"})");  // comes first
  const auto second = lease_of(ask(Method::get, "/jobs/next?slots=1&claim_id=c3&node_id=" + node).body);
  EXPECT_EQ(second.job.text(), other.text("id"));
  const auto begun = ask(Method::post, "/jobs/" + second.job.text() + "/start",
                         json::write(wire::encode(wire::StartRequest{who, second})));
  EXPECT_EQ(begun.status(), 200) << begun.response.body;
  wire::ResultRequest done{who, second, wire::full_report()};
  done.report.outcome = {};
  EXPECT_EQ(ask(Method::post, "/results", json::write(wire::encode(done))).status(), 200);
  EXPECT_EQ(ask(Method::get, "/compare?jobs=1," + other.text("number")).status(), 200);
  EXPECT_EQ(ask(Method::get, "/compare?jobs=1,77").status(), 404);
  EXPECT_EQ(ask(Method::get, "/compare?jobs=1,2").status(), 409) << "job 2 has no result";
  EXPECT_EQ(ask(Method::post, "/jobs/1/cancel").status(), 409);
  for (const char* path :
       {"/jobs/3/pause", "/jobs/3/resume", "/jobs/3/cancel", "/jobs/3/retry", "/jobs/pause?state=queued",
        "/jobs/resume?state=paused", "/jobs/cancel?state=queued", "/jobs/retry?state=canceled"})
    EXPECT_EQ(ask(Method::post, path).status(), 200) << path;
  EXPECT_EQ(ask(Method::del, "/jobs/1").status(), 204);
  EXPECT_EQ(ask(Method::del, "/jobs?state=completed").status(), 200);
  EXPECT_EQ(findings(), "");
}

}  // namespace
}  // namespace master
