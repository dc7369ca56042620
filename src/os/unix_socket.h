// Unix stream sockets between programs of one machine, with the other side's credentials. Descriptors are close-on-exec
// and those of a server do not block; waiting is wait_readable()'s business (os/wait.h). Any thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "os/processes.h"

namespace os {

// Who is at the other end, as the kernel says; as of its connect().
struct Peer {
  pid_t pid = 0;
  uid_t user = 0;
  gid_t group = 0;
};

// A socket file at `path` with this mode. A file that is there already is replaced: whoever calls holds a lock that
// says it is a dead one's. Errors: invalid (longer than the kernel's 107 bytes), denied, failed.
base::Result<Descriptor> listen_unix(const Path& path, unsigned mode);
// The next waiting client; nothing where none waits.
base::Result<std::optional<std::pair<Descriptor, Peer>>> accept_unix(const Descriptor& listener);
// absent where nobody listens (no file, or a dead one's), denied where we may not.
base::Result<Descriptor> connect_unix(const Path& path);
// Sends what fits without waiting; the number of bytes. Errors: failed where the other side has gone.
base::Result<std::size_t> send_some(const Descriptor& socket, std::string_view bytes);

}  // namespace os
