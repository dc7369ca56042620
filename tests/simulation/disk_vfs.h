// DiskVfs: SQLite's way to the disks of one simulated process. While it lives, whatever is opened without naming a VFS
// lies on them; of several that live the one that was used last is asked. One thread.
//
// It answers as SQLite's own unix VFS does. The process's `before` hook is called ahead of each step, but no exception
// passes through SQLite: where the hook throws, the process is dead (crashed()), and every call of its connections
// fails with SQLITE_IOERR and changes nothing. Whoever runs the process looks at crashed() after each call into it, and
// drops it then. The random numbers of SQLite are drawn from `random`, anew with each DiskVfs.
//
// Connections are closed before it ends; process, random and clock outlive it.
#pragma once

#include <functional>
#include <memory>

#include "os/clock.h"
#include "os/random.h"
#include "simulation/disk_files.h"

namespace simulation {

class DiskVfs {
 public:
  DiskVfs(DiskFiles& process, os::Random& random, const os::Clock& clock);
  ~DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;

  // What is opened from now on is opened through this one: before the process opens a file, where several live.
  void use();
  bool crashed() const { return process_.killed(); }
  // What SQLite does while a file is busy; without it no time passes, and it gives up after its number of tries.
  std::function<void(units::Seconds)> sleep;

  struct State;  // what SQLite's calls work on

 private:
  DiskFiles& process_;
  std::shared_ptr<State> state_;
};

}  // namespace simulation
