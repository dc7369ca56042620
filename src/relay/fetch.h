// fetch(): one request of ffmpeg for its input, answered from the web: ranges, redirects that are checked at every
// step, and a transfer that broke off goes on where it stopped. ffmpeg sees one plain answer, or an error.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "os/clock.h"
#include "relay/connector.h"

namespace relay {

// Who has to act on what went wrong, for the class of the job's failure.
struct Fault {
  enum class Of { parameters, input, network } of = Of::network;
  std::string text;
  bool operator==(const Fault&) const = default;
};

struct Fetching {
  const os::Clock& clock;  // for pauses between tries
  Connector& connector;
  std::function<void(Fault)> tell;
  std::string ca_file{};                   // as net::Call has it
  units::Bytes most{64.0 * (1ull << 30)};  // of one request's body
};

// Reads the request from `client` and answers it from `url`; blocks until the body has gone, or the client has.
void fetch(const os::Descriptor& client, const std::string& url, const Fetching& fetching, std::stop_token stop);

// "bytes=5-" and "bytes=5-9"; nothing for any other text.
struct ByteRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last;
  bool operator==(const ByteRange&) const = default;
};
std::optional<ByteRange> parse_range(std::string_view text);
// "bytes 5-9/1000": what is told, and of how much where that is known.
struct ContentRange {
  std::uint64_t first = 0, last = 0;
  std::optional<std::uint64_t> total;
  bool operator==(const ContentRange&) const = default;
};
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace relay
