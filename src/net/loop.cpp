#include "net/loop.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace net {
namespace {

namespace asio = boost::asio;
using Stream = asio::generic::stream_protocol;
using boost::system::error_code;
using SteadyTime = asio::steady_timer::time_point;

SteadyTime after(units::Seconds delay) {
  // A year is for ever here, and keeps the sum within the clock's range.
  const double seconds = std::min(delay.value(), 365.0 * 86400);
  return asio::steady_timer::clock_type::now() +
         std::chrono::duration_cast<asio::steady_timer::duration>(std::chrono::duration<double>(seconds));
}

class Socket : public Transport, public std::enable_shared_from_this<Socket> {
 public:
  Socket(asio::io_context& io, int family, int fd, TransportEvents& events)
      : socket_(io, Stream(family, 0), fd), timer_(io), events_(&events) {}

  void read() override {
    socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code fault, std::size_t size) {
      if (!self->events_) return;
      if (fault == asio::error::eof) return self->events_->peer_finished();
      if (fault) return self->events_->broken();
      self->events_->received({self->buffer_.data(), size});
    });
  }

  Written write(std::string bytes, units::Seconds stall) override {
    const ssize_t sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == static_cast<ssize_t>(bytes.size())) return Written::now;
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return Written::broken;
    out_ = std::move(bytes);
    sent_ = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    stall_ = stall;
    write_rest();
    return Written::later;
  }

  void set_deadline(units::Seconds from_now) override {
    deadline_ = after(from_now);
    if (armed_ && *armed_ <= deadline_) return;  // it will fire too early, look at the deadline and wait on
    arm();
  }
  void clear_deadline() override { deadline_ = SteadyTime::max(); }

  void finish_sending() override {
    error_code ignored;
    socket_.shutdown(Stream::socket::shutdown_send, ignored);
  }

  void close() override {
    events_ = nullptr;
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
  }
  void abort() override {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
  }

 private:
  void write_rest() {
    set_deadline(stall_);
    socket_.async_write_some(asio::buffer(out_.data() + sent_, out_.size() - sent_),
                             [self = shared_from_this()](error_code fault, std::size_t size) {
                               if (!self->events_) return;
                               if (fault) return self->events_->broken();
                               self->sent_ += size;
                               if (self->sent_ < self->out_.size()) return self->write_rest();
                               std::string().swap(self->out_);
                               self->events_->written();
                             });
  }

  // The timer is moved only when a deadline comes nearer: most requests set and clear theirs without touching it.
  void arm() {
    armed_ = deadline_;
    timer_.expires_at(deadline_);
    timer_.async_wait([self = shared_from_this()](error_code fault) {
      if (fault || !self->events_) return;
      self->armed_.reset();
      if (self->deadline_ == SteadyTime::max()) return;
      if (asio::steady_timer::clock_type::now() < self->deadline_) return self->arm();
      self->clear_deadline();
      self->events_->expired();
    });
  }

  Stream::socket socket_;
  asio::steady_timer timer_;
  TransportEvents* events_;  // null once closed
  SteadyTime deadline_ = SteadyTime::max();
  std::optional<SteadyTime> armed_;
  std::string out_;
  std::size_t sent_ = 0;
  units::Seconds stall_{};
  std::array<char, 8192> buffer_;  // a request in one read; the load goal is 12 KiB a connection
};

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::io_context& io, os::Descriptor socket, std::function<void(os::Descriptor)> accepted, base::Log& log)
      : descriptor_(io, socket.release()), pause_(io), accepted_(std::move(accepted)), log_(log) {}

  void wait() {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](error_code fault) {
      if (fault || !self->descriptor_.is_open()) return;
      self->accept_some();
    });
  }
  void close() {
    error_code ignored;
    descriptor_.close(ignored);
    pause_.cancel();
  }

 private:
  void accept_some() {
    // A bounded number at a time, so that a storm of connections does not starve those that are open.
    for (int i = 0; i < 64; ++i) {
      os::Descriptor socket(::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket) {
        accepted_(std::move(socket));
        if (!descriptor_.is_open()) return;
        continue;
      }
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return pause(errno);
      if (errno == EAGAIN) break;
      // Anything else (ECONNABORTED, EPROTO …) is about the connection that is gone; accept(2) says to go on.
    }
    wait();
  }

  void pause(int fault) {
    log_.warning("cannot accept connections for the moment; raise the limit of open files (LimitNOFILE=, ulimit -n)",
                 {{"reason", std::strerror(fault)}});
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code cancelled) {
      if (!cancelled) self->wait();
    });
  }

  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer pause_;
  std::function<void(os::Descriptor)> accepted_;
  base::Log& log_;
};

class AsioLoop : public Loop {
 public:
  void run() override { io_.run(); }
  void stop() override { io_.stop(); }
  void post(std::function<void()> task) override { asio::post(io_, std::move(task)); }

  std::shared_ptr<Transport> adopt(os::Descriptor socket, TransportEvents& events) override {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    try {
      auto transport = std::make_shared<Socket>(io_, address.ss_family, socket.get(), events);
      socket.release();
      return transport;
    } catch (const boost::system::system_error&) {
      return nullptr;
    }
  }

  void listen(os::Descriptor socket, std::function<void(os::Descriptor)> accepted, base::Log& log) override {
    listeners_.push_back(std::make_shared<Listener>(io_, std::move(socket), std::move(accepted), log));
    listeners_.back()->wait();
  }
  void stop_listening() override {
    for (const auto& listener : listeners_) listener->close();
    listeners_.clear();
  }

 private:
  asio::io_context io_{1};  // one thread runs it
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  std::vector<std::shared_ptr<Listener>> listeners_;
};

}  // namespace

std::shared_ptr<Loop> Loop::make() { return std::make_shared<AsioLoop>(); }

}  // namespace net
