#include "net/http_client.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "net/http_server.h"
#include "net/ports.h"

namespace net {
namespace {

using namespace units::literals;
using base::ErrorKind;

class Client : public testing::Test {
 protected:
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  void SetUp() override {
    auto started = HttpServer::start(
        {.address = "127.0.0.1"},
        [this](Request request, Responder responder) { serve(std::move(request), responder); }, *log_);
    ASSERT_TRUE(started);
    server_ = *std::move(started);
  }
  void serve(Request request, const Responder& responder) {
    if (request.path == "/wait") {
      parked_.emplace(responder);
      arrived_.set_value();
      return;
    }
    if (request.path == "/large") return responder.send(Response::text(200, std::string(100'000, 'x')));
    if (request.path == "/moved") return responder.send({302, {{"Location", "/echo"}}, ""});
    if (request.path == "/missing") return responder.send(Response::text(404, "none"));
    std::string body = std::string(name(request.method)) + " " + request.path;
    for (const auto& [key, value] : request.query) body += " " + key + "=" + value;
    for (const char* field : {"Authorization", "Content-Type", "Expect", "X-Empty"})
      if (const auto* value = find(request.headers, field)) body += std::string(" ") + field + ":" + *value;
    responder.send(Response::text(200, body + " <" + request.body + ">"));
  }

  std::unique_ptr<base::Log> log_ = base::silent_log();
  std::optional<Responder> parked_;
  std::promise<void> arrived_;
  HttpClient client_;
  std::unique_ptr<HttpServer> server_;  // stops first
};

TEST_F(Client, SendsMethodPathFieldsAndBodyAsGivenAndAddsNone) {
  const auto body = [this](Call call) { return client_.send(call).value().body; };
  EXPECT_EQ(body({.url = url("/echo?a=" + percent_encode("b &/#"))}), "GET /echo a=b &/# <>");
  EXPECT_EQ(body({.method = Method::post, .url = url("/echo"), .body = "hello"}), "POST /echo <hello>");
  EXPECT_EQ(body({.method = Method::post, .url = url("/echo")}), "POST /echo <>");
  EXPECT_EQ(body({.method = Method::put, .url = url("/echo"), .body = std::string("a\0b", 3)}),
            "PUT /echo <" + std::string("a\0b", 3) + ">");
  EXPECT_EQ(body({.method = Method::del, .url = url("/echo")}), "DELETE /echo <>");
  EXPECT_EQ(body({.method = Method::patch,
                  .url = url("/echo"),
                  .headers = {{"Authorization", "Bearer k"}, {"Content-Type", "application/json"}, {"X-Empty", ""}},
                  .body = "{}"}),
            "PATCH /echo Authorization:Bearer k Content-Type:application/json X-Empty: <{}>");
}

TEST_F(Client, ALargeBodyIsSentWithoutWaitingForContinue) {
  const auto answer = client_.send({.method = Method::post, .url = url("/echo"), .body = std::string(1 << 20, 'y')});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->body.find("Expect"), std::string::npos);
  EXPECT_EQ(answer->body.size(), (1u << 20) + std::string("POST /echo <>").size());
}

TEST_F(Client, HeadHasAHeaderAndNoBody) {
  const auto answer = client_.send({.method = Method::head, .url = url("/echo")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(*find(answer->headers, "content-length"), "13");
  EXPECT_EQ(client_.send({.url = url("/echo")})->body, "GET /echo <>");  // the same connection goes on
}

TEST_F(Client, AnyStatusIsAnAnswerAndRedirectsAreNotFollowed) {
  EXPECT_EQ(client_.send({.url = url("/missing")})->status, 404);
  const auto moved = client_.send({.url = url("/moved")});
  EXPECT_EQ(moved->status, 302);
  EXPECT_EQ(*find(moved->headers, "Location"), "/echo");
}

TEST_F(Client, AnAnswerOverTheLimitIsFailedAndTheNextCallWorks) {
  const auto answer = client_.send({.url = url("/large"), .most_answer = 99'999});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::failed);
  EXPECT_NE(answer.error().text().find("99999 bytes"), std::string::npos);
  EXPECT_EQ(client_.send({.url = url("/large"), .most_answer = 100'000})->body.size(), 100'000u);
}

TEST_F(Client, AStopFromAnotherThreadEndsAParkedCall) {
  std::stop_source stop;
  std::thread stopper([&] {
    arrived_.get_future().wait();
    stop.request_stop();
  });
  const auto answer = client_.send({.url = url("/wait"), .timeout = 3600_s}, stop.get_token());
  stopper.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::retry);
  EXPECT_NE(answer.error().text().find("stopped"), std::string::npos);
  EXPECT_EQ(client_.send({.url = url("/echo")}, stop.get_token()).error().kind(), ErrorKind::retry);
  EXPECT_EQ(client_.send({.url = url("/echo")})->status, 200);
}

TEST_F(Client, AServerThatDoesNotAnswerInTimeIsARetry) {
  const auto answer = client_.send({.url = url("/wait?token=secret"), .timeout = 20_ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::retry);
  EXPECT_EQ(answer.error().text().find("secret"), std::string::npos) << answer.error().text();
}

TEST_F(Client, NobodyThereIsARetryThatSaysWhatToLookAt) {
  const auto answer = client_.send({.url = "http://127.0.0.1:" + std::to_string(*free_port()) + "/health"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::retry);
  EXPECT_NE(answer.error().text().find("is it started"), std::string::npos) << answer.error().text();
}

TEST_F(Client, AServerThatStopsInTheMiddleIsARetry) {
  std::thread stopper([this] {
    arrived_.get_future().wait();
    server_->stop(0_s);
  });
  const auto answer = client_.send({.url = url("/wait")});
  stopper.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::retry);
}

TEST_F(Client, BadUrlsAndFieldsAreInvalid) {
  for (const char* bad : {"", "127.0.0.1:8080", "master:8080/health", "/health", "http://", "ftp://127.0.0.1/",
                          "file:///etc/passwd", "http://a b/", "http://127.0.0.1:99999/"}) {
    const auto answer = client_.send({.url = bad});
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().kind(), ErrorKind::invalid) << bad << ": " << answer.error().text();
  }
  for (const char* value : {"a\r\nX-Other: b", "a\nb"})
    EXPECT_EQ(client_.send({.url = url("/echo"), .headers = {{"Authorization", value}}}).error().kind(),
              ErrorKind::invalid);
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("#42 /?&=+%\xc3\xa9"), "%2342%20%2F%3F%26%3D%2B%25%C3%A9");
}

}  // namespace
}  // namespace net
