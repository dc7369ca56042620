// HttpServer: HTTP/1.1 for many slow peers on a few threads. Read this header first.
// A handler is called on one of the server's threads and must not block: it hands the request on and answers later,
// from any thread, through its Responder. Limits are enforced before a handler sees the request, and a request that two
// readers could read in two ways is refused (framing.h). One request of a connection is in hand at a time; pipelined
// ones wait and are answered in order. A handler that throws costs its own request (500), no other.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "net/http.h"
#include "net/tls.h"
#include "os/clock.h"
#include "units/quantity.h"

namespace net {

// The right to answer one request, once. Copies share it; the first send() counts. Destroyed without an answer: 500.
// Any thread, also after the server has stopped; an answer to a peer that is gone is dropped.
class Responder {
 public:
  class Channel {  // the server's side
   public:
    virtual ~Channel() = default;
    virtual void send(Response response) = 0;
    virtual bool peer_gone() const = 0;
    virtual void when_gone(std::function<void()> callback) = 0;
  };
  explicit Responder(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  void send(Response response) const { channel_->send(std::move(response)); }
  // True once the peer closed its connection: a long poll asks before it gives a job away. A peer that closed only its
  // sending half counts as gone, since the two look alike; an answer is still written to it.
  bool peer_gone() const { return channel_->peer_gone(); }
  // Called at most once, on a server thread, when the peer goes before the answer, or when the server is stopped then.
  // One callback a request: a second replaces the first.
  void when_gone(std::function<void()> callback) const { channel_->when_gone(std::move(callback)); }

 private:
  std::shared_ptr<Channel> channel_;
};

using Handler = std::function<void(Request, Responder)>;

struct ServerSettings {
  std::string address = "::";  // dual stack; an IPv4 or IPv6 literal, or "localhost" for both loopbacks
  std::uint16_t port = 0;      // 0: any free one, see HttpServer::port()
  int threads = 1;
  std::size_t most_body = 1u << 20;
  std::size_t most_header = 16u << 10;
  std::size_t most_connections = 5000;
  units::Seconds header_timeout{10};  // from the first byte to the end of the header; then 408
  units::Seconds body_timeout{30};    // of the whole body, then 408; of an answer without any progress, then closed
  units::Seconds idle_timeout{75};    // without a byte of a next request; then closed
  std::shared_ptr<const Tls> tls{};   // HTTPS alone; absent: HTTP
  // Names this start of the server: its requests are LIFE-1, LIFE-2 …, but for those whose caller named them. Empty:
  // they have no names.
  std::string life{};
  const os::Clock* clock = nullptr;  // for Date; without one there is none (RFC 9110 6.6.1). Outlives the server
};

class HttpServer {
 public:
  // Binds and starts accepting. invalid: bad address; denied: port below 1024 without the right; failed: "port 8080 is
  // in use by nginx (pid 812); stop it or choose another with --port" (`port_owner` finds the name; may be empty).
  static base::Result<std::unique_ptr<HttpServer>> start(ServerSettings settings, Handler handler, base::Log& log,
                                                         std::function<std::string(int port)> port_owner = {});
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  // Stops accepting, closes idle connections and half-read requests, lets those in hand finish within `grace`, closes
  // the rest (their when_gone is called), joins the threads. Idempotent. Not from a handler: it would wait for itself.
  virtual void stop(units::Seconds grace) = 0;
};

}  // namespace net
