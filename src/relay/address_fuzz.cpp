// What strangers write into addresses: a job's URL, a server's Location and Content-Range, a program's Range.
#include <algorithm>

#include "os_testing/fuzz_target.h"
#include "relay/control.h"
#include "relay/url.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {"http://media.example:8080/a.mp4?k=v#f",
          "https://[fd00::1]/x",
          "rtmp://host/live/key",
          "//other.example/w",
          "../w.mp4",
          "http://user@127.0.0.1/",
          "http://a\\@b/",
          "bytes=5-9",
          "bytes 5-9/1000",
          "10.0.0.0/8:80",
          "[::1]:443",
          "fault input it is gone"};
}

void fuzz_one(std::string_view text) {
  if (const auto url = relay::parse_url(text)) {
    promise(url->port > 0 && !url->host.empty() && url->rest.starts_with('/'), "a URL without one of its parts");
    promise(url->host.find_first_of("@/\\?# ") == std::string::npos, "a host that holds more than a host");
    promise(std::all_of(url->rest.begin(), url->rest.end(), [](char c) { return c > 0x20 && c < 0x7f; }),
            "a request line that could be broken");
  }
  const auto from = relay::parse_url("https://from.example/folder/file?query");
  if (const auto target = relay::redirected(*from, text)) {
    const auto url = relay::parse_url(*target);
    promise(url.ok() && url->scheme == relay::Url::Scheme::https, "a redirect to what jobs may not read");
  }
  if (const auto range = relay::parse_range(text))
    promise(!range->last || *range->last >= range->first, "a range that ends before it begins");
  if (const auto range = relay::parse_content_range(text))
    promise(range->last >= range->first && (!range->total || *range->total > range->last),
            "a part outside of its whole");
  if (const auto address = relay::parse_address(text))
    promise(relay::parse_address(relay::text(*address)) == address, "an address that is written as another one");
  relay::AddressPolicy policy;
  (void)policy.allow(text).ok();
  const auto loopback = relay::parse_address("127.0.0.1");
  const bool named = text.find("127.") != text.npos || text.find('/') != text.npos || text.find("7f") != text.npos ||
                     text.find("inside") != text.npos || text.find("INSIDE") != text.npos ||
                     text.find("7F") != text.npos;
  if (!named) promise(!policy.check("inside.example", *loopback, 80).ok(), "a loopback that nobody has allowed");
  if (const auto fault = relay::parse_fault(text); fault && text.find('\n') == text.npos)
    promise(relay::parse_fault(relay::line_of(*fault).substr(0, relay::line_of(*fault).size() - 1)) == fault,
            "a fault that is told otherwise than it was");
}

}  // namespace os_testing
