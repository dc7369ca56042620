// What a contained ffmpeg, or whatever has taken its place, sends into the relay as RTMP.
#include "os_testing/fuzz_target.h"
#include "relay/rtmp_names.h"

namespace os_testing {
namespace {

const std::string greeting = std::string(1 + 2 * 1536, 'h');

struct Passed {
  std::string bytes;
  bool refused = false;
};

Passed pass(const std::string& name, std::string_view text, std::size_t piece) {
  relay::RtmpNames names("by-relay", name);
  Passed out;
  for (std::size_t at = 0; at < text.size() && !out.refused; at += piece) {
    const auto part = names.feed(text.substr(at, piece));
    if (!part) out.refused = true;
    if (part) out.bytes += *part;
  }
  return out;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  using namespace std::string_literals;
  const auto publish = "\x02\x00\x07publish\x00\x3f\xf0\0\0\0\0\0\0\x05\x02\x00\x08"s + "by-relay\x02\x00\x04live"s;
  const auto length = std::string(2, '\0') + static_cast<char>(publish.size());
  return {greeting, greeting + "\x03\0\0\0"s + length + "\x14\x01\0\0\0"s + publish,
          greeting + "\x03\0\0\0"s + length + "\x14\x01\0\0\0"s + publish + "\x83\0\0\1"s + publish + "\xc3"s + publish,
          greeting + "\x02\0\0\0\0\0\4\1\0\0\0\0\0\0\x10\0"s + "\4\xff\xff\xff\0\0\x11\t\1\0\0\0\1\0\0\0"s +
              "abcdefghijklmnopq"s,
          greeting + "\0\5\0\0\0\0\0\4\2\0\0\0\0\0\0\0\3"s + "\1\5\1\0\0\0\0\0\1\t\0\0\0\0x"s};
}

void fuzz_one(std::string_view text) {
  const auto whole = pass("key", text, text.size() + 1);
  const auto pieces = pass("key", text, 5);
  promise(whole.refused == pieces.refused, "refused or not by where the bytes are cut");
  if (!whole.refused) promise(whole.bytes == pieces.bytes, "other bytes where they are cut elsewhere");
  // A name of the same length makes no command longer.
  const auto same = pass("by-relay", text, text.size() + 1);
  // Of a command the header is written out, of which the client may send one byte.
  promise(same.bytes.size() <= 17 * text.size(), "more than was said");
}

}  // namespace os_testing
