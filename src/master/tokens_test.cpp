// Who may do what, from outside: every route by every kind of caller, and how a node comes in.
#include <map>
#include <set>

#include "base/text.h"
#include "master/openapi.h"
#include "master/rest_for_tests.h"
#include "master/service_for_tests.h"
#include "wire/tokens.h"

namespace master {
namespace {

using jobs::Scope;

// Requests from wherever, without sockets.
class Callers : public ServiceTest {
 protected:
  Callers() {
    core->when_tokens([this](const std::vector<jobs::AccessToken>& tokens) { access.know(tokens); });
    api = std::make_unique<Api>(
        Api{*service, scenarios, metrics, access, "0.1.0", real.host(), "/nonexistent/backups", nullptr, {}});
    add_routes(*api);
    service->start();
  }
  ~Callers() override { service->stop(); }

  struct Asks {
    std::string bearer{};  // empty: nothing is shown
    std::string peer = "10.0.0.9";
    std::string body{};
    std::string enrolment{};
  };
  net::Response ask(net::Method method, const std::string& path, const Asks& asks) {
    net::Request request;
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    if (const auto query = path.find('?'); query != std::string::npos) {
      const auto equals = path.find('=', query);
      request.query.emplace_back(path.substr(query + 1, equals - query - 1), path.substr(equals + 1));
    }
    request.peer = asks.peer;
    request.body = asks.body;
    request.headers = {{"Host", asks.peer == "127.0.0.1" ? "localhost" : "master.example.org"}};
    if (!asks.bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + asks.bearer);
    if (!asks.enrolment.empty()) request.headers.emplace_back("X-Enrolment", asks.enrolment);
    const auto peer = std::make_shared<Peer>();
    api->router(std::move(request), net::Responder(peer));
    return peer->answer();
  }
  net::Response post(const std::string& path, const Asks& asks) { return ask(net::Method::post, path, asks); }
  static json::Value value_of(const net::Response& response) {
    auto value = json::parse(response.body);
    return value ? *value : json::Value();
  }
  wire::TokenView made(Scope scope, std::optional<units::Seconds> lifetime = {}) {
    const auto answered =
        post("/tokens", {.bearer = key, .body = json::write(wire::encode(wire::TokenWish{scope, "t", lifetime}))});
    EXPECT_EQ(answered.status, 201) << answered.body;
    return wire::decode_token(value_of(answered)).value();
  }
  std::string own(char letter) { return jobs::make_token(Scope::worker, std::string(40, letter)).text; }
  std::string joins(const std::string& name, std::optional<base::Id> id = {}) {
    return json::write(wire::encode(wire::RegisterRequest{id, facts_of(name)}));
  }

