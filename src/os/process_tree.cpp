#include "os/process_tree.h"

#include <set>

#include "base/format.h"
#include "base/text.h"

namespace os {
namespace {

// A bound against a fork bomb: reading its tree must not become the greater evil.
constexpr std::size_t kMostProcesses = 1000;

}  // namespace

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

std::vector<pid_t> process_tree(const Files& files, const Root& root, pid_t pid) {
  if (!files.exists(root.path(base::format("/proc/{}", pid)))) return {};
  std::vector<pid_t> tree{pid};
  std::set<pid_t> seen{pid};
  for (std::size_t i = 0; i < tree.size() && tree.size() < kMostProcesses; ++i)
    for (const pid_t child : children(files, root, tree[i]))
      if (seen.insert(child).second) tree.push_back(child);
  return tree;
}

}  // namespace os
