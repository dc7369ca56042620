#include "master/answers.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "net/router.h"

namespace master {

net::Response answer_text(int status, std::string json) { return net::Response::json(status, std::move(json) + "\n"); }

net::Response answer_json(int status, const json::Value& body) { return answer_text(status, json::write(body)); }

net::Response problem_for(const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::invalid:
      return net::problem({400, "invalid", "The request is not valid", error.text(), {}});
    case base::ErrorKind::denied: {
      auto response = net::problem({401, "denied", "Access denied", error.text(), {}});
      response.headers.emplace_back("WWW-Authenticate", "Bearer");
      return response;
    }
    case base::ErrorKind::absent:
      return net::problem({404, "not_found", "Not found", error.text(), {}});
    case base::ErrorKind::failed:
      return net::problem({409, "conflict", "The state does not allow this", error.text(), {}});
    case base::ErrorKind::retry:
      break;
  }
  net::Response response = net::problem({503, "unavailable", "Not possible at the moment", error.text(), {}});
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

net::Response forbidden(const std::string& why) { return net::problem({403, "forbidden", "Not allowed", why, {}}); }

net::Response problem_for(const json::Faults& faults) {
  net::Problem problem{400, "invalid", "The request is not valid", faults.error().text(), {}};
  for (const auto& fault : faults.list()) problem.errors.emplace_back(fault.pointer, fault.message);
  return net::problem(problem);
}

base::Result<json::Value> body_of(const net::Request& request) {
  if (base::trim(request.body).empty()) return json::Value::object();
  return json::parse(request.body).in("the body");
}

base::Result<void> check_query(const net::Request& request, const std::vector<std::string>& known) {
  for (const auto& [key, value] : request.query)
    if (std::find(known.begin(), known.end(), key) == known.end())
      return base::Error::invalid(base::format("unknown query parameter '{}'.{}", key, base::did_you_mean(key, known)));
  return {};
}

}  // namespace master
