#include "net/connection.h"

#include <exception>
#include <mutex>

#include "net/router.h"

namespace net {
namespace {

// Of pipelined bytes kept while a request is in hand. Beyond it nothing is read until the answer is out, which also
// means that the peer's going is noticed only then.
constexpr std::size_t most_pending = 64u << 10;
// A peer gets this long to read a final answer and close.
constexpr units::Seconds linger_time{2};
constexpr int full_retry_after_seconds = 5;

Response refusal_response(const Refusal& refusal) {
  const char* code = refusal.status == 408   ? "request_timeout"
                     : refusal.status == 413 ? "body_too_large"
                     : refusal.status == 414 ? "target_too_long"
                     : refusal.status == 417 ? "expectation_failed"
                     : refusal.status == 431 ? "header_too_large"
                     : refusal.status == 501 ? "method_not_implemented"
                     : refusal.status == 503 ? "too_many_connections"
                     : refusal.status == 505 ? "version_not_supported"
                                             : "malformed_request";
  auto response = problem({.status = refusal.status,
                           .code = code,
                           .title = std::string(reason_phrase(refusal.status)),
                           .detail = refusal.reason});
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", std::to_string(full_retry_after_seconds));
  return response;
}

}  // namespace

// Shared by the copies of one Responder, on any thread; reaches the connection only through the loop.
class Connection::Channel : public Responder::Channel {
 public:
  Channel(std::weak_ptr<Loop> loop, std::weak_ptr<Connection> connection)
      : loop_(std::move(loop)), connection_(std::move(connection)) {}

  ~Channel() override {
    if (!answered_)
      deliver(problem({.status = 500,
                       .code = "no_answer",
                       .title = std::string(reason_phrase(500)),
                       .detail = "The request was dropped without an answer; this is a fault of the server."}));
  }

  void send(Response response) override {
    std::function<void()> unused;  // may own the last copy but one of this Responder: destroyed after the lock
    {
      const std::lock_guard lock(mutex_);
      if (answered_) return;
      answered_ = true;
      unused.swap(callback_);
    }
    deliver(std::move(response));
  }

  bool peer_gone() const override { return gone_; }

  void when_gone(std::function<void()> callback) override {
    {
      const std::lock_guard lock(mutex_);
      if (answered_) return;
      if (!gone_) {
        callback_ = std::move(callback);
        return;
      }
    }
    if (const auto loop = loop_.lock()) loop->post(std::move(callback));
  }

  // On the loop's thread.
  void peer_left() {
    std::function<void()> callback;
    {
      const std::lock_guard lock(mutex_);
      gone_ = true;
      callback.swap(callback_);
    }
    if (callback) callback();
  }

 private:
  void deliver(Response response) {
    if (const auto loop = loop_.lock())
      loop->post([connection = connection_, response = std::move(response)] {
        if (const auto alive = connection.lock()) alive->answer(response);
      });
  }

  std::weak_ptr<Loop> loop_;
  std::weak_ptr<Connection> connection_;
  std::mutex mutex_;
  bool answered_ = false;
  std::atomic<bool> gone_ = false;
  std::function<void()> callback_;
};

// One ask for a part; reaches the connection only through the loop.
class Connection::Parts : public PartSink::Channel {
 public:
  Parts(std::weak_ptr<Loop> loop, std::weak_ptr<Connection> connection)
      : loop_(std::move(loop)), connection_(std::move(connection)) {}
  ~Parts() override { cut(); }

  void part(std::string bytes, Then then) override {
    post([bytes = std::move(bytes), then](Connection& alive) { alive.take_part(bytes, then); });
  }
  void cut() override {
    post([](Connection& alive) { alive.cut(); });
  }

 private:
  template <class F>
  void post(F f) {
    if (answered_.exchange(true)) return;
    if (const auto loop = loop_.lock())
      loop->post([connection = connection_, f = std::move(f)] {
        if (const auto alive = connection.lock()) f(*alive);
      });
  }

