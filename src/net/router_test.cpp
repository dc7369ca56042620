#include "net/router.h"

#include <gtest/gtest.h>

#include "json/json.h"

namespace net {
namespace {

// Keeps what is sent; no peer ever goes.
class Recorder : public Responder::Channel {
 public:
  Response response{.status = 0};
  void send(Response sent) override { response = std::move(sent); }
  bool peer_gone() const override { return false; }
  void when_gone(std::function<void()>) override {}
};

// A route that answers its own pattern and parameters.
Handler telling(std::string pattern) {
  return [pattern](Request request, Responder responder) {
    std::string text = pattern;
    for (const auto& [name, value] : request.parameters) text += " " + name + "=" + value;
    responder.send(Response::text(200, text));
  };
}

Router example() {
  Router router;
  for (const auto& [method, pattern] :
       std::initializer_list<std::pair<Method, std::string>>{{Method::get, "/"},
                                                             {Method::get, "/jobs/{id}"},
                                                             {Method::del, "/jobs/{id}"},
                                                             {Method::get, "/jobs/next"},
                                                             {Method::get, "/jobs"},
                                                             {Method::post, "/jobs"},
                                                             {Method::post, "/jobs/{id}/start"},
                                                             {Method::post, "/nodes/{node}/jobs/{id}"}})
    router.add(method, pattern, telling(pattern));
  return router;
}

Response ask(Method method, const std::string& path) {
  auto recorder = std::make_shared<Recorder>();
  Request request;
  request.method = method;
  request.path = path;
  example()(std::move(request), Responder(recorder));
  return recorder->response;
}

TEST(Router, ANameMatchesOneSegmentAndALiteralGoesFirst) {
  EXPECT_EQ(ask(Method::get, "/").body, "/");
  EXPECT_EQ(ask(Method::get, "/jobs").body, "/jobs");
  EXPECT_EQ(ask(Method::get, "/jobs/next").body, "/jobs/next");
  EXPECT_EQ(ask(Method::get, "/jobs/#42").body, "/jobs/{id} id=#42");
  EXPECT_EQ(ask(Method::post, "/jobs/next/start").body, "/jobs/{id}/start id=next");
  EXPECT_EQ(ask(Method::post, "/nodes/a/jobs/b").body, "/nodes/{node}/jobs/{id} node=a id=b");
}

TEST(Router, APathWhoseLiteralLacksTheMethodFallsBackToTheNamedOne) {
  EXPECT_EQ(ask(Method::del, "/jobs/next").body, "/jobs/{id} id=next");
}

TEST(Router, HeadIsServedByGet) {
  EXPECT_EQ(ask(Method::head, "/jobs/7").body, "/jobs/{id} id=7");
  EXPECT_EQ(ask(Method::head, "/jobs/7/start").status, 405);
}

TEST(Router, AnUnknownPathIs404WithTheNearestOne) {
  const auto answer = ask(Method::get, "/job");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("There is nothing at /job. Did you mean '/jobs'?"), std::string::npos) << answer.body;
  EXPECT_EQ(ask(Method::get, "/jobs/1/start/x").status, 404);
  EXPECT_LT(ask(Method::get, "/" + std::string(8000, 'x')).body.size(), 1000u);
}

TEST(Router, AKnownPathWithAnotherMethodIs405WithAllow) {
  const auto answer = ask(Method::put, "/jobs/7");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(*find(answer.headers, "Allow"), "DELETE, GET, HEAD");
  EXPECT_EQ(*find(ask(Method::get, "/jobs/7/start").headers, "Allow"), "POST");
}

// Not 204: a browser that asks for leave on behalf of a foreign page must be refused.
TEST(Router, OptionsIsAMethodThatNoPathTakesAndNamesThoseThatItDoes) {
  const auto answer = ask(Method::options, "/jobs/7");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(*find(answer.headers, "Allow"), "DELETE, GET, HEAD");
  EXPECT_EQ(ask(Method::options, "/nowhere").status, 404);
}

TEST(Router, RoutesAreListedForTheApiCheck) { EXPECT_EQ(example().routes().size(), 8u); }

TEST(Problem, TheDocumentHoldsTheDetailTwiceAndEveryFault) {
  const auto response = problem({.status = 400,
                                 .code = "invalid",
                                 .title = "No",
                                 .detail = "two faults",
                                 .errors = {{"/a", "bad"}, {"/b", "worse"}}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(*find(response.headers, "content-type"), "application/problem+json");
  const auto body = json::parse(response.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->at("type").as_string(), "urn:ffwatt:problem:invalid");
  EXPECT_EQ(body->at("detail").as_string(), "two faults");
  EXPECT_EQ(body->at("error").as_string(), "two faults");
  EXPECT_EQ(body->at("code").as_string(), "invalid");
  EXPECT_EQ(body->at("status").as_integer(), 400);
  EXPECT_EQ(body->at("errors").items()[1].at("message").as_string(), "worse");
  EXPECT_EQ(body->at("errors").items()[1].at("pointer").as_string(), "/b");
}

}  // namespace
}  // namespace net
