#include "master/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/sha256.h"

namespace master {
namespace {

const std::string key = "0123456789abcdef0123456789abcdef";

struct Call {
  std::string peer = "127.0.0.1";
  net::Headers headers = {{"Host", "localhost:8080"}};
  std::string path = "/jobs";
};

base::Result<Caller> check(const Call& call, Access::Mode mode = Access::Mode::guarded, const std::string& of = key) {
  net::Request request;
  request.peer = call.peer;
  request.path = call.path;
  request.headers = call.headers;
  return Access(mode, of, "/state/key").caller(request, {});
}
bool lets_in(const Call& call) { return check(call).ok(); }

TEST(Access, LetsThisMachineInByEveryNameThatOnlyItMeans) {
  for (const char* peer : {"127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.9.10"})
    for (const char* host : {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"})
      EXPECT_TRUE(lets_in({.peer = peer, .headers = {{"Host", host}}})) << peer << " " << host;
}

TEST(Access, KeepsOtherMachinesOutWithoutAKey) {
  for (const char* peer : {"192.168.1.2", "::ffff:10.0.0.1", "fe80::1", "", "127.0.0.1.example.org", "127.1"})
    EXPECT_FALSE(lets_in({.peer = peer})) << peer;
}

TEST(Access, TrustsNoForeignHostName) {
  for (const char* host :
       {"master.example.org", "localhost.example.org", "127.example.org", "127.0.0.1.example.org", "127.0.0",
        "127.0.0.1.", "127.0.0.256", "128.0.0.1", "[::1].example.org", "[::1", "[::2]", "", ":8080"})
    EXPECT_FALSE(lets_in({.headers = {{"Host", host}}})) << host;
  EXPECT_FALSE(lets_in({.headers = {}})) << "no Host at all";
}

TEST(Access, TrustsNoPageOfAForeignSite) {
  for (const char* origin : {"http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080"})
    EXPECT_TRUE(lets_in({.headers = {{"Host", "localhost"}, {"Origin", origin}}})) << origin;
  for (const char* origin :
       {"https://example.org", "null", "http://localhost.example.org", "http://127.example.org", ""})
    EXPECT_FALSE(lets_in({.headers = {{"Host", "localhost"}, {"origin", origin}}})) << origin;
}

TEST(Access, TrustsNobodyBehindAProxy) {
  for (const char* header :
       {"X-Forwarded-For", "x-real-ip", "Forwarded", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"})
    EXPECT_FALSE(lets_in({.headers = {{"Host", "localhost"}, {header, "127.0.0.1"}}})) << header;
}

TEST(Access, TheKeyOpensFromEverywhere) {
  for (const std::string& value : {"Bearer " + key, "bearer " + key, "Bearer  " + key})
    EXPECT_TRUE(lets_in(
        {.peer = "203.0.113.9", .headers = {{"Host", "m.example.org"}, {"Authorization", value}, {"Via", "a proxy"}}}))
        << value;
}

TEST(Access, AWrongKeyIsRefusedAlsoOnThisMachine) {
  for (const std::string& value :
       {std::string("Bearer "), std::string(), "Bearer " + key + "0", "Bearer " + key.substr(1), "Basic " + key,
        std::string("Bearer ") + std::string(32, 'x')})
    EXPECT_FALSE(lets_in({.headers = {{"Host", "localhost"}, {"Authorization", value}}})) << value;
  EXPECT_FALSE(check({.peer = "10.0.0.1", .headers = {{"Authorization", "Bearer "}}}, Access::Mode::guarded, ""))
      << "no key of its own opens to no key";
}

TEST(Access, HealthVersionAndTheDescriptionAreOpen) {
  for (const char* path : {"/health", "/version", "/openapi.json", "/api/v1/health", "/api/v1/version"})
    EXPECT_TRUE(Access::is_open(path)) << path;
  for (const char* path : {"/metrics", "/health/x", "/jobs", "/", "/api/v1", "/api/v1/jobs"})
    EXPECT_FALSE(Access::is_open(path)) << path;
}

TEST(Access, ThisMachineMayDoWhatIsForNoAdmin) {
  const auto neighbour = check({});
  using enum jobs::Scope;
  for (const auto scope : {read, submit, enrol, worker}) EXPECT_TRUE(neighbour->may(scope)) << jobs::name(scope);
  EXPECT_FALSE(neighbour->may(admin));
  EXPECT_TRUE(check({.headers = {{"Authorization", "Bearer " + key}}})->may(admin));
  net::Request request;
  request.peer = "127.0.0.1", request.headers = {{"Host", "localhost"}};
  EXPECT_FALSE(Access(Access::Mode::guarded, key, "/state/key", Access::Neighbours::strangers).caller(request, {}));
}

TEST(Access, ATokenOpensWhatItIsForUntilItExpiresOrIsRevoked) {
  const auto at = [](double seconds) {
    return *units::parse_rfc3339("2026-01-31T09:00:00Z") + units::Seconds(seconds);
  };
  const auto made = jobs::make_token(jobs::Scope::submit, std::string(40, 'x'));
  const auto other = jobs::make_token(jobs::Scope::submit, std::string(8, 'x') + std::string(32, 'y'));
  ASSERT_EQ(made.id, other.id);
  jobs::AccessToken kept{
      .id = made.id, .scope = made.scope, .name = "ci", .hash = net::sha256_hex(made.text), .created = at(0)};
  kept.expires = at(60);
  Access access(Access::Mode::guarded, key, "/state/key");
  access.know({kept});
  const auto caller = access.bearer(made.text, "10.0.0.5", at(59));
  ASSERT_TRUE(caller) << caller.error().text();
  EXPECT_EQ(caller->name, "ci at 10.0.0.5");
  EXPECT_TRUE(caller->may(jobs::Scope::read) && caller->may(jobs::Scope::submit));
  EXPECT_FALSE(caller->may(jobs::Scope::worker) || caller->may(jobs::Scope::enrol) || caller->may(jobs::Scope::admin));
  const auto refused = [&](const std::string& text, double when, const char* says) {
    const auto result = access.bearer(text, "10.0.0.5", at(when));
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind(), base::ErrorKind::denied);
    EXPECT_THAT(result.error().text(), testing::HasSubstr(says));
    EXPECT_THAT(result.error().text(), testing::Not(testing::HasSubstr(text.substr(text.rfind('_')))));
  };
  refused(made.text, 60, "expired at 2026-01-31T09:01:00");
  refused(other.text, 1, "is not known here");
  refused(made.text.substr(0, made.text.size() - 1), 1, "no token");
  auto promoted = made.text;
  promoted.replace(4, 6, "admin");
  refused(promoted, 1, "is not known here");
  access.know({});
  refused(made.text, 1, "is not known here");
}

TEST(Access, ARefusalSaysWhereTheKeyIsAndInsecureRefusesNobody) {
  const auto refused = check({.peer = "10.0.0.1"});
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::denied);
  EXPECT_THAT(refused.error().text(), testing::HasSubstr("/state/key"));
  EXPECT_THAT(refused.error().text(), testing::Not(testing::HasSubstr(key)));
  EXPECT_TRUE(check({.peer = "10.0.0.1", .headers = {}}, Access::Mode::insecure));
}

}  // namespace
}  // namespace master
