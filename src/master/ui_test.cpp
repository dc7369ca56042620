// The dashboard and what was added for it, from outside, by a router without sockets.
#include <gmock/gmock.h>

#include "json/json.h"
#include "master/api.h"
#include "master/service_for_tests.h"
#include "master/web_assets.h"

namespace master {
namespace {

using testing::HasSubstr;
using testing::Not;

class Ui : public Farm {
 protected:
  Ui() {
    now = real.host().clock.now();
    restart();
    service.emplace(*core, model, real.host().clock, *log);
    api = std::make_unique<Api>(
        Api{*service, scenarios, metrics, access, "0.1.0", real.host(), "/nonexistent/backups", nullptr, {}});
    add_routes(*api);
  }
  ~Ui() override { service->stop(); }

  net::Response ask(net::Method method, const std::string& path, const std::string& body = "",
                    std::vector<std::pair<std::string, std::string>> query = {}, net::Headers headers = {}) {
    service->start();  // from the first question on: a test prepares the core before, on its own thread
    net::Request request;
    request.method = method;
    request.path = path;
    request.query = std::move(query);
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "localhost");
    request.body = body;
    request.peer = peer_address;
    auto peer = std::make_shared<Peer>();
    api->router(std::move(request), net::Responder(peer));
    return peer->answer();
  }
  net::Response get(const std::string& path, net::Headers headers = {}) {
    return ask(net::Method::get, path, "", {}, std::move(headers));
  }
  static std::string header(const net::Response& response, std::string_view name) {
    const auto* value = net::find(response.headers, name);
    return value ? *value : "";
  }
  // A file of the page, by the end of its name.
  static const WebAsset& asset(std::string_view end) {
    for (const auto& one : web_assets())
      if (one.name.ends_with(end)) return one;
    throw std::runtime_error("the dashboard has no file that ends in " + std::string(end));
  }

