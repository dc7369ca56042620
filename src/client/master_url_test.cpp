#include "client/master_url.h"

#include <gtest/gtest.h>

namespace client {
namespace {

void accepted(std::string_view text, const std::string& expected) {
  const auto url = parse_master_url(text);
  ASSERT_TRUE(url) << url.error().text();
  EXPECT_EQ(*url, expected);
}

// `example`: what the text proposes instead.
void refused(std::string_view text, std::string_view example = "http://master.example:8080") {
  const auto url = parse_master_url(text);
  ASSERT_FALSE(url) << *url;
  EXPECT_EQ(url.error().kind(), base::ErrorKind::invalid);
  EXPECT_TRUE(url.error().text().ends_with(example)) << url.error().text();
}

TEST(MasterUrl, SchemeHostPortAndPathArePlain) {
  accepted("http://localhost:8080", "http://localhost:8080");
  accepted("https://farm.example", "https://farm.example");
  accepted("http://10.0.0.1:8080/", "http://10.0.0.1:8080");
  accepted("http://[::1]:8080", "http://[::1]:8080");
  accepted("http://[fe80::1.2.3.4]", "http://[fe80::1.2.3.4]");
  accepted(" HTTP://Master_1.lan/ffwatt//\n", "http://Master_1.lan/ffwatt");
  accepted("http://master:8080/api/v1/", "http://master:8080");
  accepted("http://proxy/ffwatt/api/v1", "http://proxy/ffwatt");
}

TEST(MasterUrl, AForgottenSchemeIsShownPutInFront) {
  refused("master:8080", "http://master:8080");
  refused("localhost", "http://localhost");
  refused("10.0.0.1:8080/farm", "http://10.0.0.1:8080/farm");
  refused("[::1]:8080", "http://[::1]:8080");
}

TEST(MasterUrl, JunkIsRefusedWithAnExample) {
  for (const char* text : {"",
                           "  ",
                           "http://",
                           "http:///",
                           "http://:8080",
                           "http://master:",
                           "http://master:0",
                           "http://master:65536",
                           "http://master:80a",
                           "http://master:-1",
                           "ftp://master",
                           "unix:///run/x",
                           "http://a b",
                           "http://m/?x=1",
                           "http://m/#x",
                           "http://m/a b",
                           "http://::1",
                           "http://[::1",
                           "http://[]",
                           "http://ma%73ter",
                           "the master",
                           "://x"})
    refused(text);
}

TEST(MasterUrl, APasswordInTheUrlIsRefusedAndNotRepeated) {
  const auto url = parse_master_url("http://user:hunter2@master:8080");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().text().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace client
