// TreeCounter: the CPU time of a process and its descendants, read often: what is known of the tree is held open, and
// its shape is looked at about once a second (NewProcesses). Who was in the tree once is counted as long as it lives,
// wherever its parents go. While no process of the machine is made and none of the tree ends, a look is one clock a
// process; else one file of /proc each, which costs ten times as much, tells what dead children used, and by its start
// time a process whose number was that of a member before. Guarded by its owner.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "os/new_processes.h"
#include "os/process_stat.h"

namespace os {

// User and system time of a process so far, to the nanosecond, without its children: a tenth of what reading
// /proc/PID/stat costs. Nothing where it has ended. By the numbers that our own system calls know.
std::optional<units::Seconds> cpu_clock(pid_t pid);

class TreeCounter {
 public:
  using CpuClock = std::function<std::optional<units::Seconds>(pid_t)>;
  // All outlive it. absent where there is no such process.
  static base::Result<TreeCounter> open(const Files& files, const Root& root, pid_t top, NewProcesses& news,
                                        units::BootTime now, CpuClock clock = cpu_clock);

  // User and system time of all its members so far, and of those that have ended. Never falls. By ticks of 10 ms where
  // files are read.
  units::Seconds read(units::BootTime now);
  // Those that live, as of the last read; the process itself first.
  void members(std::vector<pid_t>& out) const;

  static constexpr units::Seconds kWalkAnyway{10};

 private:
  struct Member {
    pid_t id = 0;
    std::unique_ptr<HeldFile> stat;  // of the first of a large tree only
    ProcessStat last;
    units::Seconds own{};  // by its clock, or by `last` where that has told more
    units::Seconds cpu() const { return own + last.of_children; }
    enum class State { lives, ended } state = State::lives;
  };
  TreeCounter(const Files& files, const Root& root, NewProcesses& news, CpuClock clock);
  enum class Told { all, not_all };
  Told read_clocks();
  void read_files();
  std::optional<ProcessStat> look(const Member& member) const;
  bool knows(pid_t id) const;
  void add(pid_t id);
  void learn(units::BootTime now);
  void walk(units::BootTime now);

  const Files* files_;
  CpuClock clock_;
  Root root_;
  NewProcesses* news_;
  std::uint64_t learned_ = 0;  // NewProcesses::number() of which the members are known
  units::BootTime walked_at_;
  std::vector<Member> members_;
  // Of members that ended while their parent was none: nobody else will ever tell their time.
  units::Seconds ended_{}, highest_{};
};

}  // namespace os