  std::string peer_address = "127.0.0.1";
  os::RealHost real;
  const media::Scenarios scenarios = media::Scenarios::built_in();
  Access access{Access::Mode::guarded, "0123456789abcdef", "/state/key"};
  std::optional<Service> service;
  std::unique_ptr<Api> api;
};

TEST_F(Ui, EveryAddressBelowIsThePageWithoutInlineScriptOrStyle) {
  for (const char* path : {"/ui", "/ui/jobs", "/ui/jobs/42"}) {
    const auto page = get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    const auto policy = header(page, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(page.body, HasSubstr(std::string(asset(".css").name)));
    EXPECT_THAT(page.body, Not(HasSubstr("<style")));
    EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
  }
}

TEST_F(Ui, ItIsOpenToBrowsersThatHaveNoKeyYet) {
  peer_address = "203.0.113.9";
  EXPECT_EQ(get("/ui").status, 200);
  EXPECT_EQ(get("/ui/assets/" + std::string(asset(".css").name)).status, 200);
  EXPECT_EQ(get("/jobs").status, 401);
  EXPECT_EQ(get("/summary").status, 401);
}

TEST_F(Ui, FilesArePressedAsTheBrowserWantsAndKeptForEver) {
  const auto& script = asset(".js");
  const auto path = "/ui/assets/" + std::string(script.name);
  const auto plain = get(path);
  EXPECT_EQ(plain.body, script.plain.text());
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_THAT(header(plain, "Cache-Control"), HasSubstr("immutable"));
  EXPECT_THAT(header(get("/ui"), "Cache-Control"), Not(HasSubstr("immutable")));
  const struct {
    const char *accept, *encoding;
  } cases[] = {{"gzip, deflate, br", "br"},
               {"gzip", "gzip"},
               {"br;q=0, gzip;q=0.5", "gzip"},
               {"br;q=0.0", ""},
               {"identity", ""},
               {"BR", "br"}};
  for (const auto& one : cases) {
    const auto answer = get(path, {{"Accept-Encoding", one.accept}});
    EXPECT_EQ(header(answer, "Content-Encoding"), one.encoding) << one.accept;
    EXPECT_EQ(header(answer, "Vary"), "Accept-Encoding");
  }
}

TEST_F(Ui, WhatTheBrowserHasIsNotSentAgain) {
  const auto first = get("/ui");
  const auto again = get("/ui", {{"If-None-Match", header(first, "ETag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(get("/ui", {{"If-None-Match", "\"of another version\""}}).status, 200);
}

TEST_F(Ui, AFileOfAnotherVersionIs404AndSaysSo) {
  for (const char* name : {"main-OTHER.js", "index.html"}) {
    const auto answer = get(std::string("/ui/assets/") + name);
    EXPECT_EQ(answer.status, 404) << name;
    EXPECT_THAT(answer.body, HasSubstr("load it again"));
  }
}

TEST_F(Ui, BrowsersThatAskForTheRootAreSentThereAndScriptsAreNot) {
  const auto browser = get("/", {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}});
  EXPECT_EQ(browser.status, 303);
  EXPECT_EQ(header(browser, "Location"), "/ui");
  const auto script = get("/", {{"Accept", "*/*"}});
  EXPECT_EQ(script.status, 200);
  EXPECT_THAT(script.body, HasSubstr("ffwatt master"));
}

TEST_F(Ui, ASummaryCountsEachStateAndWhatTheDayTook) {
  ASSERT_EQ(ask(net::Method::post, "/jobs", R"({"scenario":"720p30-h264"})").status, 201);
  const auto body = *json::parse(get("/summary").body);
  EXPECT_EQ(body.at("jobs").at("queued").as_integer(), 1);
  EXPECT_EQ(body.at("jobs").at("failed").as_integer(), 0);
  EXPECT_EQ(body.at("failed").at("count").as_integer(), 0);
  EXPECT_EQ(body.at("ended").at("runs").as_integer(), 0);
  EXPECT_EQ(body.at("window_seconds").as_number(), 86400);
  for (const char* window : {"0s", "400d", "soon"})
    EXPECT_EQ(ask(net::Method::get, "/summary", "", {{"window", window}}).status, 400) << window;
}

TEST_F(Ui, ADryRunSaysWhatWouldBecomeOfAJobAndTakesNone) {
  const std::vector<std::pair<std::string, std::string>> dry{{"dry_run", "1"}};
  const auto good = ask(net::Method::post, "/jobs", R"({"scenario":"720p30-h264","name":"draft"})", dry);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(json::parse(good.body)->at("parameters").at("resolution").as_string(), "1280x720");
  const auto many = ask(net::Method::post, "/jobs", R"({"jobs":[{"scenario":"720p30-h264"}]})", dry);
  EXPECT_EQ(json::parse(many.body)->at("count").as_integer(), 1);
  EXPECT_EQ(ask(net::Method::post, "/jobs", R"({"scenario":"720p30-h246"})", dry).status, 400);
  EXPECT_EQ(ask(net::Method::post, "/jobs", R"({"scenario":"720p30-h264"})", {{"dry_run", "maybe"}}).status, 400);
  EXPECT_EQ(ask(net::Method::post, "/jobs", R"({"scenario":"720p30-h264"})", {{"dry", "1"}}).status, 400);
  EXPECT_EQ(json::parse(get("/jobs").body)->at("count").as_integer(), 0);
}

TEST_F(Ui, AListBringsTheFactsOfWhatHasEnded) {
  const auto id = node();
  const auto done = running(id);
  auto report = a_report();
  report.timings.started = report.timings.ended = now.wall;
  report.energy = {
      {jobs::Part::total, units::Measured<units::Joules>::of(units::Joules(7), units::Joules(6), units::Joules(9),
                                                             units::Quality::measured, "perf", units::Scope::package)}};
  ASSERT_TRUE(result(id, done, report));
  submit();
  const auto with = *json::parse(ask(net::Method::get, "/jobs", "", {{"facts", "1"}}).body);
  EXPECT_EQ(with.at("jobs").items().at(1).at("facts").at("energy_joules").as_number(), 7);
  EXPECT_EQ(with.at("jobs").items().at(0).find("facts"), nullptr) << "it waits";
  EXPECT_EQ(json::parse(get("/jobs").body)->at("jobs").items().at(1).find("facts"), nullptr) << "nobody asked";
}

TEST_F(Ui, AResultOfANodeWhoseClockIsWrongIsFoundAllTheSame) {
  const auto id = node();
  const auto done = running(id);
  auto report = a_report();
  report.timings.started = report.timings.ended = now.wall - units::Seconds(86400);
  ASSERT_TRUE(result(id, done, report));
  const auto body = *json::parse(ask(net::Method::get, "/jobs", "", {{"facts", "1"}}).body);
  EXPECT_EQ(body.at("jobs").items().at(0).at("facts").at("state").as_string(), "completed");
}

TEST_F(Ui, AComparisonTakesJobsOfOneSettingAsItsRepetitions) {
  const auto id = node();
  const auto done = [&](const std::string& encoder, double joules) {
    const auto lease = running(id, a_submission(encoder));
    auto report = a_report();
    report.timings.elapsed = units::Seconds(2);
    report.energy = {{jobs::Part::total, units::Measured<units::Joules>::of(
                                             units::Joules(joules), units::Joules(joules), units::Joules(joules),
                                             units::Quality::measured, "perf", units::Scope::package)}};
    EXPECT_TRUE(result(id, lease, report));
  };
  done("libx264", 10), done("libx264", 10.1);
  auto other = a_submission();
  other.spec.crf = 40;
  const auto lease = running(id, other);
  ASSERT_TRUE(result(id, lease, a_report()));
  const auto one = ask(net::Method::get, "/compare", "", {{"jobs", "1,2,3"}});
  ASSERT_EQ(one.status, 200) << one.body;
  const auto body = *json::parse(one.body);
  ASSERT_EQ(body.at("settings").items().size(), 2u);
  EXPECT_EQ(body.at("settings").items().at(0).at("name").as_string(), "#1, #2");
  EXPECT_EQ(body.at("settings").items().at(0).at("samples").items().size(), 2u);
  EXPECT_EQ(ask(net::Method::get, "/compare", "", {{"jobs", "1,2"}}).status, 400) << "one setting is no comparison";
  EXPECT_EQ(ask(net::Method::get, "/compare", "", {{"jobs", "1"}}).status, 400);
}

TEST_F(Ui, TotalsAreOfEachGroup) {
  const auto id = node();
  const auto lease = running(id);
  auto report = a_report();
  report.timings.started = report.timings.ended = now.wall;
  report.node = "n1";
  ASSERT_TRUE(result(id, lease, report));
  const auto answer = ask(net::Method::get, "/totals", "", {{"by", "node"}});
  const auto body = *json::parse(answer.body);
  ASSERT_EQ(body.at("groups").items().size(), 1u) << answer.body;
  EXPECT_EQ(body.at("groups").items().at(0).at("name").as_string(), "n1");
  EXPECT_EQ(body.at("groups").items().at(0).at("totals").at("without_energy").as_integer(), 1);
  EXPECT_EQ(ask(net::Method::get, "/totals", "", {{"by", "colour"}}).status, 400);
}

TEST_F(Ui, ScenariosAreListedWithWhatTheyStandFor) {
  const auto body = *json::parse(get("/scenarios").body);
  EXPECT_EQ(body.at("count").as_integer(), static_cast<std::int64_t>(scenarios.all().size()));
  const auto& first = body.at("scenarios").items().at(0);
  EXPECT_FALSE(first.at("description").as_string().empty());
  EXPECT_TRUE(first.at("parameters").is_object());
}

}  // namespace
}  // namespace master
