// What ffmpeg prints while it works: the same blocks however the stream is cut, and no number that harms.
#include <cmath>

#include "media/progress.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {
namespace {

void check(const media::Progress& p) {
  promise(p.frames >= 0 && p.dropped >= 0 && p.duplicated >= 0, "a negative count");
  for (const double number : {p.rate.value(), p.media_time.value(), p.bytes.value(), p.bitrate.value(), p.speed})
    promise(std::isfinite(number) && number >= 0, "a number that is infinite or negative");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {
      "frame=150\nfps=30.00\nstream_0_0_q=28.0\nbitrate= 619.3kbits/s\ntotal_size=979331\nout_time_us=5000000\n"
      "out_time_ms=5000000\nout_time=00:00:05.000000\ndup_frames=1\ndrop_frames=0\nspeed=10.8x\nprogress=continue\n",
      "frame=1\nbitrate=N/A\ntotal_size=N/A\nout_time_us=N/A\nspeed=N/A\nprogress=end\n",
      "frame= 1500 fps=323 q=-1.0 Lsize=    1024kB time=00:00:50.04 bitrate= 167.6kbits/s dup=1 drop=2 speed=10.8x\r",
      "frame=  10 fps=0.0 q=0.0 size=       0KiB time=N/A bitrate=N/A speed=N/A    \r"};
}

void fuzz_one(std::string_view text) {
  media::ProgressParser whole, cut;
  const auto newest = whole.feed(text);
  for (std::size_t i = 0; i < text.size(); i += 3) (void)cut.feed(text.substr(i, 3));
  promise(whole.latest() == cut.latest(), "a block that depends on how the stream was cut");
  promise(!newest || *newest == whole.latest(), "a newest block that is not the latest");
  check(whole.latest());
  if (const auto line = media::last_status_line(text)) check(*line);
}

}  // namespace os_testing
