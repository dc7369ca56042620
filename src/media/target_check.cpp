#include "media/target_check.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "media/shown.h"

namespace media {
namespace {

using base::format;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_of(std::string_view text, std::string_view also) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || is_digit(c) || also.find(c) != std::string_view::npos; });
}

// What FFmpeg reads before a colon as the name of a way to get bytes (`ffmpeg -protocols` of 4.4 to 7.1, and of builds
// with libraries). A root of such a name could be taken for it wherever a path is not mapped, so there is none.
constexpr std::string_view protocols[] = {"amqp",       "android_content",
                                          "async",      "bluray",
                                          "cache",      "concat",
                                          "concatf",    "crypto",
                                          "data",       "dtls",
                                          "fd",         "ffrtmpcrypt",
                                          "ffrtmphttp", "file",
                                          "ftp",        "gopher",
                                          "gophers",    "hls",
                                          "http",       "httpproxy",
                                          "https",      "icecast",
                                          "ipfs",       "ipfs_gateway",
                                          "ipns",       "lavfi",
                                          "librtmp",    "libsrt",
                                          "libssh",     "md5",
                                          "mmsh",       "mmst",
                                          "pipe",       "prompeg",
                                          "rist",       "rtmp",
                                          "rtmpe",      "rtmps",
                                          "rtmpt",      "rtmpte",
                                          "rtmpts",     "rtp",
                                          "sctp",       "sftp",
                                          "smb",        "srt",
                                          "srtp",       "subfile",
                                          "tcp",        "tee",
                                          "tls",        "udp",
                                          "udplite",    "unix",
                                          "whip",       "zmq"};

bool is_root_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && is_letter(text.front()) && all_of(text, "_-") &&
         std::find(std::begin(protocols), std::end(protocols), base::lower(text)) == std::end(protocols);
}

bool host_is_plain(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    const auto inner = host.substr(1, host.size() - 2);
    return std::all_of(inner.begin(), inner.end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    });
  }
  return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' && all_of(host, "-._");
}

}  // namespace

std::optional<std::string> path_fault(std::string_view path) {
  static constexpr std::string_view form =
      "write an absolute path such as /media/a.mp4, or media:/a.mp4 below a named root";
  if (path.empty()) return format("an empty path names no file; {}", form);
  const auto text = shown(path);
  // PATH_MAX of Linux, with its final NUL.
  if (path.size() > 4095) return format("'{}' is longer than a path can be (4095 bytes)", text);
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return format("'{}' holds a control character", text);

  auto rest = path;
  if (path.front() != '/') {
    const auto colon = path.find(':');
    if (colon == std::string_view::npos) return format("'{}' is not absolute; {}", text, form);
    rest = path.substr(colon + 1);
    if (!is_root_name(path.substr(0, colon)) || !rest.starts_with('/') || rest.starts_with("//"))
      return format("'{}' is not a file: addresses and ffmpeg's other protocols are not read; {}", text, form);
  }
  for (const auto part : base::split(rest, '/'))
    if (part == "..") return format("'{}' goes up by '..'; write the path without it", text);
  if (rest.ends_with('/')) return format("'{}' is a folder; name a file in it", text);
  return std::nullopt;
}

bool is_web_address(std::string_view input) { return input.starts_with("http://") || input.starts_with("https://"); }

std::optional<std::string> input_fault(std::string_view input) {
  if (!is_web_address(input)) return path_fault(input);
  static constexpr std::string_view form = "write https://host/path";
  const auto text = shown(input.substr(0, input.find('?')));
  if (input.size() > 4096) return format("an address of {} bytes is too long; at most 4096", input.size());
  const auto rest = input.substr(input.find("//") + 2);
  auto host = rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
  const auto path = rest.substr(host.size());
  if (host.find('@') != std::string_view::npos)
    return format("the address of the input names a user; put secrets into its query instead; {}", form);
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    const auto port = base::to_int(host.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return format("'{}' has no port from 1 to 65535; {}", text, form);
    host = host.substr(0, colon);
  }
  if (!host_is_plain(host)) return format("'{}' has no valid host; {}", text, form);
  if (path.size() < 2 || path.front() != '/') return format("'{}' names no file behind the host; {}", text, form);
  for (const char c : path)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '#' || c == '\\')
      return format("'{}' holds a character that an address cannot have; write it as %XX", text);
  return std::nullopt;
}

std::string root_of_path(std::string_view path) {
  return path.empty() || path.front() == '/' || is_web_address(path) ? std::string()
                                                                     : std::string(path.substr(0, path.find(':')));
}

std::optional<std::string> rtmp_url_fault(std::string_view url) {
  static constexpr std::string_view form = "write rtmp://host:port/application/key";
  static constexpr std::string_view scheme = "rtmp://";
  const auto text = shown(url);
  if (url.size() > 1024) return format("an address of {} bytes is too long; at most 1024", url.size());
  if (!url.starts_with(scheme)) return format("'{}' is not an RTMP address; {}", text, form);
  const auto rest = url.substr(scheme.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return format("'{}' names no application and key; {}", text, form);

  auto host = rest.substr(0, slash);
  if (host.find('@') != std::string_view::npos)
    return format("the RTMP address names a user; put secrets into the key instead; {}", form);
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    const auto port = base::to_int(host.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return format("'{}' has no port from 1 to 65535; {}", text, form);
    host = host.substr(0, colon);
  }
  if (!host_is_plain(host)) return format("'{}' has no valid host; {}", text, form);

  const auto path = rest.substr(slash + 1, rest.find('?', slash) - (slash + 1));
  const auto parts = base::split(path, '/');
  if (parts.size() < 2) return format("'{}' names no key after the application; {}", text, form);
  for (const auto part : parts)
    if (part.empty() || part == "." || part == "..")
      return format("'{}' has an empty part in its path; {}", text, form);
  if (!all_of(rest.substr(slash), "/._~?=&%+-:,"))
    return format("'{}' holds a character that an RTMP key cannot have; use letters, digits and ._~-", text);
  return std::nullopt;
}

}  // namespace media
