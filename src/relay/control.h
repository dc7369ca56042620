// The socket between a runner and its relay: lines one way and the other, and descriptors beside them. Inside of
// `relay`.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "os/processes.h"
#include "relay/fetch.h"

namespace relay {

// The most descriptors that one message carries: the ports of one program.
inline constexpr std::size_t kMostListeners = 16;

class ControlReader {
 public:
  explicit ControlReader(const os::Descriptor& socket) : socket_(socket) {}
  struct Message {
    std::string line;  // without its end; empty where descriptors came
    std::vector<os::Descriptor> listeners;
  };
  // The next line or batch of descriptors; nothing at the end. Blocks.
  std::optional<Message> next();
  // Lines that are there already; never blocks.
  std::vector<std::string> waiting();

 private:
  bool receive(int flags);
  const os::Descriptor& socket_;
  std::string text_;
  std::deque<std::vector<os::Descriptor>> batches_;
};

std::string line_of(const Fault& fault);
std::optional<Fault> parse_fault(std::string_view line);

}  // namespace relay
