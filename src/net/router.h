// Router: from method and path to a handler. Patterns are "/jobs/{id}/start"; a name matches one segment. An unknown
// path is 404, a known one with another method 405 with Allow, both as problem documents. HEAD falls back to GET. Of
// two patterns that match one path the more literal one is taken ("/jobs/next" before "/jobs/{id}"), in whatever order
// they were added. Names match the decoded segment; an encoded slash never gets here (target.h). Built once at start;
// then safe from any thread.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/http.h"
#include "net/http_server.h"

namespace net {

class Router {
 public:
  void add(Method method, std::string pattern, Handler handler);
  void operator()(Request request, Responder responder) const;
  std::vector<std::pair<Method, std::string>> routes() const;  // for the API check and for docs

 private:
  struct Route;
  std::vector<std::shared_ptr<const Route>> routes_;
};

// RFC 9457: application/problem+json with type, title, status, detail, errors[], `code`, and `error`, which is the
// detail again. Once it is sent: instance and request_id as well.
struct Problem {
  int status = 500;
  std::string code{};  // stable, snake_case; also the tail of `type`, "urn:ffwatt:problem:<code>"
  std::string title{}, detail{};
  std::vector<std::pair<std::string, std::string>> errors{};  // (pointer, message)
};
Response problem(const Problem& problem);

// Which request an answer is to.
struct Asked {
  Method method = Method::get;
  std::string path{};  // empty: it could not be read
  std::string id{};
};
std::string problem_body(const Problem& problem, const Asked& asked);

}  // namespace net
