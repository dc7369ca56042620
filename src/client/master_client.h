// MasterClient: the master's REST interface as typed calls. Blocking; one thread at a time. Errors: retry (nobody
// answered, 429, 503), denied (401, 403), absent (404), invalid (400, 422, with every fault), failed (409 and others);
// the text is the problem document's.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "net/http_client.h"
#include "wire/listings.h"
#include "wire/messages.h"
#include "wire/tokens.h"

namespace client {

class MasterClient {
 public:
  // `url` such as http://host:8080, with a path where a proxy serves the master below one; a trailing slash and
  // /api/v1 are dropped. `key` is sent as bearer token where not empty. Connects to nothing yet. invalid: no http or
  // https URL (the text shows one), or a key that no header can carry.
  // Several URLs with commas between are masters of one farm. One is asked until it is away or says that it stops; then
  // the next, and after the last the first again. A call goes on to the next by itself where nothing of it was sent;
  // else its error is told, for it may have been acted on, and the next call goes elsewhere.
  // `ca_file`: PEM of the authority that masters over https show; empty: the system's.
  static base::Result<MasterClient> at(const std::string& urls, const std::string& key = {},
                                       const std::string& ca_file = {});
  const std::string& url() const { return urls_[asked_]; }  // of the one that was asked last

  // For people.
  base::Result<json::Value> health();
  // `body` as POST /jobs takes it: one submission or {"jobs":[…]}. The same key with the same body again answers the
  // jobs of the first time.
  base::Result<std::vector<wire::Accepted>> submit(const json::Value& body, const std::string& idempotency_key = {});
  base::Result<wire::JobPage> jobs(const wire::JobQuery& query);
  // A job is named by its number ("42", "#42") or by its id.
  base::Result<wire::Accepted> job(const std::string& id_or_number);
  // How far it is. While somebody asks, its node tells once a second.
  base::Result<wire::LiveView> live(const std::string& id_or_number);
  // cancel, pause, resume or retry. failed: its state does not allow it, with the reason.
  base::Result<jobs::Job> change(const std::string& id_or_number, jobs::Event event);
  base::Result<void> remove(const std::string& id_or_number);  // of a job that has ended
  // The same for the oldest that match, some hundreds at once: ask again while there are more.
  base::Result<wire::Many> change_many(const wire::JobQuery& query, jobs::Event event);
  base::Result<wire::Many> remove_many(const wire::JobQuery& query);
  base::Result<std::vector<wire::HistoryLine>> history(const std::string& id_or_number);
  base::Result<std::string> logs(const std::string& id_or_number);
  base::Result<std::vector<wire::NodeView>> nodes();
  // active or draining. By name or id.
  // `within`: of a drain, after which it gives back what it runs still.
  base::Result<wire::NodeView> set_intent(const std::string& node, jobs::Intent intent,
                                          std::optional<units::Seconds> within = std::nullopt);
  // What opens the farm. For whoever has the key, or a token of the scope admin.
  base::Result<wire::TokenView> create_token(const wire::TokenWish& wish);
  base::Result<std::vector<wire::TokenView>> tokens();
  base::Result<void> revoke_token(const std::string& id);
  base::Result<std::vector<wire::WaitingNode>> waiting_nodes();
  base::Result<wire::WaitingNode> approve(const std::string& code);
  // A copy of its database, which it keeps: where, on the master's machine. For whoever may do everything.
  base::Result<std::string> backup();
  base::Result<std::string> authority();  // PEM of the private one that a master over TLS has; absent: none
  // `words` as GET /results takes them (wire/result_query.h): one page, or CSV of as many as are asked for.
  using Words = std::vector<std::pair<std::string, std::string>>;
  base::Result<json::Value> results(const Words& words);
  base::Result<std::string> results_csv(const Words& words);

  // For agents, whose questions are made and read by questions.h: as it came, or the error of one that did not. `stop`
  // ends the call at once with retry.
  base::Result<net::Response> send(net::Call call, std::stop_token stop = {});

 private:
  MasterClient(std::vector<std::string> urls, std::string key, std::string ca_file)
      : urls_(std::move(urls)), key_(std::move(key)), ca_file_(std::move(ca_file)) {}
  // `path` below /api/v1.
  base::Result<net::Response> exchange(net::Call call, const std::string& path);
  base::Result<json::Value> get(const std::string& path, units::Seconds timeout);
  base::Result<json::Value> post(const std::string& path, const json::Value& body, net::Headers headers = {});

  std::vector<std::string> urls_;
  std::size_t asked_ = 0, next_ = 0;
  std::string key_, ca_file_;
  net::HttpClient http_;
};

}  // namespace client
