#include "os/machine.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace os {
namespace {

struct CpuInfo {
  std::string model;
  int sockets = 1, cores = 1, threads = 1;
  bool virtual_machine = false;
};

// One block of "name : value" lines for each logical CPU, with a blank line between.
base::Result<CpuInfo> parse_cpuinfo(std::string_view text) {
  CpuInfo info;
  std::set<std::string> sockets, cores;
  int threads = 0;
  std::string socket, core;
  const auto end_of_cpu = [&] {
    if (!socket.empty()) sockets.insert(socket);
    if (!core.empty()) cores.insert(socket + "/" + core);
    socket.clear(), core.clear();
  };
  for (const auto line : base::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const auto name = base::trim(line.substr(0, colon)), value = base::trim(line.substr(colon + 1));
    if (name == "processor") {
      end_of_cpu();
      ++threads;
    } else if (name == "model name" && info.model.empty()) {
      info.model = value;
    } else if (name == "physical id") {
      socket = value;
    } else if (name == "core id") {
      core = value;
    } else if (name == "flags" && !info.virtual_machine) {
      const auto flags = base::words(value);
      info.virtual_machine = std::find(flags.begin(), flags.end(), "hypervisor") != flags.end();
    }
  }
  end_of_cpu();
  if (threads == 0) return base::Error::failed("no line 'processor' in it");
  info.threads = threads;
  // ARM kernels name neither sockets nor cores; then each logical CPU is a core of one socket.
  info.sockets = std::max<int>(1, static_cast<int>(sockets.size()));
  info.cores = cores.empty() ? threads : static_cast<int>(cores.size());
  return info;
}

base::Result<units::Bytes> parse_meminfo(std::string_view text) {
  for (const auto line : base::split(text, '\n')) {
    const auto parts = base::words(line);
    if (parts.size() < 2 || parts[0] != "MemTotal:") continue;
    if (const auto kib = base::to_unsigned(parts[1])) return units::Bytes(static_cast<double>(*kib) * 1024);
  }
  return base::Error::failed("no line 'MemTotal' in it");
}

std::string text_of(const Files& files, const Path& path) {
  const auto text = files.read(path, 4096);
  return text ? std::string(base::trim(*text)) : "";
}

}  // namespace

base::Result<MachineFacts> machine_facts(const Files& files, const Root& root) {
  const auto cpu_path = root.path("/proc/cpuinfo"), memory_path = root.path("/proc/meminfo");
  FFWATT_TRY(const std::string cpu_text, files.read(cpu_path));
  FFWATT_TRY(const CpuInfo cpu, parse_cpuinfo(cpu_text).in(base::format("reading {}", cpu_path.string())));
  FFWATT_TRY(const std::string memory_text, files.read(memory_path));
  MachineFacts facts;
  FFWATT_TRY(facts.memory, parse_meminfo(memory_text).in(base::format("reading {}", memory_path.string())));
  facts.cpu_model = cpu.model;
  facts.sockets = cpu.sockets;
  facts.cores = cpu.cores;
  facts.threads = cpu.threads;
  facts.virtual_machine = cpu.virtual_machine;
  facts.host_name = text_of(files, root.path("/proc/sys/kernel/hostname"));
  facts.kernel = text_of(files, root.path("/proc/sys/kernel/osrelease"));
  facts.boot_id = text_of(files, root.path("/proc/sys/kernel/random/boot_id"));
  return facts;
}

base::Result<MachineCpu> parse_proc_stat(std::string_view text) {
  // Kernels of today number fewer than 8192 CPUs; the bound keeps a broken file from taking all memory.
  constexpr std::uint64_t kMostCpus = 65'536;
  const double ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  MachineCpu machine;
  bool total_seen = false;
  for (const auto line : base::split(text, '\n')) {
    const auto parts = base::words(line);
    if (parts.empty() || parts[0].substr(0, 3) != "cpu") continue;
    // proc(5): user nice system idle iowait irq softirq steal guest guest_nice; guest is in user, guest_nice in nice.
    double ticks[8]{};
    const std::size_t fields = std::min<std::size_t>(parts.size() - 1, 8);
    for (std::size_t i = 0; i < fields; ++i) {
      const auto number = base::to_unsigned(parts[i + 1]);
      if (!number) return base::Error::failed(base::format("'{}' is no number of ticks", parts[i + 1]));
      ticks[i] = static_cast<double>(*number) / ticks_per_second;
    }
    if (fields < 4) return base::Error::failed(base::format("the line '{}' is too short", line));
    CpuTimes times;
    times.busy = units::Seconds(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]);
    times.idle = units::Seconds(ticks[3] + ticks[4]);
    times.steal = units::Seconds(ticks[7]);
    if (parts[0] == "cpu") {
      machine.total = times;
      total_seen = true;
      continue;
    }
    const auto index = base::to_unsigned(parts[0].substr(3));
    if (!index || *index >= kMostCpus) return base::Error::failed(base::format("'{}' is no CPU", parts[0]));
    if (machine.by_cpu.size() <= *index) machine.by_cpu.resize(*index + 1);
    machine.by_cpu[*index] = times;
  }
  if (!total_seen) return base::Error::failed("no line 'cpu' in it");
  return machine;
}

base::Result<MachineCpu> machine_cpu(const Files& files, const Root& root) {
  const auto path = root.path("/proc/stat");
  FFWATT_TRY(const std::string text, files.read(path));
  return parse_proc_stat(text).in(base::format("reading {}", path.string()));
}

}  // namespace os
