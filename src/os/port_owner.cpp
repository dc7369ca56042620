#include <charconv>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "os/machine.h"

namespace os {
namespace {

struct Listener {
  std::string_view inode, user;
};

// The lines of /proc/net/tcp: sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
std::optional<Listener> listener_on(std::string_view table, int port) {
  for (const auto line : base::split(table, '\n')) {
    const auto fields = base::words(line);
    if (fields.size() < 10 || fields[3] != "0A") continue;  // 0A is TCP_LISTEN
    const auto colon = fields[1].rfind(':');
    if (colon == fields[1].npos) continue;
    const auto digits = fields[1].substr(colon + 1);
    int found = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), found, 16);
    if (read.ec == std::errc() && found == port) return Listener{fields[9], fields[7]};
  }
  return std::nullopt;
}

bool holds(const Files& files, const Path& process, const Path& socket) {
  const auto descriptors = files.list(process / "fd");
  if (!descriptors) return false;  // another user's process: its descriptors are not for us to see
  for (const auto& descriptor : *descriptors) {
    const auto target = files.link_target(process / "fd" / descriptor);
    if (target && *target == socket) return true;
  }
  return false;
}

}  // namespace

base::Result<std::string> port_owner(const Files& files, const Root& root, int port) {
  std::string tables;
  for (const auto name : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    // Without IPv6 there is no tcp6; without both we know nothing, and say so.
    const auto table = files.read(root.path(name));
    if (table) tables += *table;
  }
  if (tables.empty())
    return base::Error::failed(base::format("reading {}: nothing in it", root.path("/proc/net/tcp").string()));
  const auto listener = listener_on(tables, port);
  if (!listener) return base::Error::absent(base::format("nothing listens on port {}", port));

  const Path socket = base::format("socket:[{}]", listener->inode);
  FFWATT_TRY(const auto names, files.list(root.path("/proc")));
  for (const auto& name : names) {
    const Path process = root.path("/proc") / name;
    if (!base::to_unsigned(name) || !holds(files, process, socket)) continue;
    const auto command = files.read(process / "comm", 4096);
    return base::format("{} (pid {})", command ? base::trim(*command) : "a process", name);
  }
  return base::format("a process of user {}", listener->user);
}

}  // namespace os
