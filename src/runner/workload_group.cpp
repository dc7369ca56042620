#include "runner/workload_group.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "os/process_tree.h"

namespace runner {

namespace {

constexpr std::string_view kPrefix = "run-";
constexpr std::size_t kMostSwept = 50;

// The tree is looked at until nothing new turns up; what we may not stop (a program of root) might fork for ever.
constexpr int kMostLooks = 20;

// Names of control groups are plain words; ids are, too, unless a caller invents one.
std::string group_name(const std::string& id) {
  std::string name = std::string(kPrefix) + id.substr(0, 100);
  for (char& c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) c = '_';
  return name;
}

// Groups of runs that were killed, or whose background processes have ended since. A group that has used no CPU time
// yet is left alone: its run is just about to start in it.
void sweep(os::Cgroups& cgroups) {
  std::size_t looked_at = 0;
  for (const auto& name : cgroups.list().value_or({})) {
    if (!name.starts_with(kPrefix)) continue;
    if (++looked_at > kMostSwept) return;
    const auto group = cgroups.open(name);
    if (!group) continue;
    const auto members = (*group)->members();
    const auto used = (*group)->cpu_time();
    if (members && members->empty() && used && *used > units::Seconds(0)) (void)(*group)->remove().ok();
  }
}

// Kills the tree of `top`. Stopped as a whole before: else a shell sees its command die, and ends by itself or starts
// the next one, before its own turn comes.
void kill_tree(os::Host& host, pid_t top) {
  std::vector<std::pair<pid_t, std::uint64_t>> stopped;
  for (int look = 0; look < kMostLooks; ++look) {
    const auto before = stopped.size();
    for (const pid_t pid : os::process_tree(host.files, host.root, top)) {
      const auto ticks = host.processes.start_ticks(pid);
      if (!ticks || std::find(stopped.begin(), stopped.end(), std::pair(pid, *ticks)) != stopped.end()) continue;
      stopped.emplace_back(pid, *ticks);
      (void)host.processes.signal(pid, *ticks, SIGSTOP).ok();
    }
    if (stopped.size() == before) break;
  }
  // Children first: the kernel wakes a stopped group whose parent goes (SIGHUP and SIGCONT to an orphaned group).
  for (auto it = stopped.rbegin(); it != stopped.rend(); ++it)
    (void)host.processes.signal(it->first, it->second, SIGKILL).ok();
}

}  // namespace

WorkloadGroup::WorkloadGroup(os::Host& host, const std::string& id) : host_(host) {
  if (auto group = host.cgroups.open(group_name(id))) group_ = *std::move(group);
}

WorkloadGroup::~WorkloadGroup() {
  remove();
  sweep(host_.cgroups);
}

std::vector<os::Path> WorkloadGroup::join_files() const {
  return group_ ? group_->join_files() : std::vector<os::Path>();
}

void WorkloadGroup::give_up_control_group() {
  remove();
  group_.reset();
}

std::optional<os::Path> WorkloadGroup::counters() const {
  return group_ ? std::optional(group_->counters()) : std::nullopt;
}

std::optional<units::Seconds> WorkloadGroup::exact_cpu_time() const {
  if (!group_) return std::nullopt;
  const auto time = group_->cpu_time();
  return time ? std::optional(*time) : std::nullopt;
}

std::vector<pid_t> WorkloadGroup::left_over() const {
  return group_ ? group_->members().value_or({}) : std::vector<pid_t>();
}

void WorkloadGroup::kill(os::Process& process) {
  // Errors mean "has ended already" in all of these: there is nothing to tell.
  if (group_ && group_->kill_all()) return;
  kill_tree(host_, process.pid());
  (void)process.signal_group(SIGKILL).ok();  // what left the tree but not the group
  (void)process.signal(SIGKILL).ok();
}

void WorkloadGroup::remove() {
  // Not empty: processes that the user wanted to live on. A later run sweeps the group away.
  if (group_) (void)group_->remove().ok();
}

}  // namespace runner
