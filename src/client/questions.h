// What an agent asks its master, apart from the sending: the request, and what its answer means. Pure; MasterClient
// sends them by libcurl, an agent on lanes of its own, the farm simulator through a network that it makes up.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"
#include "wire/messages.h"

namespace client {

template <class Answer>
struct Question {
  net::Call call;  // its url is the path below /api/v1
  // Errors as in master_client.h; `url` is that of the master that answered, for texts.
  static base::Result<Answer> read(const base::Result<net::Response>& response, std::string_view url);
};

Question<wire::RegisterAnswer> enrol(const wire::RegisterRequest& request);
Question<wire::HeartbeatAnswer> heartbeat(base::Id node, const wire::HeartbeatRequest& request);
Question<wire::LiveAnswer> live(base::Id node, const wire::HeartbeatRequest& request);
Question<wire::ClaimAnswer> next(const wire::ClaimRequest& request);
Question<wire::StartAnswer> start(const wire::StartRequest& request);
Question<wire::ResultAnswer> result(const wire::ResultRequest& request, const std::optional<wire::ClaimRequest>& next);

}  // namespace client
