// From results to HTTP responses: the one place where error kinds become status codes.
#pragma once

#include "base/result.h"
#include "json/reader.h"
#include "json/value.h"
#include "net/http.h"

namespace master {

net::Response answer_json(int status, const json::Value& body);
// invalid 400, denied 401, absent 404, failed 409, retry 503 with Retry-After.
net::Response problem_for(const base::Error& error);
// 400 with each fault's pointer and message.
net::Response problem_for(const json::Faults& faults);

// The body as JSON whatever its Content-Type says; an empty body is an empty object.
base::Result<json::Value> body_of(const net::Request& request);

// f is called with the value of a good result and answers it; a bad one becomes its problem document.
template <class T, class F>
net::Response answer(const base::Result<T>& result, F f) {
  return result ? f(*result) : problem_for(result.error());
}

}  // namespace master
