// What ffprobe says of a file that anybody may have made; and names of RTMP servers and programs.
#include <cmath>

#include "media/command_line.h"
#include "media/probe.h"
#include "media/target_check.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {R"({"streams":[{"codec_type":"video","codec_name":"h264","width":1920,"height":1080,"pix_fmt":"yuv420p",)"
          R"("avg_frame_rate":"30000/1001","r_frame_rate":"30/1","nb_frames":"300","disposition":{"attached_pic":0}},)"
          R"({"codec_type":"audio","codec_name":"aac"}],)"
          R"("format":{"format_name":"mov,mp4","duration":"10.010000","size":"1234567","bit_rate":"986000"}})",
          R"({"streams":[{"codec_type":"video","nb_read_packets":"3","avg_frame_rate":"0/0","duration":"N/A"}]})",
          "rtmp://127.0.0.1:1935/live/key",
          "rtmp://[::1]/a/b?c",
          "/usr/bin/ffmpeg-7.1",
          "{}"};
}

void fuzz_one(std::string_view text) {
  (void)media::is_ffmpeg(text);
  if (!media::rtmp_url_fault(text))
    promise(text.starts_with("rtmp://") && text.find_first_of(" \t\r\n@\\") == text.npos,
            "a URL that librtmp would split");
  const auto facts = media::parse_probe(text);
  if (!facts) return promise(!facts.error().text().empty(), "an error without words");
  const auto check = [](const auto& quantity) {
    if (quantity) promise(std::isfinite(quantity->value()) && quantity->value() > 0, "a number that is none, or zero");
  };
  check(facts->duration), check(facts->size), check(facts->bitrate), check(facts->rate);
  if (const auto& frames = facts->frames) promise(*frames > 0, "frames below one");
  (void)media::differences({}, *facts), (void)media::differences({}, *facts, &*facts);
}

}  // namespace os_testing
