// The configuration of our nginx, as text. Pure. Every path in it is relative to nginx's prefix (-p), so that no name
// of a folder needs quoting.
#pragma once

#include <cstdint>
#include <string>

#include "os/files.h"

namespace local {

// Names below the server's folder.
inline constexpr std::string_view kConfiguration = "nginx.conf";
inline constexpr std::string_view kErrorLog = "error.log";

std::string nginx_conf(const os::Path& rtmp_module, std::uint16_t rtmp_port, std::uint16_t http_port);

}  // namespace local
