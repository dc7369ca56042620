#include "json/json.h"
#include "net/router.h"

namespace net {

std::string problem_body(const Problem& problem, const Asked& asked) {
  auto body = json::Value::object({{"type", "urn:ffwatt:problem:" + problem.code},
                                   {"title", problem.title},
                                   {"status", problem.status},
                                   {"code", problem.code},
                                   {"detail", problem.detail},
                                   {"error", problem.detail}});
  if (!asked.path.empty()) body.set("instance", asked.path);
  if (!asked.id.empty()) body.set("request_id", asked.id);
  auto errors = json::Value::array();
  for (const auto& [pointer, message] : problem.errors)
    errors.push_back(json::Value::object({{"pointer", pointer}, {"message", message}, {"detail", message}}));
  body.set("errors", std::move(errors));
  return json::write(body) + "\n";
}

Response problem(const Problem& problem) {
  Response response{problem.status,
                    {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
                    problem_body(problem, {})};
  response.problem = std::make_shared<const Problem>(problem);
  return response;
}

}  // namespace net
