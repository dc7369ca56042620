// MasterClient: the master's REST interface as typed calls. Blocking; one thread at a time. Errors: retry (nobody
// answered, 429, 503), denied (401, 403), absent (404), invalid (400, 422, with every fault), failed (409 and others);
// the text is the problem document's.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "json/value.h"
#include "net/http_client.h"
#include "wire/messages.h"

namespace client {

class MasterClient {
 public:
  // `url` such as http://host:8080, with a path where a proxy serves the master below one; a trailing slash and
  // /api/v1 are dropped. `key` is sent as bearer token where not empty. Connects to nothing yet. invalid: no http or
  // https URL (the text shows one), or a key that no header can carry.
  static base::Result<MasterClient> at(std::string url, std::string key = {});
  const std::string& url() const { return url_; }

  // For people.
  base::Result<json::Value> health();
  // `body` as POST /jobs takes it: one submission or {"jobs":[…]}. The same key with the same body again answers the
  // jobs of the first time.
  base::Result<std::vector<jobs::Job>> submit(const json::Value& body, const std::string& idempotency_key = {});
  base::Result<wire::JobPage> jobs(const wire::JobQuery& query);
  // A job is named by its number ("42", "#42") or by its id.
  base::Result<jobs::Job> job(const std::string& id_or_number);
  base::Result<jobs::Job> cancel(const std::string& id_or_number);
  base::Result<std::string> logs(const std::string& id_or_number);
  base::Result<std::vector<wire::NodeView>> nodes();

  // For agents. `stop` ends a call at once with retry.
  base::Result<wire::RegisterAnswer> enrol(const wire::RegisterRequest& request, std::stop_token stop = {});
  base::Result<wire::HeartbeatAnswer> heartbeat(base::Id node, const wire::HeartbeatRequest& request,
                                                std::stop_token stop = {});
  // Waits at the master for up to request.wait; no offer is an answer with none in it.
  base::Result<wire::ClaimAnswer> next(const wire::ClaimRequest& request, std::stop_token stop = {});
  base::Result<wire::StartAnswer> start(const wire::StartRequest& request, std::stop_token stop = {});
  base::Result<wire::ResultAnswer> result(const wire::ResultRequest& request, std::stop_token stop = {});

 private:
  MasterClient(std::string url, std::string key) : url_(std::move(url)), key_(std::move(key)) {}
  // `path` below /api/v1.
  base::Result<net::Response> exchange(net::Call call, const std::string& path, std::stop_token stop);
  base::Result<json::Value> get(const std::string& path, units::Seconds timeout, std::stop_token stop = {});
  base::Result<json::Value> post(const std::string& path, const json::Value& body, std::stop_token stop = {},
                                 net::Headers headers = {});

  std::string url_, key_;
  net::HttpClient http_;
};

}  // namespace client
