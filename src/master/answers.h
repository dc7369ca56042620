// From results to HTTP responses: the one place where error kinds become status codes.
#pragma once

#include <string>

#include "base/result.h"
#include "json/reader.h"
#include "json/value.h"
#include "net/http.h"

namespace master {

net::Response answer_text(int status, std::string json);
net::Response answer_json(int status, const json::Value& body);
// invalid 400, denied 401, absent 404, failed 409, retry 503 with Retry-After.
net::Response problem_for(const base::Error& error);
// 403: it is known who asks, and they may not.
net::Response forbidden(const std::string& why);
// 400 with each fault's pointer and message.
net::Response problem_for(const json::Faults& faults);

// The body as JSON whatever its Content-Type says; an empty body is an empty object.
base::Result<json::Value> body_of(const net::Request& request);

// invalid where the query has a key that is none of these, with the nearest: a filter that nobody applies would answer
// another question than was asked.
base::Result<void> check_query(const net::Request& request, const std::vector<std::string>& known);

// f is called with the value of a good result and answers it; a bad one becomes its problem document.
template <class T, class F>
net::Response answer(const base::Result<T>& result, F f) {
  return result ? f(*result) : problem_for(result.error());
}

}  // namespace master