  const std::string key = "0123456789abcdef";
  media::Scenarios scenarios = media::Scenarios::built_in();
  Access access{Access::Mode::guarded, key, "/state/key"};
  std::unique_ptr<Api> api;
};

TEST_F(Callers, MayDoWhatTheDescriptionSays) {
  std::map<std::string, std::string> shown{{"nobody", ""}, {"wrong key", "wrong"}, {"key", key}};
  for (const auto scope : {Scope::read, Scope::submit, Scope::enrol, Scope::worker, Scope::admin})
    shown.emplace(jobs::name(scope), made(scope).text);
  shown.emplace("revoked", made(Scope::admin).text);
  const auto id = jobs::parse_token(shown.at("revoked"))->id;
  ASSERT_EQ(ask(net::Method::del, "/tokens/" + id, {.bearer = key}).status, 204);

  const auto document = json::parse(std::string(openapi_document()));
  std::set<std::string> described;
  for (const auto& [path, operations] : document->at("paths").members())
    for (const auto& [method, operation] : operations.members()) {
      const auto* text = operation.find("x-scope");
      const auto name = method + " " + path;
      ASSERT_TRUE(text) << name << " says no scope";
      ASSERT_EQ(api->needs.count(name), 1u) << name;
      const auto& needs = api->needs.at(name);
      described.insert(name);
      if (path == "/nodes/register") continue;  // it looks itself who comes
      EXPECT_EQ(text->as_string(), needs ? jobs::name(*needs) : "open") << name;
      auto concrete = path;
      if (const auto at = concrete.find("{id}"); at != std::string::npos)
        concrete.replace(at, 4, "019c1347-d49b-7502-a273-1b1f0a9e6233");
      for (const auto& [who, bearer] : shown)
        for (const char* peer : {"10.0.0.9", "127.0.0.1"}) {
          const bool neighbour = who == "nobody" && std::string_view(peer) == "127.0.0.1";
          const auto scope = jobs::parse_scope(who);
          const bool known = neighbour || who == "key" || scope.ok();
          const bool may = !needs || who == "key" || (neighbour && *needs != Scope::admin) ||
                           (scope && jobs::covers(*scope, *needs));
          if (name == "delete /tokens/{id}" && may) continue;
          const auto status = ask(*net::parse_method(base::upper(method)), concrete, {bearer, peer, "{}"}).status;
          const auto what = base::format("{} by {} at {}", name, who, peer);
          if (may)
            EXPECT_TRUE(status != 401 && status != 403) << what << ": " << status;
          else
            EXPECT_EQ(status, known ? 403 : 401) << what;
        }
    }
  EXPECT_EQ(described.size(), api->needs.size());
}

TEST_F(Callers, ANodeComesInWithAnEnrolTokenOnceAndSpeaksForItselfAlone) {
  const auto enrol = made(Scope::enrol);
  ASSERT_TRUE(enrol.expires);
  EXPECT_LE((*enrol.expires - enrol.created).value(), 3600);
  const auto first = post("/nodes/register", {.bearer = own('a'), .body = joins("n1"), .enrolment = enrol.text});
  ASSERT_EQ(first.status, 200) << first.body;
  const auto id = value_of(first).at("node_id").as_string();
  const auto again = post("/nodes/register", {.bearer = own('b'), .body = joins("n2"), .enrolment = enrol.text});
  EXPECT_EQ(again.status, 401) << again.body;
  // Its own token opens what is its own, from now on and after a new start.
  const auto beat = json::write(wire::encode(wire::HeartbeatRequest{"boot", {}}));
  EXPECT_EQ(post("/nodes/" + id + "/heartbeat", {.bearer = own('a'), .body = beat}).status, 200);
  const auto back = post("/nodes/register", {.bearer = own('a'), .body = joins("n1")});
  EXPECT_EQ(value_of(back).at("node_id").as_string(), id);
  const auto another = post("/nodes/register", {.bearer = own('c'), .body = joins("n3"), .enrolment = key});
  const auto other = value_of(another).at("node_id").as_string();
  EXPECT_EQ(post("/nodes/" + other + "/heartbeat", {.bearer = own('a'), .body = beat}).status, 403);
  EXPECT_EQ(ask(net::Method::get, "/jobs/next?node_id=" + other, {.bearer = own('a')}).status, 403);
  EXPECT_EQ(ask(net::Method::get, "/jobs", {.bearer = own('a')}).status, 403);
  EXPECT_EQ(post("/jobs", {.bearer = own('a'), .body = documented}).status, 403);
}

TEST_F(Callers, ANodeThatNobodyLetInWaitsForAPerson) {
  const auto asks = Asks{.bearer = own('a'), .body = joins("n1")};
  const auto waits = post("/nodes/register", asks);
  EXPECT_EQ(waits.status, 403);
  EXPECT_EQ(value_of(waits).at("code").as_string(), "pending");
  const auto list = wire::decode_waiting(value_of(ask(net::Method::get, "/nodes/pending", {.bearer = key}))).value();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].name, "n1");
  EXPECT_THAT(value_of(waits).at("detail").as_string(), testing::HasSubstr("ffwatt nodes approve " + list[0].code));
  EXPECT_EQ(post("/nodes/approve", {.bearer = key, .body = R"({"code":"0000-0000"})"}).status, 404);
  EXPECT_EQ(post("/nodes/register", asks).status, 403);
  EXPECT_EQ(post("/nodes/approve", {.bearer = key, .body = json::write(wire::encode_approval(list[0].code))}).status,
            200);
  EXPECT_EQ(post("/nodes/register", asks).status, 200);
  EXPECT_EQ(post("/nodes/register", asks).status, 200) << "its answer may have been lost";
}

