// HttpClient: blocking requests by libcurl. One client is used by one thread at a time (it keeps connections alive).
// Errors: retry where nobody answered in time or at all; invalid for a bad URL or a header with a line break; failed
// for an answer over the limit or a certificate that is not trusted. Any HTTP status is an answer, not an error.
// Redirects are not followed. Error texts leave out the query and the user of a URL.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "net/http.h"
#include "units/quantity.h"

namespace net {

// For servers that ask for one. Sent at once as Basic over TLS; over plain HTTP as whatever the server asks for, which
// may be Digest. Never in an error.
struct Login {
  std::string user, password;
};

struct Call {
  Method method = Method::get;
  std::string url{};  // http:// or https://, complete
  Headers headers{};
  std::string body{};
  units::Seconds timeout{10};  // of the whole call
  units::Seconds connect_timeout{5};
  std::size_t most_answer = 16u << 20;
  std::optional<Login> login{};
  std::string ca_file{};                               // PEM; empty: the system's authorities
  enum class Verify { yes, no } verify = Verify::yes;  // the server's certificate and its name
  // Connect to this address whatever the URL's host resolves to, and by no proxy: for whoever has checked it.
  std::string address{};
  // Connect to this Unix socket instead; the URL's host is then only what the server is told.
  std::string unix_socket{};
  // Takes the body as it comes in place of Response::body, in the thread of send(); a no ends the call with retry
  // ("stopped"). There is no limit of time and size then, but nothing may come for `stall` at most.
  struct Stream {
    std::function<bool(const Response& head)> on_head;  // once, before the first byte
    std::function<bool(std::string_view bytes)> on_bytes;
    units::Seconds stall{15};
  };
  std::optional<Stream> stream{};
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  // Ends at once with retry ("stopped") when `stop` is requested, from whichever thread.
  base::Result<Response> send(const Call& call, std::stop_token stop = {});
  // Whether anything of the last call went out: if not, nobody can have acted on it, and it may be sent elsewhere.
  enum class Sent { nothing, something };
  Sent sent() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Everything but letters, digits and -._~ as %XX: fit for a path segment and for a query.
std::string percent_encode(std::string_view text);

}  // namespace net