  std::weak_ptr<Loop> loop_;
  std::weak_ptr<Connection> connection_;
  std::atomic<bool> answered_ = false;
};

Connection::Connection(std::shared_ptr<Loop> loop, Owner& owner, std::string peer)
    : loop_(std::move(loop)), owner_(owner), peer_(std::move(peer)) {}

Connection::~Connection() {
  if (transport_) transport_->close();
}

void Connection::start(os::Descriptor socket, Admission admission) {
  const auto& tls = owner_.settings().tls;
  transport_ = tls ? tls->adopt(loop_, std::move(socket), *this) : loop_->adopt(std::move(socket), *this);
  if (!transport_) return close();
  if (admission == Admission::refuse)
    return refuse({503, "the server has as many connections as it can hold; try again in a few seconds"});
  next_request();
}

void Connection::next_request() {
  phase_ = Phase::reading;
  wait_ = Wait::none;
  parser_.emplace(RequestParser::Limits{owner_.settings().most_header, owner_.settings().most_body});
  if (!pending_.empty()) pending_.erase(0, parser_->feed(pending_));
  step();
}

// Acts on what the parser has come to.
void Connection::step() {
  const auto wait_for = [this](Wait wait, units::Seconds limit) {
    if (wait_ != wait) transport_->set_deadline(limit);
    wait_ = wait;
    if (peer_finished_) return close();  // the rest will never come
    want_read();
  };
  if (!parser_) return;  // a request is being answered
  const auto& settings = owner_.settings();
  switch (parser_->state()) {
    case RequestParser::State::idle:
      return wait_for(Wait::idle, settings.idle_timeout);
    case RequestParser::State::header:
      return wait_for(Wait::header, settings.header_timeout);
    case RequestParser::State::body:
      // 25 bytes that do not fit at once: the peer has sent requests without reading one answer.
      if (wait_ != Wait::body && parser_->waits_for_continue() &&
          transport_->write("HTTP/1.1 100 Continue\r\n\r\n", settings.body_timeout) != Transport::Written::now)
        return close();
      return wait_for(Wait::body, settings.body_timeout);
    case RequestParser::State::complete:
      return dispatch(*parser_);
    case RequestParser::State::refused:
      return refuse(parser_->refusal());
  }
}

void Connection::dispatch(RequestParser& parser) {
  phase_ = Phase::handling;
  transport_->clear_deadline();  // how long an answer may take is the handler's business
  after_answer_ = parser.keep_alive();
  version_ = parser.version();
  auto request = parser.take();
  parser_.reset();
  request.peer = peer_;
  asked_ = {request.method, request.path, id_of(request)};
  request.id = asked_.id;
  auto channel = std::make_shared<Channel>(loop_, weak_from_this());
  channel_ = channel;
  if (peer_finished_) channel->peer_left();
  want_read();  // to notice that the peer goes
  try {
    owner_.handler()(std::move(request), Responder(std::move(channel)));
  } catch (const std::exception& fault) {
    // The request answers itself with 500 as its Responder dies; the other peers must not pay for it.
    owner_.log().error("a request handler failed; this is a fault of the server", {{"reason", fault.what()}});
  }
}

// A caller's own, so that one name follows a request through proxies and logs; but no other text of a stranger's.
std::string Connection::id_of(const Request& request) {
  constexpr std::size_t longest = 64;
  const auto* given = find(request.headers, "X-Request-Id");
  constexpr std::string_view plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.";
  if (given && !given->empty() && given->size() <= longest && given->find_first_not_of(plain) == std::string::npos)
    return *given;
  return owner_.next_request_id();
}

void Connection::answer(const Response& response) {
  if (phase_ != Phase::handling) return;
  if (response.status == 500)
    owner_.log().error("answered 500; this is a fault of the server",
                       {{"request", asked_.id},
                        {"path", asked_.path},
                        {"reason", response.problem ? response.problem->detail : response.body.substr(0, 200)}});
  const bool last = draining_ || (peer_finished_ && pending_.empty());
  send(response, last ? KeepAlive::no : after_answer_);
}

void Connection::refuse(const Refusal& refusal) {
  asked_ = {Method::get, {}, owner_.next_request_id()};
  owner_.log().debug("request refused", {{"peer", peer_},
                                         {"request", asked_.id},
                                         {"status", std::to_string(refusal.status)},
                                         {"reason", refusal.reason}});
  send(refusal_response(refusal), KeepAlive::no);
}

void Connection::send(const Response& response, KeepAlive keep_alive) {
  const bool in_parts = response.more && has_body(response.status) && is_sendable(response);
  body_end_ = !in_parts ? BodyEnd::length : version_ == Version::http_1_0 ? BodyEnd::close : BodyEnd::chunks;
  after_answer_ = body_end_ == BodyEnd::close ? KeepAlive::no : keep_alive;
  if (in_parts && asked_.method != Method::head) more_ = response.more;
  write(response_text(response, asked_, after_answer_, owner_.date(), body_end_));
}

void Connection::write(std::string bytes) {
  phase_ = Phase::writing;
  transport_->clear_deadline();
  switch (transport_->write(std::move(bytes), owner_.settings().body_timeout)) {
    case Transport::Written::now:
      return sent();
    case Transport::Written::later:
      return;
    case Transport::Written::broken:
      return close();
  }
}

void Connection::ask_for_more() {
  phase_ = Phase::making;
  transport_->clear_deadline();  // how long a part may take is its maker's business
  try {
    more_(PartSink(std::make_shared<Parts>(loop_, weak_from_this())));
  } catch (const std::exception& fault) {
    // The connection is cut as the sink dies.
    owner_.log().error("a part of an answer could not be made; this is a fault of the server",
                       {{"reason", fault.what()}});
  }
}

void Connection::take_part(std::string bytes, PartSink::Channel::Then then) {
  if (phase_ != Phase::making) return;
  if (body_end_ == BodyEnd::chunks) bytes = chunk(bytes);
  if (then == PartSink::Channel::Then::end) {
    more_ = nullptr;
    if (body_end_ == BodyEnd::chunks) bytes += last_chunk;
  }
  if (bytes.empty()) return sent();
  write(std::move(bytes));
}

void Connection::cut() {
  if (phase_ == Phase::making) close();
}

void Connection::sent() {
  if (more_) return ask_for_more();
  if (after_answer_ == KeepAlive::yes && !draining_) return next_request();
  linger();
}

void Connection::linger() {
  phase_ = Phase::lingering;
  pending_.clear();
  if (peer_finished_) return close();
  transport_->finish_sending();
  transport_->set_deadline(linger_time);
  want_read();
}

void Connection::want_read() {
  if (reading_ || peer_finished_ || pending_.size() >= most_pending) return;
  reading_ = true;
  transport_->read();
}

void Connection::received(std::string_view bytes) {
  reading_ = false;
  switch (phase_) {
    case Phase::reading: {
      const std::size_t used = parser_ ? parser_->feed(bytes) : 0;
      pending_.assign(bytes.substr(used));
      return step();
    }
    case Phase::handling:
    case Phase::writing:
    case Phase::making:
      pending_.append(bytes);
      return want_read();
    case Phase::lingering:
      return want_read();
    case Phase::closed:
      return;
  }
}

void Connection::peer_finished() {
  reading_ = false;
  peer_finished_ = true;
  switch (phase_) {
    case Phase::reading:
    case Phase::lingering:
      return close();
    case Phase::handling:
      return tell_channel();  // it may have closed one direction only: the answer is still tried
    case Phase::writing:
    case Phase::making:
    case Phase::closed:
      return;
  }
}

void Connection::broken() { close(); }
void Connection::written() { sent(); }

void Connection::expired() {
  if (phase_ == Phase::reading && wait_ == Wait::header)
    return refuse({408, "the request's header did not come in time"});
  if (phase_ == Phase::reading && wait_ == Wait::body) return refuse({408, "the request's body did not come in time"});
  close();
}

void Connection::drain() {
  draining_ = true;
  if (phase_ == Phase::reading) close();  // nobody has acted on half a request: the peer may safely send it elsewhere
}

void Connection::tell_channel() {
  if (const auto channel = channel_.lock()) channel->peer_left();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  const bool in_hand = phase_ == Phase::handling;
  // Half of a body whose length nobody was told must not end as a whole one does.
  const bool half = (phase_ == Phase::writing || phase_ == Phase::making) && body_end_ != BodyEnd::length;
  phase_ = Phase::closed;
  more_ = nullptr;
  if (transport_) half ? transport_->abort() : transport_->close();
  if (in_hand) tell_channel();
  owner_.closed(*this);
}

}  // namespace net
