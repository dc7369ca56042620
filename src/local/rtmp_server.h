// RtmpServer: a real nginx with the rtmp module, from its Debian packages, with a configuration and folders of its own,
// as an ordinary user, on loopback ports that the kernel chose. Starts in start(), is gone with the object, and dies
// with the thread that started it, should that end first: start it from a thread that lives as long.
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/nginx_stat.h"
#include "os/host.h"

namespace local {

struct RtmpSettings {
  os::Path folder;              // made if absent; holds configuration, logs, pid file
  std::uint16_t rtmp_port = 0;  // 0: chosen
  std::uint16_t http_port = 0;  // statistics page; 0: chosen
};

class RtmpServer {
 public:
  // Returns when both ports accept. absent: nginx or its rtmp module is not installed (with the command); failed:
  // nginx's own words, or the port's owner.
  static base::Result<std::unique_ptr<RtmpServer>> start(os::Host& host, const os::Environment& environment,
                                                         RtmpSettings settings);
  virtual ~RtmpServer() = default;
  virtual std::string url(std::string_view key) const = 0;  // rtmp://127.0.0.1:port/live/key
  virtual std::string stat_url() const = 0;
  // What is published now. failed, with nginx's own words, where it has died.
  virtual base::Result<std::vector<media::LiveStream>> streams() = 0;
  virtual void stop() = 0;  // idempotent; nothing of it runs afterwards
};

}  // namespace local
