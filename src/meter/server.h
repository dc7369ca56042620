// Server: the meter of this machine, for other programs, over a unix socket. One thread serves all clients; none can
// hold up another: lines and answers are bounded, and who does not read its answers is dropped. What a client began and
// left behind ends with its connection. start() once; stop() is idempotent; destroying it stops it.
//
// A client may only name control groups and processes of its own: of its user, of ours (below a folder "ffwatt"), and
// of nobody who is being metered already. Root may name any.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "meter/meter.h"
#include "os/host.h"
#include "units/time.h"

namespace meter {

struct ServerSettings {
  os::Path socket;
  // Readable sensors tell secrets (PLATYPUS), so not everybody may ask at any rate: root and the socket's group.
  unsigned mode = 0660;
  // An answer has at most some megabytes of trace; who leaves more than two of them unread has stalled and is dropped.
  std::size_t most_unread = 24u << 20;
};

class Server {
 public:
  // retry where another meter holds the lock beside the socket: there is one per machine. `meter` outlives the server.
  static base::Result<std::unique_ptr<Server>> start(os::Host& host, Meter& meter, const ServerSettings& settings,
                                                     base::Log& log);
  ~Server();
  void stop();

  // Since when no client is connected; nothing while one is.
  std::optional<units::BootTime> alone_since() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace meter
