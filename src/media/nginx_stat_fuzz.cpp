// The statistics page of whoever answers at the RTMP server's HTTP port.
#include <cmath>
#include <fstream>
#include <iterator>

#include "media/nginx_stat.h"
#include "os_testing/fuzz_target.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  std::vector<std::string> seeds{"<rtmp><server/></rtmp>"};
  for (const auto* name : {"live.xml", "idle.xml"}) {
    std::ifstream in(std::string(FFWATT_SOURCE_DIR) + "/tests/fixtures/nginx_stat/" + name, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return seeds;
}

void fuzz_one(std::string_view text) {
  const auto streams = media::parse_nginx_stat(text);
  if (!streams) return promise(!streams.error().text().empty(), "an error without words");
  for (const auto& s : *streams) {
    promise(s.clients >= 0 && s.picture.width >= 0 && s.picture.height >= 0, "a negative count");
    for (const double number : {s.bitrate_in.value(), s.bitrate_out.value(), s.bytes_in.value(), s.bytes_out.value(),
                                s.age.value(), s.rate.value()})
      promise(std::isfinite(number) && number >= 0, "a number that is infinite or negative");
  }
}

}  // namespace os_testing
