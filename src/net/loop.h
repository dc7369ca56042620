// Loop: one thread's worth of sockets and timers. Everything that belongs to it happens on the thread that is in run();
// the others reach it by post() only. So nothing of a connection needs a lock.
#pragma once

#include <functional>
#include <memory>

#include "base/log.h"
#include "net/transport.h"
#include "os/processes.h"

namespace net {

class Loop {
 public:
  static std::shared_ptr<Loop> make();
  virtual ~Loop() = default;

  virtual void run() = 0;                             // until stop(); once
  virtual void stop() = 0;                            // any thread
  virtual void post(std::function<void()> task) = 0;  // any thread; dropped where the loop has stopped

  // Takes over a connected stream socket. Events go to `events` until close(); it must live until then. Null (and the
  // socket closed) where the kernel has no room left to watch it.
  virtual std::shared_ptr<Transport> adopt(os::Descriptor socket, TransportEvents& events) = 0;

  // Calls `accepted` for each connection that arrives on a listening, non-blocking socket. Where the process is out of
  // descriptors it pauses for a moment (with a line in the log) instead of spinning.
  virtual void listen(os::Descriptor socket, std::function<void(os::Descriptor)> accepted, base::Log& log) = 0;
  virtual void stop_listening() = 0;
};

}  // namespace net
