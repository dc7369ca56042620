// Blocking bytes over a connected socket. Inside of `relay`.
#pragma once

#include <string_view>

#include "os/processes.h"

namespace relay {

enum class Sent { all, peer_gone };
Sent send_all(const os::Descriptor& socket, std::string_view bytes);
// Up to `size` bytes; 0 at the end of the stream or where the peer has gone.
std::size_t receive(const os::Descriptor& socket, char* buffer, std::size_t size);
// Both directions between two sockets, until either side ends. Blocks.
void copy_both_ways(const os::Descriptor& a, const os::Descriptor& b);

}  // namespace relay
