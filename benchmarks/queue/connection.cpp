#include "queue/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace bench {

Connection::Connection(Loop& loop, std::uint16_t port)
    : loop_(loop), file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (file_ < 0 || ::connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const std::string why = std::strerror(errno);
    if (file_ >= 0) ::close(file_);
    throw Trouble("nothing can be reached on port " + std::to_string(port) + ": " + why);
  }
  const int on = 1;
  ::setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(file_, F_SETFL, ::fcntl(file_, F_GETFL) | O_NONBLOCK);
  loop_.watch(file_);
}

Connection::~Connection() {
  loop_.forget(file_);
  ::close(file_);
}

Task<void> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(file_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno == EAGAIN)
      co_await loop_.writable(file_);
    else if (errno != EINTR)
      throw Trouble(std::string("the server does not listen any more: ") + std::strerror(errno));
  }
}

Task<void> Connection::fill() {
  static std::array<char, 256u << 10> received;  // one thread; a string that grows would be filled with zeros first
  for (;;) {
    co_await loop_.readable(file_);
    const auto got = ::recv(file_, received.data(), received.size(), 0);
    if (got > 0) {
      in_.append(received.data(), static_cast<std::size_t>(got));
      co_return;
    }
    if (got == 0) throw Trouble("the server has hung up");
    if (errno != EAGAIN && errno != EINTR) throw Trouble(std::string("reading the answer: ") + std::strerror(errno));
  }
}

void Connection::consume(std::size_t count) {
  begin_ += count;
  if (begin_ == in_.size()) {
    in_.clear(), begin_ = 0;
  } else if (begin_ > (256u << 10)) {
    in_.erase(0, begin_), begin_ = 0;
  }
}

Task<std::string> Connection::line() {
  for (;;) {
    const auto end = unread().find("\r\n");
    if (end != std::string_view::npos) {
      std::string text(unread().substr(0, end));
      consume(end + 2);
      co_return text;
    }
    co_await fill();
  }
}

Task<std::string> Connection::bytes(std::size_t count) {
  while (unread().size() < count) co_await fill();
  std::string text(unread().substr(0, count));
  consume(count);
  co_return text;
}

}  // namespace bench
