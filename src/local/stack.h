// Stack: a whole farm on this machine without Docker: the RTMP server, a master, one agent and its meter, on loopback
// ports that the kernel chose, each a real program with its log in the stack's folder. Nothing of it outlives the
// object. Read this header first. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/rtmp_server.h"
#include "local/service.h"
#include "os/host.h"

namespace local {

struct StackSettings {
  os::Path folder;                // state and logs; made if absent
  os::Path programs;              // where `master` and `agent` are, or of an installed ffwatt its own folder
  std::uint16_t master_port = 0;  // 0: chosen
};

class Stack {
 public:
  // Ready when it returns: the RTMP server listens, the master is healthy, the agent is registered.
  // failed: which part did not come up, with the last lines of its log.
  static base::Result<std::unique_ptr<Stack>> start(os::Host& host, const os::Environment& environment,
                                                    const StackSettings& settings);
  Stack(const Stack&) = delete;
  ~Stack() { stop(); }
  const std::string& master_url() const { return master_url_; }
  std::string rtmp_url(std::string_view key) const { return rtmp_->url(key); }
  std::string rtmp_base() const;  // rtmp://127.0.0.1:port/live, without a key
  // Waits until a part ends by itself (its death), or nothing at the deadline or when `also` becomes readable.
  std::optional<base::Error> watch(int also);
  // Agent first, so that it gives its jobs back; then master and RTMP server. Idempotent.
  void stop();

 private:
  Stack(std::string master_url, std::unique_ptr<RtmpServer> rtmp, Service master, Service meter, Service agent)
      : master_url_(std::move(master_url)),
        rtmp_(std::move(rtmp)),
        master_(std::move(master)),
        meter_(std::move(meter)),
        agent_(std::move(agent)) {}

  std::string master_url_;
  std::unique_ptr<RtmpServer> rtmp_;  // never null
  Service master_, meter_, agent_;
};

}  // namespace local
