#include "media/ffmpeg_child.h"

#include "base/text.h"
#include "media/shown.h"

namespace media {
namespace {

std::string_view without_context(std::string_view line) {
  while (line.starts_with('[')) {
    const auto close = line.find("] ");
    if (close == std::string_view::npos) break;
    const auto inner = line.substr(1, close - 1);
    const bool is_level =
        inner == "error" || inner == "fatal" || inner == "warning" || inner == "panic" || inner == "info";
    if (!is_level && inner.find(" @ 0x") == std::string_view::npos) break;
    line = base::trim(line.substr(close + 2));
  }
  return line;
}

}  // namespace

os::Environment ffmpeg_environment(const os::Environment& environment) {
  const auto* path = os::find(environment, "PATH");
  return {{"PATH", path ? *path : "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C"}, {"HOME", "/nonexistent"}};
}

std::string telling_line(std::string_view stderr_text) {
  std::string_view last;
  for (const auto raw : base::split(stderr_text, '\n')) {
    const auto line = base::trim(raw);
    if (line.empty()) continue;
    for (const std::string_view level : {"[error] ", "[fatal] ", "[panic] "})
      if (line.starts_with(level) || line.find(std::string("] ") + std::string(level)) != std::string_view::npos)
        return shown(without_context(line), 300);
    last = line;
  }
  return shown(without_context(last), 300);
}

}  // namespace media
