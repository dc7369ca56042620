// MachineLoad: the CPU time of the whole machine, read often: /proc/stat held open, only its first line parsed.
// One thread at a time. Resolution: the kernel's tick of 10 ms, per CPU.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/machine.h"
#include "os/root.h"

namespace power {

// How /proc/stat counts (USER_HZ is 100 on every Linux that matters).
inline constexpr units::Seconds kCpuTick{0.01};

class MachineLoad {
 public:
  static base::Result<MachineLoad> open(const os::Files& files, const os::Root& root);
  base::Result<os::CpuTimes> read();

 private:
  explicit MachineLoad(std::unique_ptr<os::HeldFile> file) : file_(std::move(file)) {}
  std::unique_ptr<os::HeldFile> file_;
};

}  // namespace power
