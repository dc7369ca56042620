#include "client/questions.h"

#include "base/format.h"
#include "client/answer.h"
#include "json/json.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace client {
namespace {

constexpr units::Seconds report_patience{30};  // a report of 1 MiB
constexpr units::Seconds claim_margin{15};     // over the wait, for a master that is slow to answer

net::Call post(std::string path, const json::Value& body) {
  return {.method = net::Method::post,
          .url = std::move(path),
          .headers = {{"Content-Type", "application/json"}},
          .body = json::write(body),
          .timeout = report_patience};
}

template <class Decode>
auto read_by(Decode decode, const base::Result<net::Response>& response, std::string_view url)
    -> decltype(decode(json::Value())) {
  if (!response) return response.error();
  FFWATT_CHECK(check_status(*response, url));
  FFWATT_TRY(const auto body, read_json(*response, url));
  auto message = decode(body);
  if (!message) return unreadable(message.error(), url);
  return message;
}

base::Result<wire::ClaimAnswer> claim_or_nothing(const json::Value& body) {
  if (body.is_null()) return wire::ClaimAnswer{};  // 204
  return wire::decode_claim_answer(body);
}

}  // namespace

template <>
base::Result<wire::RegisterAnswer> Question<wire::RegisterAnswer>::read(const base::Result<net::Response>& response,
                                                                        std::string_view url) {
  return read_by(wire::decode_register_answer, response, url);
}

template <>
base::Result<wire::HeartbeatAnswer> Question<wire::HeartbeatAnswer>::read(const base::Result<net::Response>& response,
                                                                          std::string_view url) {
  return read_by(wire::decode_heartbeat_answer, response, url);
}

template <>
base::Result<wire::LiveAnswer> Question<wire::LiveAnswer>::read(const base::Result<net::Response>& response,
                                                                std::string_view url) {
  return read_by(wire::decode_live_answer, response, url);
}

template <>
base::Result<wire::ClaimAnswer> Question<wire::ClaimAnswer>::read(const base::Result<net::Response>& response,
                                                                  std::string_view url) {
  return read_by(claim_or_nothing, response, url);
}

template <>
base::Result<wire::StartAnswer> Question<wire::StartAnswer>::read(const base::Result<net::Response>& response,
                                                                  std::string_view url) {
  return read_by(wire::decode_start_answer, response, url);
}

template <>
base::Result<wire::ResultAnswer> Question<wire::ResultAnswer>::read(const base::Result<net::Response>& response,
                                                                    std::string_view url) {
  return read_by(wire::decode_result_answer, response, url);
}

Question<wire::RegisterAnswer> enrol(const wire::RegisterRequest& request) {
  return {post("/nodes/register", wire::encode(request))};
}

Question<wire::HeartbeatAnswer> heartbeat(base::Id node, const wire::HeartbeatRequest& request) {
  return {post("/nodes/" + node.text() + "/heartbeat", wire::encode(request))};
}

Question<wire::LiveAnswer> live(base::Id node, const wire::HeartbeatRequest& request) {
  return {post("/nodes/" + node.text() + "/live", wire::encode(request))};
}

Question<wire::ClaimAnswer> next(const wire::ClaimRequest& request) {
  std::string path = base::format("/jobs/next?node_id={}&slots={}&wait={}", request.node_id.text(), request.slots,
                                  request.wait.value());
  if (!request.claim_id.empty()) path += "&claim_id=" + net::percent_encode(request.claim_id);
  return {{.url = std::move(path), .timeout = request.wait + claim_margin}};
}

Question<wire::StartAnswer> start(const wire::StartRequest& request) {
  return {post("/jobs/" + request.lease.job.text() + "/start", wire::encode(request))};
}

Question<wire::ResultAnswer> result(const wire::ResultRequest& request, const std::optional<wire::ClaimRequest>& next) {
  std::string path = "/results";
  if (next) path += base::format("?next=1&slots={}&claim_id={}", next->slots, net::percent_encode(next->claim_id));
  return {post(std::move(path), wire::encode(request))};
}

}  // namespace client
