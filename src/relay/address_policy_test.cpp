#include "relay/address_policy.h"

#include <gmock/gmock.h>

#include "relay/connector.h"

namespace relay {
namespace {

using testing::HasSubstr;

bool may(const AddressPolicy& policy, std::string_view host, std::string_view address, std::uint16_t port) {
  return policy.check(host, *parse_address(address), port).ok();
}

TEST(AddressPolicy, PublicAddressesAtTheUsualPortsAreReached) {
  const AddressPolicy policy;
  for (const auto* address : {"93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "172.15.255.255", "172.32.0.0",
                              "100.63.255.255", "100.128.0.0", "11.0.0.0", "223.255.255.255"})
    for (const std::uint16_t port : {80, 443, 1935, 8080})
      EXPECT_TRUE(may(policy, "a.example", address, port)) << address;
  for (const std::uint16_t port : {22, 25, 6379, 5432, 8428, 2375, 1, 65535})
    EXPECT_FALSE(may(policy, "a.example", "93.184.216.34", port)) << port;
}

TEST(AddressPolicy, NoAddressThatIsNotPublicIsReached) {
  const AddressPolicy policy;
  for (const auto* address :
       {"0.0.0.0",     "0.1.2.3",         "10.0.0.1",         "10.255.255.255",  "100.64.0.1",      "100.127.255.255",
        "127.0.0.1",   "127.255.255.254", "169.254.169.254",  "172.16.0.1",      "172.31.255.255",  "192.0.0.1",
        "192.0.2.1",   "192.168.0.1",     "192.168.255.255",  "198.18.0.1",      "198.19.255.255",  "198.51.100.1",
        "203.0.113.1", "224.0.0.1",       "239.255.255.255",  "240.0.0.1",       "255.255.255.255", "::",
        "::1",         "::127.0.0.1",     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "100::1",      "2001::1",         "2001:db8::1",      "2002:7f00:1::",   "fc00::1",         "fd12::1",
        "fe80::1",     "febf::1",         "fec0::1",          "ff02::1"}) {
    EXPECT_FALSE(may(policy, "a.example", address, 80)) << address;
    EXPECT_TRUE(special_range(*parse_address(address))) << address;
  }
}

TEST(AddressPolicy, TheReasonSaysWhatTheAddressIsAndWhoMayAllowIt) {
  const auto refused = AddressPolicy().check("media.example", *parse_address("10.1.2.3"), 80);
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::invalid);
  EXPECT_EQ(refused.error().text(),
            "media.example is 10.1.2.3, which is a private address (10.0.0.0/8): jobs reach public addresses only; the "
            "operator of this node may allow it with --allow-destination media.example:80");
}

TEST(AddressPolicy, WhatIsAllowedIsThatHostAndPortOrThatRange) {
  AddressPolicy policy;
  for (const auto* text : {"nginx-rtmp:1935", "10.1.0.0/16", "192.168.7.7:9000", "[fd00::1]:8443", "Media.Example"})
    EXPECT_TRUE(policy.allow(text).ok()) << text;
  EXPECT_TRUE(may(policy, "nginx-rtmp", "172.18.0.5", 1935));
  EXPECT_TRUE(may(policy, "NGINX-RTMP", "172.18.0.5", 1935));
  EXPECT_FALSE(may(policy, "nginx-rtmp", "172.18.0.5", 80));
  EXPECT_FALSE(may(policy, "other", "172.18.0.5", 1935));
  EXPECT_TRUE(may(policy, "x", "10.1.255.1", 80));
  EXPECT_FALSE(may(policy, "x", "10.1.255.1", 22)) << "a range without a port means the usual ones";
  EXPECT_FALSE(may(policy, "x", "10.2.0.1", 80));
  EXPECT_TRUE(may(policy, "x", "192.168.7.7", 9000));
  EXPECT_TRUE(may(policy, "x", "fd00::1", 8443));
  EXPECT_TRUE(may(policy, "media.example", "10.9.9.9", 443));
  EXPECT_EQ(policy.destinations().size(), 5u);
}

TEST(AddressPolicy, WhatIsNoDestinationIsRefused) {
  AddressPolicy policy;
  for (const auto* text : {"", "a b", "host:0", "host:65536", "host:x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "a/8",
                           "http://a", "[::1", "a@b", "*"})
    EXPECT_FALSE(policy.allow(text).ok()) << text;
}

TEST(Connector, OneForbiddenAddressOfANameForbidsTheName) {
  Connector connector(AddressPolicy(), [](const std::string&) {
    return std::vector{*parse_address("93.184.216.34"), *parse_address("127.0.0.1")};
  });
  const auto addresses = connector.addresses(*parse_url("http://a.example/x"));
  ASSERT_FALSE(addresses.ok());
  EXPECT_EQ(addresses.error().kind(), base::ErrorKind::invalid);
}

TEST(Connector, ANameIsResolvedOnceSoItCannotMoveAway) {
  int asked = 0;
  Connector connector(AddressPolicy(), [&](const std::string&) {
    return std::vector{*parse_address(++asked == 1 ? "93.184.216.34" : "127.0.0.1")};
  });
  for (int i = 0; i < 3; ++i) {
    const auto addresses = connector.addresses(*parse_url("http://a.example/x"));
    ASSERT_TRUE(addresses.ok());
    EXPECT_EQ(text(addresses->at(0)), "93.184.216.34");
  }
  EXPECT_EQ(asked, 1);
}

TEST(Connector, NumbersThatOnlyTheSystemReadsAsAddressesAreSeenThrough) {
  Connector connector(AddressPolicy(), resolve_by_system);
  for (const auto* url :
       {"http://127.0.0.1/", "http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://0177.0.0.1/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://localhost/", "http://0/", "http://0.0.0.0/"}) {
    const auto parsed = parse_url(url);
    ASSERT_TRUE(parsed.ok()) << url;
    EXPECT_FALSE(connector.addresses(*parsed).ok()) << url;
  }
}

TEST(RelayUrl, PartsAndWhatHasNone) {
  const auto url = *parse_url("https://Media.example:8443/a/b.mp4?k=v");
  EXPECT_EQ(url.scheme, Url::Scheme::https);
  EXPECT_EQ(url.host, "Media.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.rest, "/a/b.mp4?k=v");
  EXPECT_EQ(parse_url("http://a.example")->rest, "/");
  EXPECT_EQ(parse_url("rtmp://[fd00::1]/live/key")->host, "fd00::1");
  for (const auto* bad : {"", "file:///etc/passwd", "ftp://a/x", "http://", "http://u@a/x", "http://u:p@a/x",
                          "http://a:0/x", "http://a:99999/x", "http://a\\@b/", "http://a b/", "http://a/\n",
                          "http://a/\x01", "http://ä.example/", "gopher://a/x", "HTTP://a/x", "http:///x"})
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
}

TEST(RelayUrl, RedirectsAreReadAgainstWhereTheyCameFrom) {
  const auto from = *parse_url("https://a.example/x/y.mp4?q=/z");
  EXPECT_EQ(*redirected(from, "/w"), "https://a.example:443/w");
  EXPECT_EQ(*redirected(from, "w.mp4"), "https://a.example:443/x/w.mp4");
  EXPECT_EQ(*redirected(from, "//b.example/w"), "https://b.example/w");
  EXPECT_EQ(*redirected(from, "https://b.example/w"), "https://b.example/w");
  for (const auto* bad :
       {"http://a.example/w", "file:///etc/passwd", "rtmp://a/b/c", "gopher://a/", "https://u@b/", "data:x://"})
    EXPECT_FALSE(redirected(from, bad).ok()) << bad;
}

}  // namespace
}  // namespace relay
