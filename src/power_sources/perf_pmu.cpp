#include "power_sources/perf_pmu.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/text.h"

namespace power_sources {
namespace {

using base::Error;

// More CPUs than any machine has: a mask that says so is garbage.
constexpr std::uint64_t kMostCpus = 65'536;
// 65 kJ at Intel's and AMD's 2^-32 J a count: far more than two dies can drift apart between two looks.
constexpr int kApartBits = 48;

base::Result<std::string> text(const os::Files& files, const os::Root& root, std::string_view path) {
  FFWATT_TRY(const auto content, files.read(root.path(path), 4096));
  return std::string(base::trim(content));
}

// "0,18" or "0-3".
std::optional<std::vector<int>> cpu_list(std::string_view list) {
  std::vector<int> cpus;
  for (const auto part : base::split(list, ',')) {
    const auto dash = part.find('-');
    const auto first = base::to_unsigned(part.substr(0, dash));
    const auto last = dash == part.npos ? first : base::to_unsigned(part.substr(dash + 1));
    if (!first || !last || *last < *first || *last >= kMostCpus) return std::nullopt;
    for (auto cpu = *first; cpu <= *last; ++cpu) cpus.push_back(static_cast<int>(cpu));
  }
  std::ranges::sort(cpus);
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  return cpus;
}

// "event=0x02" (the format says config:0-7), nothing else.
std::optional<std::uint64_t> event_config(std::string_view text) {
  constexpr std::string_view kPrefix = "event=0x";
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  std::uint64_t config = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), config, 16);
  if (error != std::errc() || end != text.data() + text.size() || config > 0xff) return std::nullopt;
  return config;
}

struct Meaning {
  std::string_view event, zone;
  PmuEvent::Kind kind;
};
constexpr Meaning kMeanings[] = {
    {"energy-pkg", "package", PmuEvent::Kind::package}, {"energy-cores", "core", PmuEvent::Kind::part},
    {"energy-gpu", "uncore", PmuEvent::Kind::part},     {"energy-ram", "dram", PmuEvent::Kind::dram},
    {"energy-psys", "psys", PmuEvent::Kind::psys},
};

base::Result<PmuEvent> event_of(const os::Files& files, const os::Root& root, const Meaning& meaning) {
  const auto path = base::format("{}/events/{}", kPowerPmu, meaning.event);
  PmuEvent event;
  event.name = meaning.event, event.zone_name = meaning.zone, event.kind = meaning.kind;
  FFWATT_TRY(const auto config, text(files, root, path));
  const auto number = event_config(config);
  if (!number) return Error::failed(base::format("{}: '{}' is no event of this PMU", meaning.event, config));
  event.config = *number;
  FFWATT_TRY(const auto unit, text(files, root, path + ".unit"));
  if (unit != "Joules")
    return Error::failed(base::format("{}: its unit is '{}' instead of Joules", meaning.event, unit));
  FFWATT_TRY(const auto scale, text(files, root, path + ".scale"));
  // The largest unit that hardware has is 2^-10 J a count.
  event.joules_per_count = base::to_double(scale).value_or(0);
  if (!(event.joules_per_count > 0 && event.joules_per_count <= 1))
    return Error::failed(base::format("{}: '{}' is no number of joules a count", meaning.event, scale));
  return event;
}

enum class Dies { apart, mirrors, unknown };
// Intel's dies have a counter each. AMD's (and Hygon's) all show that of their socket.
Dies dies_of(const os::Files& files, const os::Root& root) {
  const auto cpuinfo = files.read(root.path("/proc/cpuinfo"));
  if (!cpuinfo) return Dies::unknown;
  if (cpuinfo->find("GenuineIntel") != std::string::npos) return Dies::apart;
  const bool amd = cpuinfo->find("AuthenticAMD") != std::string::npos;
  return amd || cpuinfo->find("HygonGenuine") != std::string::npos ? Dies::mirrors : Dies::unknown;
}

base::Result<int> topology(const os::Files& files, const os::Root& root, int cpu, std::string_view what) {
  FFWATT_TRY(const auto number,
             text(files, root, base::format("/sys/devices/system/cpu/cpu{}/topology/{}", cpu, what)));
  const auto value = base::to_unsigned(number);
  if (!value || *value >= kMostCpus) return Error::failed(base::format("CPU {}: '{}' is no {}", cpu, number, what));
  return static_cast<int>(*value);
}

