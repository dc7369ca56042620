// ReceivingEnd: a stream as its receiver has it: what ffprobe finds when it plays it, and, where the server is ours,
// how many bytes a second arrive. look() blocks for some seconds, on a thread of the runner's; the rest is for the
// thread that owns it, before and after the run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "local/rtmp_server.h"
#include "media/probe.h"
#include "os/host.h"
#include "runner/run_transcode.h"

namespace cli::stream_test {

// What came through the server, and in how long.
struct Arrived {
  units::Bytes bytes{};
  units::Seconds time{};
  units::BitsPerSecond rate() const { return units::BitsPerSecond(bytes.value() * 8 / time.value()); }  // time > 0
};
// What a reader must know about it, or nothing. failed: for ten seconds and more less than half of what was asked for
// has arrived. Pure.
base::Result<std::string> judge(const Arrived& arrived, std::optional<units::BitsPerSecond> asked);

class ReceivingEnd {
 public:
  // `server` is absent for somebody else's server, whose statistics nobody has told us.
  ReceivingEnd(os::Host& host, const media::TranscodeSpec& spec, local::RtmpServer* server);

  // The facts with the bitrate that arrived. failed: less than half of it arrives; another kind: nothing could be seen,
  // and one may look again.
  base::Result<media::MediaFacts> look(const runner::TranscodeRequest::Play& play);
  // What a reader of the result must know about the look.
  std::vector<std::string> caveats() const { return caveats_; }

 private:
  struct Bytes {
    units::BootTime at;
    units::Bytes in{};
  };
  std::optional<Bytes> bytes_now();
  std::optional<Arrived> count();

  os::Host& host_;
  const media::TranscodeSpec& spec_;
  local::RtmpServer* server_;
  std::vector<std::string> caveats_;
};

}  // namespace cli::stream_test
