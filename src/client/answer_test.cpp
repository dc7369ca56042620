#include "client/answer.h"

#include <gtest/gtest.h>

#include "net/router.h"

namespace client {
namespace {

using base::ErrorKind;
constexpr std::string_view url = "http://master:8080";

base::Error error_of(const net::Response& response) {
  const auto result = check_status(response, url);
  EXPECT_FALSE(result) << response.status;
  return result ? base::Error::failed("") : result.error();
}

TEST(Answer, AProblemOfTheMasterHasItsWordsAndTheKindOfItsStatus) {
  const struct {
    int status;
    ErrorKind kind;
  } cases[] = {{400, ErrorKind::invalid}, {401, ErrorKind::denied}, {403, ErrorKind::denied},
               {404, ErrorKind::absent},  {405, ErrorKind::failed}, {408, ErrorKind::retry},
               {409, ErrorKind::failed},  {410, ErrorKind::absent}, {413, ErrorKind::invalid},
               {422, ErrorKind::invalid}, {429, ErrorKind::retry},  {431, ErrorKind::invalid},
               {500, ErrorKind::retry},   {503, ErrorKind::retry},  {507, ErrorKind::retry}};
  for (const auto& c : cases) {
    const auto error = error_of(net::problem({.status = c.status, .code = "x", .title = "T", .detail = "the words"}));
    EXPECT_EQ(error.kind(), c.kind) << c.status;
    EXPECT_EQ(error.text(), "the words");
  }
}

TEST(Answer, EveryFaultIsToldOnce) {
  EXPECT_EQ(error_of(net::problem({.status = 400,
                                   .code = "invalid",
                                   .title = "T",
                                   .detail = "/a: too long",
                                   .errors = {{"/a", "too long"}, {"/b/0", "missing"}}}))
                .text(),
            "/a: too long\n/b/0: missing");
}

TEST(Answer, WhatNoMasterSaidDecidesNothing) {
  for (const auto& response :
       {net::Response{404, {{"Content-Type", "text/html"}}, "<h1>Not Found</h1>\r\n<hr>"}, net::Response{403, {}, ""},
        net::Response{409, {{"Content-Type", "application/json"}}, "{}"},
        net::Response{400, {{"Content-Type", "application/problem+json"}}, "{cut"},
        net::Response{302, {{"Location", "https://login.example/"}}, ""}}) {
    const auto error = error_of(response);
    EXPECT_EQ(error.kind(), ErrorKind::retry) << response.status;
    EXPECT_NE(error.text().find("is the URL right?"), std::string::npos) << error.text();
  }
  EXPECT_NE(error_of({302, {{"Location", "https://login.example/"}}, ""}).text().find("https://login.example/"),
            std::string::npos);
  EXPECT_EQ(error_of({502, {}, "Bad Gateway"}).text(), "http://master:8080 answered 502: Bad Gateway");
  const auto page = read_json({200, {}, "<html>\x1b[31m"}, url);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind(), ErrorKind::retry);
  EXPECT_EQ(page.error().text().find('\x1b'), std::string::npos);
}

TEST(Answer, AGoodStatusIsNoErrorAndAnEmptyBodyIsNull) {
  for (const int status : {200, 201, 204}) EXPECT_TRUE(check_status({status, {}, ""}, url));
  EXPECT_TRUE(read_json({204, {}, ""}, url)->is_null());
  EXPECT_EQ(read_json({200, {}, "{\"a\":1}\n"}, url)->at("a").as_integer(), 1);
}

}  // namespace
}  // namespace client
