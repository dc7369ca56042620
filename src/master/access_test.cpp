#include "master/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace master {
namespace {

const std::string key = "0123456789abcdef0123456789abcdef";

struct Call {
  std::string peer = "127.0.0.1";
  net::Headers headers = {{"Host", "localhost:8080"}};
  std::string path = "/jobs";
};

base::Result<void> check(const Call& call, Access::Mode mode = Access::Mode::guarded, const std::string& of = key) {
  net::Request request;
  request.peer = call.peer;
  request.path = call.path;
  request.headers = call.headers;
  return Access(mode, of, "/state/key").check(request);
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

TEST(Access, HealthAndVersionAreOpen) {
  for (const char* path : {"/health", "/version", "/api/v1/health", "/api/v1/version"})
    EXPECT_TRUE(lets_in({.peer = "10.0.0.1", .headers = {}, .path = path})) << path;
  for (const char* path : {"/metrics", "/health/x", "/jobs"})
    EXPECT_FALSE(lets_in({.peer = "10.0.0.1", .headers = {}, .path = path})) << path;
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
