#include "power_testing/kernel_counters.h"

#include <charconv>
#include <cmath>
#include <iterator>

#include "base/format.h"

namespace power_testing {
namespace {

using units::BootTime;
using units::Seconds;

constexpr double kTicksPerSecond = 100;  // USER_HZ

std::int64_t nanoseconds(Seconds time) { return static_cast<std::int64_t>(time.value() * 1e9); }

}  // namespace

os::CpuTimes KernelCounters::load(BootTime now) {
  // The CPUs of a socket share its load, each a little ahead of the next; so their whole ticks sum to those of the
  // socket: Σ_c floor(x + c ÷ n) = floor(n · x).
  os::CpuTimes times;
  for (int s = 0; s < machine_.facts().sockets; ++s)
    times.busy += Seconds(std::floor(busy(s, now).value() * kTicksPerSecond) / kTicksPerSecond);
  const auto all = (now - machine_.started()) * machine_.cores();
  times.idle = Seconds(std::floor(std::max((all - times.busy).value(), 0.0) * kTicksPerSecond) / kTicksPerSecond);
  return times;
}

// Written without format(): simulated meters read this millions of times.
std::string KernelCounters::proc_stat(BootTime now) {
  std::string text;
  text.reserve(64 * static_cast<std::size_t>(machine_.cores() + 2));
  const auto add = [&](long long number) {
    char digits[24];
    text.append(digits, std::to_chars(digits, std::end(digits), number).ptr);
  };
  const auto add_times = [&](long long busy, long long idle) {
    add(busy), text += " 0 0 ", add(std::max(idle, 0LL)), text += " 0 0 0 0 0 0\n";
  };
  const auto times = load(now);
  const auto ticks = [](Seconds time) { return std::llround(time.value() * kTicksPerSecond); };
  text += "cpu  ", add_times(ticks(times.busy), ticks(times.idle));
  const int cores = machine_.facts().socket.cores;
  const auto all = std::llround(std::floor((now - machine_.started()).value() * kTicksPerSecond));
  for (int s = 0, cpu = 0; s < machine_.facts().sockets; ++s) {
    const double mean = busy(s, now).value() * kTicksPerSecond / cores;
    for (int c = 0; c < cores; ++c, ++cpu) {
      const auto busy = static_cast<long long>(mean + static_cast<double>(c) / cores);
      text += "cpu", add(cpu), text += ' ', add_times(busy, all - busy);
    }
  }
  return text + "ctxt 1\nbtime 1\nprocesses 1\n";
}

BootTime KernelCounters::last_tick(BootTime now) const {
  const auto tick = nanoseconds(kSchedulerTick);
  return std::max(BootTime::from_nanoseconds(now.nanoseconds() / tick * tick), machine_.started());
}

BootTime KernelCounters::shown(Machine::ProgramId program, BootTime now) const {
  return machine_.program(program).end <= now ? now : last_tick(now);
}

Seconds KernelCounters::busy(int socket, BootTime now) {
  const auto tick = last_tick(now);
  auto busy = machine_.busy(socket, tick);
  for (const auto program : followed_)
    if (machine_.program(program).end <= now)
      busy += machine_.cpu_of(program, socket, now) - machine_.cpu_of(program, socket, tick);
  return busy;
}

Seconds KernelCounters::group(Machine::ProgramId program, BootTime now) {
  return Seconds(std::floor(machine_.cpu_of(program, shown(program, now)).value() * 1e6) * 1e-6);
}

std::string KernelCounters::cpu_stat(Machine::ProgramId program, BootTime now) {
  const auto usec = std::llround(group(program, now).value() * 1e6);
  return base::format("usage_usec {}\nuser_usec {}\nsystem_usec 0\n", usec, usec);
}

std::string KernelCounters::cpuacct_usage(Machine::ProgramId program, BootTime now) {
  return base::format("{}\n", nanoseconds(machine_.cpu_of(program, shown(program, now))));
}

std::string KernelCounters::by_cpu(std::span<const Seconds> by_socket) const {
  std::string text;
  for (const auto socket : by_socket)
    for (int c = 0; c < machine_.facts().socket.cores; ++c)
      text += base::format("{} ", nanoseconds(socket / machine_.facts().socket.cores));
  return text + "\n";
}

std::string KernelCounters::cpuacct_usage_percpu(Machine::ProgramId program, BootTime now) {
  std::vector<Seconds> by_socket;
  for (int s = 0; s < machine_.facts().sockets; ++s)
    by_socket.push_back(machine_.cpu_of(program, s, shown(program, now)));
  return by_cpu(by_socket);
}

std::string KernelCounters::root_usage_percpu(BootTime now) {
  std::vector<Seconds> by_socket;
  for (int s = 0; s < machine_.facts().sockets; ++s) by_socket.push_back(busy(s, now));
  return by_cpu(by_socket);
}

}  // namespace power_testing
