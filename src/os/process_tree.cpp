#include "os/process_tree.h"

#include <set>

#include "base/format.h"
#include "base/text.h"

namespace os {
namespace {

// A bound against a fork bomb: reading its tree must not become the greater evil.
constexpr std::size_t kMostProcesses = 1000;

// USER_HZ: the unit of /proc/PID/stat, 100 on every architecture that Debian builds FFmpeg for, whatever CONFIG_HZ is.
constexpr double kTicksPerSecond = 100;

// Every thread may have children of its own.
std::vector<pid_t> children(const Files& files, const Root& root, pid_t pid) {
  std::vector<pid_t> out;
  const Path threads = root.path(base::format("/proc/{}/task", pid));
  for (const auto& thread : files.list(threads).value_or({})) {
    const auto text = files.read(threads / thread / "children").value_or("");
    for (const auto word : base::words(text))
      if (const auto child = base::to_int(word)) out.push_back(static_cast<pid_t>(*child));
  }
  return out;
}

base::Result<units::Seconds> own_cpu_time(const Files& files, const Root& root, pid_t pid) {
  const Path path = root.path(base::format("/proc/{}/stat", pid));
  FFWATT_TRY(const std::string text, files.read(path));
  // The name in parentheses may hold blanks and parentheses; the state (field 3) follows the last one.
  const auto close = text.rfind(')');
  const auto fields = base::words(close == text.npos ? "" : std::string_view(text).substr(close + 1));
  double ticks = 0;
  for (const std::size_t field : {14u, 15u, 16u, 17u}) {  // utime, stime, cutime, cstime
    const auto value = fields.size() > field - 3 ? base::to_double(fields[field - 3]) : std::nullopt;
    if (!value) return base::Error::failed(base::format("reading {}: no CPU times in it", path.string()));
    ticks += *value;
  }
  return units::Seconds(ticks / kTicksPerSecond);
}

}  // namespace

std::vector<pid_t> process_tree(const Files& files, const Root& root, pid_t pid) {
  if (!files.exists(root.path(base::format("/proc/{}", pid)))) return {};
  std::vector<pid_t> tree{pid};
  std::set<pid_t> seen{pid};
  for (std::size_t i = 0; i < tree.size() && tree.size() < kMostProcesses; ++i)
    for (const pid_t child : children(files, root, tree[i]))
      if (seen.insert(child).second) tree.push_back(child);
  return tree;
}

base::Result<units::Seconds> tree_cpu_time(const Files& files, const Root& root, pid_t pid) {
  FFWATT_TRY(units::Seconds sum, own_cpu_time(files, root, pid));
  const auto tree = process_tree(files, root, pid);
  for (std::size_t i = 1; i < tree.size(); ++i) sum += own_cpu_time(files, root, tree[i]).value_or(units::Seconds(0));
  return sum;
}

}  // namespace os
