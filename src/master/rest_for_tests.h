// Rest: the REST interface from outside, a real server on a free port of this machine.
#pragma once

#include <memory>
#include <string>

#include "json/json.h"
#include "master/api.h"
#include "master/core_for_tests.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "os/host.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace master {

inline const std::string documented =
    R"({"scenario":"1080p-h264","confidence":"auto","parameters":{"duration":300,"bitrate":"5000k"}})";

struct Answer {
  net::Response response;
  json::Value body;
  int status() const { return response.status; }
  std::string header(std::string_view name) const {
    const auto* value = net::find(response.headers, name);
    return value ? *value : "";
  }
  std::string text(std::string_view key) const {
    const auto& value = body.at(key);
    return value.is_string() ? value.as_string() : json::write(value);
  }
};

inline jobs::Lease lease_of(const json::Value& offer) { return wire::decode_claim_answer(offer)->offers.at(0).lease; }

class Rest : public Farm {
 protected:
  explicit Rest(On on = On::model) : Farm(on) {
    now = real.host().clock.now();
    restart();
    core->when_tokens([this](const std::vector<jobs::AccessToken>& tokens) { access.know(tokens); });
    service.emplace(*core, *store, real.host().clock, *log);
    if (disk) {
      auto opened = Readers::open(*store, 1);
      EXPECT_TRUE(opened);
      readers = std::move(*opened);
    }
    api = std::make_unique<Api>(Api{*service,
                                    scenarios,
                                    metrics,
                                    access,
                                    "0.1.0",
                                    real.host(),
                                    disk ? disk->folder / "backups" : os::Path("/nonexistent/backups"),
                                    readers.get(),
                                    {}});
    add_routes(*api);
    service->start();
    net::ServerSettings at;
    at.address = "127.0.0.1";
    auto started = net::HttpServer::start(
        at, [this](net::Request q, net::Responder r) { api->router(std::move(q), std::move(r)); }, *log);
    EXPECT_TRUE(started);
    server = std::move(*started);
  }
  ~Rest() override {
    service->stop();
    server->stop(2_s);
  }

  Answer call(net::Method method, const std::string& path, const std::string& body = "", net::Headers headers = {}) {
    net::Call c;
    c.method = method;
    c.url = base::format("http://127.0.0.1:{}{}", server->port(), path);
    c.body = body;
    c.headers = std::move(headers);
    auto response = client.send(c);
    EXPECT_TRUE(response) << path << ": " << (response ? "" : response.error().text());
    if (!response) return {};
    auto value = json::parse(response->body);
    return {std::move(*response), value ? std::move(*value) : json::Value()};
  }
  Answer get(const std::string& path) { return call(net::Method::get, path); }
  Answer post(const std::string& path, const std::string& body = "", net::Headers headers = {}) {
    return call(net::Method::post, path, body, std::move(headers));
  }
  std::string enrolled() {
    return post("/nodes/register", json::write(wire::encode(wire::RegisterRequest{std::nullopt, facts_of("n1")})))
        .text("node_id");
  }
  void expect_problem(const Answer& answer, int status, const std::string& code, const std::string& says) {
    EXPECT_EQ(answer.status(), status) << answer.response.body;
    EXPECT_THAT(answer.header("Content-Type"), testing::StartsWith("application/problem+json"));
    EXPECT_EQ(answer.text("type"), "urn:ffwatt:problem:" + code);
    EXPECT_EQ(answer.text("status"), std::to_string(status));
    EXPECT_THAT(answer.text("detail"), testing::HasSubstr(says));
  }

  os::RealHost real;
  media::Scenarios scenarios = media::Scenarios::built_in();
  Access access{Access::Mode::guarded, "0123456789abcdef", "/state/key"};
  net::HttpClient client;
  std::optional<Service> service;
  std::unique_ptr<Readers> readers;  // of a store on a disk
  std::unique_ptr<Api> api;
  std::unique_ptr<net::HttpServer> server;
};

}  // namespace master
