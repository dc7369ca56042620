// /proc and /sys/fs/cgroup with any text in any file: facts, CPU times, control groups, owners of ports.
#include <cmath>

#include "os/machine.h"
#include "os/posix.h"
#include "os_testing/fuzz_target.h"
#include "os_testing/memory_files.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  const std::string machine =
      "@/proc/stat\ncpu  100 0 50 1000 5 0 1 2 0 0\ncpu0 50 0 25 500 2 0 1 1 0 0\ncpu1 50 0 25 500 3 0 0 1 0 0\nbtime "
      "1\n"
      "@/proc/cpuinfo\nprocessor\t: 0\nmodel name\t: A CPU\nphysical id\t: 0\ncore id\t: 0\nflags\t: fpu hypervisor\n\n"
      "processor\t: 1\nphysical id\t: 0\ncore id\t: 1\n@/proc/meminfo\nMemTotal:       16000000 kB\n"
      "@/proc/sys/kernel/hostname\nh\n@/proc/sys/kernel/osrelease\n6.1.0\n@/proc/sys/kernel/random/boot_id\nb\n"
      "@/proc/net/tcp\n  sl  local_address rem_address   st\n   0: 00000000:1F90 00000000:0000 0A 0:0 00:0 0 1000 0 77 "
      "1\n"
      "@/proc/812/comm\nnginx\n";
  return {machine +
              "@/sys/fs/cgroup/cgroup.controllers\ncpuset cpu io\n@/proc/self/cgroup\n0::/a/ffwatt/b\n"
              "@/sys/fs/cgroup/ffwatt/g/cpu.stat\nusage_usec 5\nuser_usec 3\n"
              "@/sys/fs/cgroup/ffwatt/g/cgroup.procs\n1\n0\n2\n",
          machine +
              "@/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage\n1\n@/sys/fs/cgroup/freezer/x\n\n@/proc/self/cgroup\n"
              "4:cpu,cpuacct:/../a\n3:freezer:/\n@/sys/fs/cgroup/cpu,cpuacct/a/ffwatt/g/cpuacct.usage\n99\n"};
}

void fuzz_one(std::string_view text) {
  // Not "/": numbers in these files are no processes of this machine.
  const os::Root root("/machine");
  MemoryFiles files(text, "/machine");
  (void)os::machine_facts(files, root).ok();
  (void)os::port_owner(files, root, 8080).ok();
  if (const auto cpu = os::machine_cpu(files, root))
    for (const auto& times : cpu->by_cpu)
      promise(std::isfinite(times.busy.value()) && times.busy.value() >= 0 && times.idle.value() >= 0 &&
                  times.steal.value() >= 0,
              "a time that is infinite or negative");
  const auto groups = os::posix_cgroups(files, root);
  (void)groups->list().ok();
  const auto group = groups->open("g");
  if (!group) return promise(!group.error().text().empty(), "an error without words");
  if (const auto time = (*group)->cpu_time()) promise(time->value() >= 0, "a negative time");
  if (const auto members = (*group)->members())
    for (const auto pid : *members) promise(pid > 0, "a process that kill(2) would read as many");
  (void)(*group)->kill_all().ok();
  (void)(*group)->remove().ok();
}

}  // namespace os_testing
