#include "os/cgroup.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>

#include "base/format.h"
#include "base/scope_guard.h"
#include "base/text.h"
#include "os/process.h"
#include "os/wait.h"

namespace os {
namespace {

// SIGKILL acts within milliseconds unless a process hangs in the kernel (a dead network disk); then nothing helps.
constexpr units::Seconds kKilled{5};
// A killed process may fork once more before the signal arrives; new members are looked for at least this often.
constexpr units::Seconds kLookAgain{0.1};
constexpr units::Seconds kPause{0.001};

class PosixCgroup final : public Cgroup {
 public:
  PosixCgroup(Files& files, const Root& root, std::string name, CgroupFolders folders)
      : files_(files), root_(root), real_(root.is_real()), name_(std::move(name)), folders_(std::move(folders)) {}

  const std::string& name() const override { return name_; }
  std::string_view version() const override { return folders_.version == CgroupVersion::v2 ? "v2" : "v1"; }

  std::vector<Path> join_files() const override {
    std::vector<Path> files{folders_.counters / "cgroup.procs"};
    if (folders_.freezer) files.push_back(*folders_.freezer / "cgroup.procs");
    for (const auto& folder : limited_in_) files.push_back(folder / "cgroup.procs");
    return files;
  }

  base::Result<GroupLimits> limit(const GroupLimits& wanted) override {
    auto in_force = limit_group(files_, root_, folders_, wanted);
    if (in_force && folders_.version == CgroupVersion::v1) {
      if (wanted.memory && folders_.memory) limited_in_.push_back(*folders_.memory);
      if (wanted.tasks && folders_.pids) limited_in_.push_back(*folders_.pids);
    }
    return in_force;
  }
  base::Result<std::int64_t> out_of_memory_kills() const override { return oom_kills_of(files_, folders_); }

  Path counters() const override { return folders_.counters; }

  base::Result<units::Seconds> cpu_time() const override {
    if (folders_.version == CgroupVersion::v1) {
      const Path path = folders_.counters / "cpuacct.usage";
      FFWATT_TRY(const std::string text, files_.read(path));
      if (const auto ns = base::to_unsigned(base::trim(text))) return units::Seconds(static_cast<double>(*ns) / 1e9);
      return base::Error::failed(base::format("reading {}: no number in it", path.string()));
    }
    const Path path = folders_.counters / "cpu.stat";
    FFWATT_TRY(const std::string text, files_.read(path));
    for (const auto line : base::split(text, '\n')) {
      const auto parts = base::words(line);
      if (parts.size() != 2 || parts[0] != "usage_usec") continue;
      if (const auto us = base::to_unsigned(parts[1])) return units::Seconds(static_cast<double>(*us) / 1e6);
    }
    return base::Error::failed(base::format("reading {}: no usage_usec in it", path.string()));
  }

  base::Result<std::vector<pid_t>> members() const override {
    std::vector<pid_t> pids;
    for (const auto& file : join_files()) {
      FFWATT_TRY(const std::string text, files_.read(file));
      for (const auto line : base::split(text, '\n')) {
        const auto pid = base::to_int(line);
        // The kernel writes 0 for a member outside our pid namespace.
        if (pid && *pid > 0) pids.push_back(static_cast<pid_t>(*pid));
      }
    }
    std::sort(pids.begin(), pids.end());
    pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
    return pids;
  }

  base::Result<void> kill_all() override {
    if (folders_.version == CgroupVersion::v2) {
      // Linux 5.14 and later; before, the loop below does it.
      const auto killed = files_.write_in_place(folders_.counters / "cgroup.kill", "1");
      if (!killed && killed.error().kind() != base::ErrorKind::absent) return killed.error();
    }
    const auto deadline = boot_time_now() + kKilled;
    for (;;) {
      FFWATT_TRY(const auto pids, members());
      if (pids.empty()) return {};
      // Numbers in a folder of plain files are no processes that this group holds.
      if (!real_) return base::Error::retry(base::format("control group {}: {} members", name_, pids.size()));
      if (boot_time_now() >= deadline) {
        return base::Error::retry(
            base::format("control group {}: process {} does not end on SIGKILL (in the kernel, "
                         "waiting for a disk or a network?)",
                         name_, pids.front()));
      }
      kill_once(pids, std::min(deadline, boot_time_now() + kLookAgain));
    }
  }

  base::Result<void> remove() override {
    // Counters last: by their folder a group that a killed program has left is found again (Cgroups::list()).
    for (const auto& folder : {folders_.pids, folders_.memory, folders_.freezer, std::optional(folders_.counters)}) {
      if (!folder) continue;
      FFWATT_CHECK(real_ ? files_.remove(*folder) : files_.remove_tree(*folder));
    }
    return {};
  }

 private:
  // Frozen, members cannot fork while we go through them; the signal acts when they thaw.
  void kill_once(const std::vector<pid_t>& pids, units::BootTime until) {
    std::vector<Descriptor> pidfds;
    {
      if (folders_.freezer) (void)files_.write_in_place(*folders_.freezer / "freezer.state", "FROZEN").ok();
      const base::OnExit thaw([&] {
        if (folders_.freezer) (void)files_.write_in_place(*folders_.freezer / "freezer.state", "THAWED").ok();
      });
      for (const pid_t pid : pids) {
        auto pidfd = open_pidfd(pid);
        if (!pidfd) continue;
        signal_pidfd(pidfd, SIGKILL);
        pidfds.push_back(std::move(pidfd));
      }
    }
    for (const auto& pidfd : pidfds) {
      pollfd end[]{{pidfd.get(), POLLIN, 0}};
      if (wait_readable(end, until, {}) == WaitEnd::deadline) return;
    }
    // Where the group still lists what has ended already, the next look must not follow at once.
    wait_readable({}, boot_time_now() + kPause, {});
  }

  Files& files_;
  Root root_;
  bool real_;
  std::string name_;
  CgroupFolders folders_;
  std::vector<Path> limited_in_;
};

}  // namespace

std::unique_ptr<Cgroup> posix_cgroup(Files& files, const Root& root, std::string name, CgroupFolders folders) {
  return std::make_unique<PosixCgroup>(files, root, std::move(name), std::move(folders));
}

base::Result<void> stand_in_for_the_kernel(Files& files, const Root& root, const Path& folder, CgroupVersion version) {
  if (root.is_real()) return {};
  using Names = std::vector<std::pair<const char*, const char*>>;
  const Names names =
      version == CgroupVersion::v2
          ? Names{{"cgroup.procs", ""},
                  {"cgroup.kill", ""},
                  {"cpu.stat", "usage_usec 0\n"},
                  {"memory.max", "max\n"},
                  {"memory.swap.max", "max\n"},
                  {"pids.max", "max\n"},
                  {"memory.events", "oom 0\noom_kill 0\n"}}
          : Names{
                {"cgroup.procs", ""},          {"cpuacct.usage", "0\n"},
                {"freezer.state", "THAWED\n"}, {"memory.limit_in_bytes", "9223372036854771712\n"},
                {"pids.max", "max\n"},         {"memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"}};
  for (const auto& [name, content] : names) {
    if (!files.exists(folder / name)) FFWATT_CHECK(files.write_durably(folder / name, content));
  }
  return {};
}

}  // namespace os
