// Blocking bytes over a connected socket. Inside of `relay`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/processes.h"

namespace relay {

enum class Sent { all, peer_gone };
Sent send_all(const os::Descriptor& socket, std::string_view bytes);
// Up to `size` bytes; 0 at the end of the stream or where the peer has gone.
std::size_t receive(const os::Descriptor& socket, char* buffer, std::size_t size);
// What is sent for bytes that were received; an error ends the connection.
using Change = std::function<base::Result<std::string>(std::string_view)>;
// Both directions between two sockets, until either side ends. Blocks. `change`: what b gets for what a sent; empty:
// the same. Its error is ours.
base::Result<void> copy_both_ways(const os::Descriptor& a, const os::Descriptor& b, const Change& change = {});

}  // namespace relay