void add_cpus(const os::Files& files, const os::Root& root, const std::vector<int>& numbers, Pmu& pmu) {
  const auto dies = dies_of(files, root);
  std::set<int> sockets;
  for (const int number : numbers) {
    const auto socket = topology(files, root, number, "physical_package_id");
    if (!socket) {
      // The mask may lag behind a CPU that was just switched off.
      pmu.faults.push_back(base::format("CPU {}: its socket is not known: {}", number, socket.error().text()));
      continue;
    }
    const bool seen = !sockets.insert(*socket).second;
    if (seen && dies == Dies::mirrors) continue;
    PmuCpu cpu{.number = number, .socket = *socket, .die = topology(files, root, number, "die_id").value_or(0)};
    if (dies == Dies::apart) cpu.counts_apart = static_cast<std::uint64_t>(cpu.die) << kApartBits;
    pmu.cpus.push_back(cpu);
  }
}

std::optional<std::uint64_t> capabilities(std::string_view status, std::string_view set) {
  for (const auto line : base::split(status, '\n')) {
    if (!line.starts_with(set)) continue;
    const auto digits = base::trim(line.substr(set.size()));
    std::uint64_t mask = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mask, 16);
    if (error == std::errc() && end == digits.data() + digits.size()) return mask;
  }
  return std::nullopt;
}

}  // namespace

base::Result<Pmu> find_power_pmu(const os::Files& files, const os::Root& root) {
  Pmu pmu;
  FFWATT_TRY(const auto type, text(files, root, base::format("{}/type", kPowerPmu)));
  const auto number = base::to_unsigned(type);
  if (!number || *number > UINT32_MAX)
    return Error::failed(base::format("{}/type: '{}' is no number", kPowerPmu, type));
  pmu.type = static_cast<std::uint32_t>(*number);

  const auto mask = text(files, root, base::format("{}/cpumask", kPowerPmu));
  if (!mask) return Error::failed(mask.error().text());
  const auto cpus = cpu_list(*mask);
  if (!cpus) return Error::failed(base::format("{}/cpumask: '{}' is no list of CPUs", kPowerPmu, *mask));
  add_cpus(files, root, *cpus, pmu);

  for (const auto& meaning : kMeanings) {
    auto event = event_of(files, root, meaning);
    if (event)
      pmu.events.push_back(*std::move(event));
    else if (event.error().kind() != base::ErrorKind::absent)
      pmu.faults.push_back(event.error().text());
  }
  return pmu;
}

Denial explain_denial(const os::Files& files, const os::Root& root) {
  constexpr std::uint64_t kPerfmon = 1ull << 38, kSysAdmin = 1ull << 21;  // linux/capability.h
  const auto paranoid = text(files, root, "/proc/sys/kernel/perf_event_paranoid");
  const auto level = base::format("kernel.perf_event_paranoid is {}", paranoid ? *paranoid : "not known");
  const auto status = files.read(root.path("/proc/self/status"));
  const auto effective = status ? capabilities(*status, "CapEff:") : std::nullopt;
  const auto bounding = status ? capabilities(*status, "CapBnd:") : std::nullopt;
  if (effective && (*effective & (kPerfmon | kSysAdmin)) != 0)
    return {base::format("perf_event_open is refused although CAP_PERFMON is effective ({}): a seccomp filter, as "
                         "containers have, forbids it",
                         level),
            "docker run --security-opt seccomp=unconfined ..."};
  const auto open_to_all = std::string("sudo sysctl kernel.perf_event_paranoid=0");
  if (bounding && (*bounding & kPerfmon) == 0)
    return {base::format("CAP_PERFMON is missing and cannot be had, since it is not in this process's bounding set; {}",
                         level),
            open_to_all};
  const auto program = files.link_target(root.path("/proc/self/exe"));
  const auto quoted = program ? base::shell_quote(program->string()) : std::string("\"$(command -v ffwatt)\"");
  return {
      base::format("CAP_PERFMON is {}; {}", bounding ? "allowed (bounding set) but not effective" : "missing", level),
      base::format("sudo setcap cap_perfmon=ep {}", quoted)};
}

}  // namespace power_sources
