// ReceivingEnd: the streams of a run as their receiver has them: what ffprobe finds when it plays them, and, where the
// server is ours, how many bytes a second arrive. look() blocks for some seconds, on threads of the runner's, one for
// each stream; the rest is for the thread that owns it, before and after the run.
#pragma once

#include <map>
#include <mutex>
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
  ReceivingEnd(os::Host& host, local::RtmpServer* server) : host_(host), server_(server) {}

  // The facts with the bitrate that arrived. failed: less than half of it arrives; another kind: nothing could be seen,
  // and one may look again.
  base::Result<media::MediaFacts> look(const runner::TranscodeRequest::Play& play, const media::TranscodeSpec& stream);
  // What a reader of the result must know about the looks; each text once, with the streams' numbers where there are
  // several.
  std::vector<std::string> caveats(const std::vector<media::TranscodeSpec>& streams) const;

 private:
  struct Bytes {
    units::BootTime at;
    units::Bytes in{};
  };
  std::optional<Bytes> bytes_now(const media::TranscodeSpec& stream);
  std::optional<Arrived> count(const media::TranscodeSpec& stream);

  os::Host& host_;
  local::RtmpServer* server_;
  mutable std::mutex mutex_;                    // the server takes one question at a time
  std::map<std::string, std::string> caveats_;  // by the stream's URL
};

}  // namespace cli::stream_test
