// The parts of a Host that nobody in a simulated farm may reach: processes are modelled (machine.h), and there are no
// control groups.
#pragma once

#include <stdexcept>

#include "os/host.h"

namespace simulation {

class NoProcesses final : public os::Processes {
 public:
  base::Result<std::unique_ptr<os::Process>> spawn(const os::SpawnSpec&) override { throw reached(); }
  base::Result<os::Pipe> pipe() override { throw reached(); }
  pid_t own_pid() const override { throw reached(); }
  base::Result<void> signal(pid_t, std::uint64_t, int) override { throw reached(); }
  base::Result<Awaited> await_end(pid_t, std::uint64_t, units::BootTime, std::stop_token) override { throw reached(); }
  base::Result<std::uint64_t> start_ticks(pid_t) const override { throw reached(); }

 private:
  static std::logic_error reached() { return std::logic_error("a simulated program reached for a real process"); }
};

class NoCgroups final : public os::Cgroups {
 public:
  base::Result<std::unique_ptr<os::Cgroup>> open(std::string_view) override {
    return base::Error::absent("no control groups in a simulation");
  }
  base::Result<std::vector<std::string>> list() const override { return std::vector<std::string>{}; }
};

}  // namespace simulation
