#include "runner/log_tail.h"

#include <cerrno>
#include <cstring>

#include "base/format.h"
#include "base/text.h"

namespace runner {
namespace {

// Raw bytes kept: enough for 16 KiB of text even where a status line was redrawn between the lines.
constexpr std::size_t kRaw = 256u << 10;

// Length of the UTF-8 character at the front of `text`, 0 where there is none (RFC 3629, table 3-7 of Unicode).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

// What a terminal would show of a line at its end.
std::string_view last_drawn(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const auto drawn_over = line.rfind('\r');
  return drawn_over == line.npos ? line : line.substr(drawn_over + 1);
}

}  // namespace

base::Result<void> LogTail::copy_to(const os::Path& file) {
  copy_.reset(std::fopen(file.c_str(), "ae"));  // e: close-on-exec
  if (!copy_) return base::Error::from_errno(errno, "opening the log file " + file.string());
  std::setvbuf(copy_.get(), nullptr, _IOLBF, 0);  // people follow it with tail -f
  return {};
}

void LogTail::add(std::string_view chunk) {
  if (copy_ && !copy_fault_ && std::fwrite(chunk.data(), 1, chunk.size(), copy_.get()) != chunk.size()) {
    copy_fault_ = base::format("the log file is not complete: {}", std::strerror(errno));
  }
  if (chunk.size() > kRaw) chunk.remove_prefix(chunk.size() - kRaw);
  kept_ += chunk;
  if (kept_.size() > 2 * kRaw) kept_.erase(0, kept_.size() - kRaw);
}

std::string LogTail::text() const {
  std::string drawn;
  for (const auto line : base::split(kept_, '\n')) {
    const auto visible = last_drawn(line);
    if (base::trim(visible).empty()) continue;
    drawn += printable(visible) + "\n";
  }
  return base::tail(drawn, kLogLines, kLogBytes);
}

std::string printable(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) {
      out += '?';
      bytes.remove_prefix(1);
      continue;
    }
    const auto first = static_cast<unsigned char>(bytes[0]);
    // C1 controls too: U+009B starts an escape sequence on some terminals.
    const bool c1 = first == 0xC2 && static_cast<unsigned char>(bytes[1]) < 0xA0;
    const bool control = (first < 0x20 && first != '\n') || first == 0x7F || c1;
    if (control) {
      out += ' ';
    } else {
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return out;
}

}  // namespace runner
