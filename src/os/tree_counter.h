// TreeCounter: the CPU time of a process and its descendants, read often: what is known of the tree is held open, and
// its shape is looked at about once a second (NewProcesses). Who was in the tree once is counted as long as it lives,
// wherever its parents go. What a look costs is one read a process. A process whose number was that of a member before
// is told by its start time. Guarded by its owner.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "os/new_processes.h"
#include "os/process_stat.h"

namespace os {

class TreeCounter {
 public:
  // Both outlive it. absent where there is no such process.
  static base::Result<TreeCounter> open(const Files& files, const Root& root, pid_t top, NewProcesses& news,
                                        units::BootTime now);

  // User and system time of all its members so far, and of those that have ended; ticks of 10 ms. Never falls.
  units::Seconds read(units::BootTime now);
  // Those that live, as of the last read; the process itself first.
  void members(std::vector<pid_t>& out) const;

  static constexpr units::Seconds kWalkAnyway{10};

 private:
  struct Member {
    pid_t id = 0;
    std::unique_ptr<HeldFile> stat;  // of the first of a large tree only
    ProcessStat last;
    enum class State { lives, ended } state = State::lives;
  };
  TreeCounter(const Files& files, const Root& root, NewProcesses& news);
  std::optional<ProcessStat> look(const Member& member) const;
  bool knows(pid_t id) const;
  void add(pid_t id);
  void learn(units::BootTime now);
  void walk(units::BootTime now);

  const Files* files_;
  Root root_;
  NewProcesses* news_;
  std::uint64_t learned_ = 0;  // NewProcesses::number()
  units::BootTime walked_at_;
  std::vector<Member> members_;
  // Of members that ended while their parent was none: nobody else will ever tell their time.
  units::Seconds ended_{}, highest_{};
};

}  // namespace os
