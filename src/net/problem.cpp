#include "json/json.h"
#include "net/router.h"

namespace net {

Response problem(const Problem& problem) {
  auto body = json::Value::object({{"type", "urn:ffwatt:problem:" + problem.code},
                                   {"title", problem.title},
                                   {"status", problem.status},
                                   {"detail", problem.detail},
                                   {"error", problem.detail}});
  auto errors = json::Value::array();
  for (const auto& [pointer, message] : problem.errors)
    errors.push_back(json::Value::object({{"pointer", pointer}, {"detail", message}}));
  body.set("errors", std::move(errors));
  return {problem.status,
          {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          json::write(body) + "\n"};
}

}  // namespace net
