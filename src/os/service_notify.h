// What a service tells systemd of itself (sd_notify(3)): one datagram of "KEY=VALUE" lines to the socket that
// NOTIFY_SOCKET names. A path, or after '@' a name without a file. Nothing happens where nobody asked; what cannot be
// sent is not worth an error: the service manager sees the process itself. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "os/processes.h"

namespace os {

// The value of NOTIFY_SOCKET, or empty.
std::string notify_socket(const Environment& environment);
// "READY=1", "STOPPING=1", "STATUS=…". Whether it was sent.
bool notify_service_manager(const std::string& socket, std::string_view state);

}  // namespace os
