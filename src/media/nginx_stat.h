// The statistics page of nginx-rtmp (XML, `rtmp_stat all;`), as far as ffwatt needs it: which streams are published,
// what arrives. The page of an nginx with several worker processes tells only of the worker that answered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "units/parse.h"
#include "units/quantity.h"

namespace media {

struct LiveStream {
  std::string application, key;
  // nginx's mean over its last ten seconds; 0 until the first ten are over.
  units::BitsPerSecond bitrate_in{}, bitrate_out{};
  units::Bytes bytes_in{}, bytes_out{};
  units::Seconds age{};                                       // since the first publisher or player came
  int clients = 0;                                            // publisher and players together
  std::string video_codec;                                    // "H264"; empty until the first key frame
  units::PictureSize picture{};                               // 0x0 likewise
  units::Hertz rate{};                                        // rounded down by nginx: 29 for 29.97; 0 likewise
  enum class State { idle, publishing } state = State::idle;  // idle: players wait for a publisher
  bool operator==(const LiveStream&) const = default;
};
// In the order of the page. A number that is none counts as 0, as on the page itself. invalid where it is not that page
// or larger than 4 MiB.
base::Result<std::vector<LiveStream>> parse_nginx_stat(std::string_view xml);

}  // namespace media
