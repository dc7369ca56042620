#include "net/router.h"

#include <algorithm>
#include <cassert>

#include "base/format.h"
#include "base/text.h"

namespace net {

struct Router::Route {
  Method method;
  std::string pattern;
  std::vector<std::string> segments;  // without slashes; a name keeps its braces
  Handler handler;
};

namespace {

bool is_name(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

std::vector<std::string_view> segments_of(std::string_view path) {
  if (path == "/") return {};
  return base::split(path.substr(1), '/');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& want, std::string_view have) { return is_name(want) || want == have; });
}

// "/jobs/next" before "/jobs/{id}": of two patterns that match one path, the one that is literal first.
bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const auto& x, const auto& y) { return is_name(x) < is_name(y); });
}

Response no_such_path(const std::string& path, std::vector<std::string> patterns) {
  // Looking for a near name costs the product of the lengths, and no path of ours is this long.
  constexpr std::size_t longest = 200;
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  const bool shown_whole = path.size() <= longest;
  return problem({.status = 404,
                  .code = "no_such_path",
                  .title = "No such path",
                  .detail = base::format("There is nothing at {}{}.{}", path.substr(0, longest), shown_whole ? "" : "…",
                                         shown_whole ? base::did_you_mean(path, patterns) : "")});
}

Response wrong_method(const Request& request, const std::string& allowed) {
  auto response = problem(
      {.status = 405,
       .code = "method_not_allowed",
       .title = "Method not allowed",
       .detail = base::format("{} cannot be used on {}; it takes {}.", name(request.method), request.path, allowed)});
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace

void Router::add(Method method, std::string pattern, Handler handler) {
  assert(pattern.starts_with('/') && (pattern == "/" || !pattern.ends_with('/')));
  auto route = std::make_shared<Route>(Route{method, std::move(pattern), {}, std::move(handler)});
  for (const auto segment : segments_of(route->pattern)) route->segments.emplace_back(segment);
  const auto later = std::find_if(routes_.begin(), routes_.end(),
                                  [&](const auto& other) { return more_literal(route->segments, other->segments); });
  routes_.insert(later, std::move(route));
}

void Router::operator()(Request request, Responder responder) const {
  const auto path = segments_of(request.path);
  const Route* get = nullptr;
  std::vector<std::string> allowed;
  for (const auto& route : routes_) {
    if (!matches(route->segments, path)) continue;
    if (route->method == Method::get && !get) get = route.get();
    allowed.emplace_back(name(route->method));
    if (route->method == request.method) {
      get = route.get();
      break;
    }
  }
  const bool found = get && (get->method == request.method || request.method == Method::head);
  if (!found && allowed.empty()) {
    std::vector<std::string> patterns;
    for (const auto& route : routes_) patterns.push_back(route->pattern);
    return responder.send(no_such_path(request.path, std::move(patterns)));
  }
  if (!found) {
    if (get) allowed.emplace_back("HEAD");
    std::sort(allowed.begin(), allowed.end());
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    return responder.send(wrong_method(request, base::join(allowed, ", ")));
  }
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::size_t i = 0; i < path.size(); ++i)
    if (const std::string_view want = get->segments[i]; is_name(want))
      parameters.emplace_back(want.substr(1, want.size() - 2), path[i]);
  request.parameters = std::move(parameters);
  get->handler(std::move(request), std::move(responder));
}

std::vector<std::pair<Method, std::string>> Router::routes() const {
  std::vector<std::pair<Method, std::string>> out;
  for (const auto& route : routes_) out.emplace_back(route->method, route->pattern);
  return out;
}

}  // namespace net