TEST_F(Callers, ANodeOfThisMachineComesInByItselfAndNobodyTakesItsName) {
  const auto first = post("/nodes/register", {.bearer = own('a'), .peer = "127.0.0.1", .body = joins("n1")});
  ASSERT_EQ(first.status, 200) << first.body;
  const auto id = *base::Id::parse(value_of(first).at("node_id").as_string());
  const auto thief = post("/nodes/register", {.bearer = own('b'), .peer = "127.0.0.1", .body = joins("n1", id)});
  ASSERT_EQ(thief.status, 200) << thief.body;
  EXPECT_NE(value_of(thief).at("node_id").as_string(), id.text());
  EXPECT_EQ(post("/nodes/register", {.bearer = "wrong", .peer = "127.0.0.1", .body = joins("n1")}).status, 401);
  const auto token = jobs::parse_token(own('a'))->id;
  EXPECT_EQ(ask(net::Method::del, "/tokens/" + token, {.bearer = key}).status, 204);
  const auto beat = json::write(wire::encode(wire::HeartbeatRequest{"boot", {}}));
  EXPECT_EQ(post("/nodes/" + id.text() + "/heartbeat", {.bearer = own('a'), .body = beat}).status, 401);
  // Neither this machine nor the key lets it in again; with another token it is another node.
  for (const auto& enrolment : {std::string(), key}) {
    const auto back = post("/nodes/register",
                           {.bearer = own('a'), .peer = "127.0.0.1", .body = joins("n1", id), .enrolment = enrolment});
    EXPECT_EQ(back.status, 401) << back.body;
    EXPECT_THAT(back.body, testing::HasSubstr("was revoked"));
  }
  EXPECT_EQ(ask(net::Method::del, "/tokens/" + token, {.bearer = key}).status, 404);
  const auto fresh = post("/nodes/register", {.bearer = own('c'), .peer = "127.0.0.1", .body = joins("n1", id)});
  ASSERT_EQ(fresh.status, 200);
  EXPECT_NE(value_of(fresh).at("node_id").as_string(), id.text());
}

TEST_F(Callers, TokensSurviveTheMasterAndTheirTextIsKeptNowhere) {
  const auto token = made(Scope::submit);
  const auto list = ask(net::Method::get, "/tokens", {.bearer = key});
  EXPECT_EQ(list.body.find(token.text), std::string::npos);
  EXPECT_EQ(list.body.find("hash"), std::string::npos);
  EXPECT_EQ(wire::decode_tokens(value_of(list))->at(0).id, token.id);
  EXPECT_EQ(ask(net::Method::del, "/tokens/nothing0", {.bearer = key}).status, 404);
  service->stop();
  Access later{Access::Mode::guarded, key, "/state/key"};
  Core next(model, random, *log, metrics, settings);
  next.when_tokens([&](const std::vector<jobs::AccessToken>& tokens) { later.know(tokens); });
  ASSERT_TRUE(next.recover(now));
  EXPECT_TRUE(later.bearer(token.text, "10.0.0.9", now.wall));
  const auto submitted = post("/jobs", {.bearer = token.text, .body = documented});
  EXPECT_EQ(submitted.status, 503) << "this one has stopped";
}

// On a shared database a token that one master made opens the others, and one that it revoked closes them.
class TokensOfAFarm : public Farm {
 protected:
  TokensOfAFarm() : Farm(On::postgres) {}
};

TEST_F(TokensOfAFarm, AreKnownAtEachMasterSoon) {
  std::vector<jobs::AccessToken> known;
  core->when_tokens([&](const std::vector<jobs::AccessToken>& tokens) { known = tokens; });
  ASSERT_TRUE(core->recover(now));
  auto second = store::open_postgres(shared->real.host(), shared->url(), *log);
  ASSERT_TRUE(second) << second.error().text();
  Core other(**second, random, *log, metrics, settings);
  ASSERT_TRUE(other.recover(now));
  const auto made = other.create_token(Scope::read, "t", {}, now);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_TRUE(known.empty());
  pass(2_s);
  core->look();
  ASSERT_TRUE(core->tick(now));
  ASSERT_EQ(known.size(), 1u);
  ASSERT_TRUE(other.revoke_token(made->token.id, now));
  core->look();
  ASSERT_TRUE(core->tick(now));
  EXPECT_EQ(known.size(), 1u) << "others change much: it is asked once a second";
  EXPECT_LE(core->next_deadline(now) - now.boot, 1_s);
  pass(1_s);
  ASSERT_TRUE(core->tick(now));
  EXPECT_TRUE(known.empty());
}

}  // namespace
}  // namespace master
