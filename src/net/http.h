// Requests and responses of HTTP/1.1 as plain values, shared by the server and the client.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/body_parts.h"

namespace net {

enum class Method { get, head, post, put, patch, del, options };
std::string_view name(Method method);
std::optional<Method> parse_method(std::string_view text);

using Headers = std::vector<std::pair<std::string, std::string>>;  // names compared without case
const std::string* find(const Headers& headers, std::string_view name);

struct Request {
  Method method = Method::get;
  std::string path;  // decoded, always begins with '/', never holds ".." or empty segments
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  Headers headers;
  std::string body;
  std::string peer;  // address without port
  std::string id{};  // of this request, as in X-Request-Id of its answer; given by the server
  // Values of the pattern's {names}, set by the router.
  std::vector<std::pair<std::string, std::string>> parameters;

  const std::string* query_value(std::string_view key) const;
  const std::string& parameter(std::string_view key) const;  // precondition: the pattern has it
};

struct Problem;  // router.h

struct Response {
  int status = 200;
  Headers headers{};  // Content-Length, Date and Connection are the server's
  std::string body{};
  BodyParts more{};  // what follows `body`, made while it is sent; absent: nothing. Not asked for a HEAD
  // What `body` says, where that is a problem document: the server adds which request it is about.
  std::shared_ptr<const Problem> problem{};
  static Response json(int status, std::string body);  // application/json, no-store
  static Response text(int status, std::string body);  // text/plain; charset=utf-8
};

}  // namespace net
