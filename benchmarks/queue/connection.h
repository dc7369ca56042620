// Connection: one TCP connection to a server on this machine, without Nagle's delay. One request after another is
// written whole; answers are read from its buffer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "queue/loop.h"

namespace bench {

class Connection {
 public:
  // Throws Trouble where nobody listens.
  Connection(Loop& loop, std::uint16_t port);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<void> write(std::string_view bytes);
  // Waits for more bytes behind those of unread(). Throws Trouble where the server has hung up.
  Task<void> fill();
  std::string_view unread() const { return std::string_view(in_).substr(begin_); }
  void consume(std::size_t count);
  // Without its CR LF; taken from the buffer.
  Task<std::string> line();
  Task<std::string> bytes(std::size_t count);

 private:
  Loop& loop_;
  int file_;
  std::string in_;
  std::size_t begin_ = 0;
};

}  // namespace bench
