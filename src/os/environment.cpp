// Finding things by the environment that was passed in: variables and programs.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "os/processes.h"

namespace os {
namespace {

// Debian's package for each program that ffwatt calls.
std::string install_hint(std::string_view program) {
  constexpr std::pair<std::string_view, std::string_view> packages[] = {
      {"ffmpeg", "ffmpeg"}, {"ffprobe", "ffmpeg"}, {"nginx", "nginx libnginx-mod-rtmp"}, {"bwrap", "bubblewrap"}};
  for (const auto& [name, package] : packages) {
    if (name == program) return base::format("; install it: apt install {}", package);
  }
  return "";
}

enum class Found { runnable, not_executable, nothing };

Found look(const Path& path) {
  struct ::stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return Found::nothing;
  return ::access(path.c_str(), X_OK) == 0 ? Found::runnable : Found::not_executable;
}

}  // namespace

const std::string* find(const Environment& environment, std::string_view name) {
  const auto entry =
      std::find_if(environment.begin(), environment.end(), [&](const auto& e) { return e.first == name; });
  return entry == environment.end() ? nullptr : &entry->second;
}

base::Result<Path> find_program(std::string_view name, const Environment& environment) {
  std::optional<Path> not_executable;
  const auto try_path = [&](const Path& path) {
    const Found found = look(path);
    if (found == Found::not_executable && !not_executable) not_executable = path;
    return found == Found::runnable;
  };
  const bool is_path = name.find('/') != name.npos;
  if (is_path && try_path(name)) return Path(name);
  if (!is_path && !name.empty()) {
    const std::string* path = find(environment, "PATH");
    const std::string folders = path ? *path : "/usr/local/bin:/usr/bin:/bin";
    for (const auto folder : base::split(folders, ':')) {
      // An empty part means the current folder to a shell; whoever can write there could choose our program.
      if (folder.empty()) continue;
      if (const Path candidate = Path(folder) / name; try_path(candidate)) return candidate;
    }
  }
  if (not_executable) {
    return base::Error::denied(base::format("{} is not executable; chmod +x it", not_executable->string()));
  }
  if (is_path) return base::Error::absent(base::format("{} does not exist or is no file", name));
  return base::Error::absent(base::format("{} is not installed or not in PATH{}", name, install_hint(name)));
}

}  // namespace os
