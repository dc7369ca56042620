// RawPeer: a TCP peer for tests (test targets only) that sends exactly the bytes it is told, blocking, with a deadline
// against a hang only.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "net/http.h"
#include "os/processes.h"

namespace net {

class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const timeval hang{60, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &hang, sizeof hang);
  }

  // The server may have closed in the middle of what it refuses: that is no fault of the test's.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }
  void reset() {  // RST instead of FIN
    const linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.reset();
  }

  // One response by its Content-Length; status 0 where the stream ended before it.
  Response response(Method request = Method::get) {
    Response out;
    out.status = 0;
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == received_.npos)
      if (!more()) return out;
    const std::string head = received_.substr(0, end);
    received_.erase(0, end + 4);
    for (const auto line : base::split(head, '\n'))
      if (const auto colon = line.find(':'); colon != line.npos)
        out.headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
    out.status = std::stoi(head.substr(9, 3));
    const auto* length = find(out.headers, "Content-Length");
    const std::size_t size = length && request != Method::head ? std::stoul(*length) : 0;
    while (received_.size() < size)
      if (!more()) break;
    out.body = received_.substr(0, size);
    received_.erase(0, size);
    return out;
  }

  // All that comes until the server closes.
  std::string to_end() {
    while (more()) {
    }
    return std::move(received_);
  }
  bool closed() { return to_end().empty(); }
  // Whether the end was one, not a reset.
  bool ended_cleanly() const { return ended_cleanly_; }

 private:
  bool more() {
    char buffer[4096];
    const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    EXPECT_FALSE(size < 0 && errno == EAGAIN) << "the server neither answers nor closes";
    ended_cleanly_ = size == 0;
    if (size <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  os::Descriptor socket_;
  std::string received_;
  bool ended_cleanly_ = false;
};

}  // namespace net
