#include "client/master_client.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "client/answer.h"
#include "client/master_url.h"
#include "json/json.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace client {
namespace {

// People wait for these.
constexpr units::Seconds patience{10};
constexpr units::Seconds write_patience{30};    // a batch of 1 000 jobs
constexpr units::Seconds backup_patience{600};  // a database of gigabytes, on a slow disk
constexpr units::Seconds list_patience{120};    // all results of a farm, which come as fast as they are read
constexpr std::size_t most_csv = 512u << 20;    // a million and more

// "/jobs/42" and the like; the name goes into a path, so nothing else is let through.
base::Result<std::string> job_path(const std::string& name, std::string_view rest = {}) {
  const std::string_view bare = std::string_view(name).substr(name.starts_with('#') ? 1 : 0);
  const bool plain = !bare.empty() && bare.size() <= 64 && std::all_of(bare.begin(), bare.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
  if (!plain)
    return base::Error::invalid(
        base::format("'{}' names no job; give its number such as 42 or '#42', or its id", name.substr(0, 80)));
  return "/jobs/" + net::percent_encode(name) + std::string(rest);
}

// What a list and a change of many have in common: "state=failed&scenario=…".
std::string filter_of(const wire::JobQuery& query) {
  std::vector<std::string> terms;
  if (query.state) terms.push_back("state=" + net::percent_encode(jobs::name(*query.state)));
  if (!query.scenario.empty()) terms.push_back("scenario=" + net::percent_encode(query.scenario));
  return base::join(terms, "&");
}

std::string results_path(std::string_view format, const MasterClient::Words& words) {
  std::string path = base::format("/results?format={}", format);
  for (const auto& [name, text] : words)
    path += base::format("&{}={}", net::percent_encode(name), net::percent_encode(text));
  return path;
}

// Reads an answer by one of wire's decoders.
template <class Decode>
auto read(const base::Result<json::Value>& answer, Decode decode, const std::string& url) -> decltype(decode(*answer)) {
  if (!answer) return answer.error();
  auto message = decode(*answer);
  if (!message) return unreadable(message.error(), url);
  return message;
}

}  // namespace

base::Result<MasterClient> MasterClient::at(const std::string& urls, const std::string& key,
                                            const std::string& ca_file) {
  std::vector<std::string> parsed;
  for (const auto url : base::split(urls, ',')) {
    FFWATT_TRY(auto one, parse_master_url(url));
    parsed.push_back(std::move(one));
  }
  const auto bare = base::trim(key);  // a key file ends in a line feed
  for (const char c : bare)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return base::Error::invalid(
          "the key holds a blank, a line break or a character that is not ASCII; it must be one word, as the master "
          "made it");
  return MasterClient(std::move(parsed), std::string(bare), ca_file);
}

base::Result<net::Response> MasterClient::send(net::Call call, std::stop_token stop) {
  const std::string path = "/api/v1" + call.url;
  if (!key_.empty()) call.headers.emplace_back("Authorization", "Bearer " + key_);
  if (!ca_file_.empty()) call.ca_file = ca_file_;
  for (std::size_t tried = 1;; ++tried) {
    asked_ = next_;
    call.url = url() + path;
    auto response = http_.send(call, stop);
    if (stop.stop_requested()) return response;
    const bool away = response ? response->status == 503 : response.error().kind() == base::ErrorKind::retry;
    if (!away) return response;
    next_ = (asked_ + 1) % urls_.size();
    if (response || http_.sent() == net::HttpClient::Sent::something || tried == urls_.size()) return response;
  }
}

base::Result<net::Response> MasterClient::exchange(net::Call call, const std::string& path) {
  call.url = path;
  FFWATT_TRY(auto response, send(std::move(call)));
  FFWATT_CHECK(check_status(response, url()));
  return response;
}

base::Result<json::Value> MasterClient::get(const std::string& path, units::Seconds timeout) {
  FFWATT_TRY(const auto response, exchange({.timeout = timeout}, path));
  return read_json(response, url());
}

base::Result<json::Value> MasterClient::post(const std::string& path, const json::Value& body, net::Headers headers) {
  headers.emplace_back("Content-Type", "application/json");
  FFWATT_TRY(const auto response, exchange({.method = net::Method::post,
                                            .headers = std::move(headers),
                                            .body = json::write(body),
                                            .timeout = write_patience},
                                           path));
  return read_json(response, url());
}

base::Result<json::Value> MasterClient::health() { return get("/health", patience); }

base::Result<std::vector<wire::Accepted>> MasterClient::submit(const json::Value& body,
                                                               const std::string& idempotency_key) {
  net::Headers headers;
  if (!idempotency_key.empty()) headers.emplace_back("Idempotency-Key", idempotency_key);
  return read(post("/jobs", body, std::move(headers)), wire::decode_accepted, url());
}

base::Result<wire::JobPage> MasterClient::jobs(const wire::JobQuery& query) {
  std::string path = base::format("/jobs?limit={}", query.limit);
  if (const auto filter = filter_of(query); !filter.empty()) path += "&" + filter;
  if (!query.cursor.empty()) path += "&cursor=" + net::percent_encode(query.cursor);
  return read(get(path, patience), wire::decode_job_page, url());
}

base::Result<wire::Accepted> MasterClient::job(const std::string& id_or_number) {
  FFWATT_TRY(const std::string path, job_path(id_or_number));
  return read(get(path, patience), wire::decode_accepted_job, url());
}

base::Result<wire::LiveView> MasterClient::live(const std::string& id_or_number) {
  FFWATT_TRY(const std::string path, job_path(id_or_number, "/live"));
  return read(get(path, patience), wire::decode_live_view, url());
}

base::Result<jobs::Job> MasterClient::change(const std::string& id_or_number, jobs::Event event) {
  FFWATT_TRY(const std::string path, job_path(id_or_number, base::format("/{}", jobs::name(event))));
  return read(post(path, json::Value::object()), wire::decode_job, url());
}

base::Result<void> MasterClient::remove(const std::string& id_or_number) {
  FFWATT_TRY(const std::string path, job_path(id_or_number));
  FFWATT_CHECK(exchange({.method = net::Method::del, .timeout = write_patience}, path));
  return {};
}

base::Result<wire::Many> MasterClient::change_many(const wire::JobQuery& query, jobs::Event event) {
  return read(post(base::format("/jobs/{}?{}", jobs::name(event), filter_of(query)), json::Value::object()),
              wire::decode_many, url());
}

base::Result<wire::Many> MasterClient::remove_many(const wire::JobQuery& query) {
  FFWATT_TRY(const auto response,
             exchange({.method = net::Method::del, .timeout = write_patience}, "/jobs?" + filter_of(query)));
  return read(read_json(response, url()), wire::decode_many, url());
}

base::Result<std::vector<wire::HistoryLine>> MasterClient::history(const std::string& id_or_number) {
  FFWATT_TRY(const std::string path, job_path(id_or_number, "/history"));
  return read(get(path, patience), wire::decode_history, url());
}

base::Result<std::string> MasterClient::logs(const std::string& id_or_number) {
  FFWATT_TRY(const std::string path, job_path(id_or_number, "/logs"));
  FFWATT_TRY(auto response, exchange({.timeout = patience}, path));
  return std::move(response.body);
}

base::Result<std::vector<wire::NodeView>> MasterClient::nodes() {
  return read(get("/nodes", patience), wire::decode_nodes, url());
}

base::Result<wire::NodeView> MasterClient::set_intent(const std::string& node, jobs::Intent intent,
                                                      std::optional<units::Seconds> within) {
  const std::string_view verb = intent == jobs::Intent::active ? "activate" : "drain";
  if (node.empty() || node == "." || node == "..")
    return base::Error::invalid(base::format("'{}' names no node; `ffwatt nodes ls` lists them", node));
  const auto deadline = within ? base::format("?deadline={}s", within->value()) : std::string();
  return read(post(base::format("/nodes/{}/{}{}", net::percent_encode(node), verb, deadline), json::Value::object()),
              wire::decode_node, url());
}

base::Result<wire::TokenView> MasterClient::create_token(const wire::TokenWish& wish) {
  return read(post("/tokens", wire::encode(wish)), wire::decode_token, url());
}

base::Result<std::vector<wire::TokenView>> MasterClient::tokens() {
  return read(get("/tokens", patience), wire::decode_tokens, url());
}

base::Result<void> MasterClient::revoke_token(const std::string& id) {
  if (id.empty() || id == "." || id == "..")
    return base::Error::invalid(base::format("'{}' is no token's id; `ffwatt token ls` lists them", id));
  FFWATT_CHECK(exchange({.method = net::Method::del, .timeout = write_patience}, "/tokens/" + net::percent_encode(id)));
  return {};
}

base::Result<std::vector<wire::WaitingNode>> MasterClient::waiting_nodes() {
  return read(get("/nodes/pending", patience), wire::decode_waiting, url());
}

base::Result<wire::WaitingNode> MasterClient::approve(const std::string& code) {
  return read(post("/nodes/approve", wire::encode_approval(code)), wire::decode_waiting_node, url());
}

base::Result<std::string> MasterClient::backup() {
  FFWATT_TRY(const auto response, exchange({.method = net::Method::post, .timeout = backup_patience}, "/backup"));
  FFWATT_TRY(const auto answer, read_json(response, url()));
  if (!answer.at("file").is_string())
    return base::Error::invalid(base::format("{} does not say where the copy is; is it a master of ffwatt?", url()));
  return answer.at("file").as_string();
}

base::Result<std::string> MasterClient::authority() {
  FFWATT_TRY(auto response, exchange({.timeout = patience}, "/ca.pem"));
  return std::move(response.body);
}

base::Result<json::Value> MasterClient::results(const Words& words) {
  return get(results_path("json", words), list_patience);
}

base::Result<std::string> MasterClient::results_csv(const Words& words) {
  FFWATT_TRY(auto response, exchange({.timeout = list_patience, .most_answer = most_csv}, results_path("csv", words)));
  return std::move(response.body);
}

}  // namespace client
