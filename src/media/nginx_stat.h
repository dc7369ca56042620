// The statistics page of nginx-rtmp (XML), as far as ffwatt needs it: which streams are published, what arrives.
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
  units::BitsPerSecond bitrate_in{}, bitrate_out{};
  units::Bytes bytes_in{}, bytes_out{};
  units::Seconds age{};
  int clients = 0;
  std::string video_codec;  // "H264"; empty until the first key frame
  units::PictureSize picture{};
  units::Hertz rate{};
  enum class State { idle, publishing } state = State::idle;
};
// invalid where it is not that page or larger than 4 MiB.
base::Result<std::vector<LiveStream>> parse_nginx_stat(std::string_view xml);

}  // namespace media
