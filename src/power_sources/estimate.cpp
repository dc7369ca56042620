#include "power_sources/estimate.h"

#include <algorithm>

#include "base/format.h"
#include "units/format.h"

namespace power_sources {
namespace {

// A CPU that the table does not know is taken for a common server chip (docs/decisions/0012): 3 W for each hardware
// thread is the middle of the table's servers (2.2 to 6), and the year is in the middle of those still running.
constexpr units::Watts kGenericTdpPerThread{3};
constexpr int kGenericYear = 2019, kGenericHostThreads = 64, kGenericHostChips = 2;
// Twice the width in each direction: TDP enters with an exponent of 0.47 to 0.77, so a TDP that is wrong by a factor
// 2.5 shifts the estimate by 1.5 to 2.
constexpr Bounds kGenericBounds{.low = 0.5, .high = 2};

// What the fit was not made for (docs/decisions/0017 says where the factors come from), on top of its own bounds.
struct Misfit {
  Bounds extra;
  std::string_view why;
};
Misfit misfit(CpuFamily::Kind kind) {
  switch (kind) {
    case CpuFamily::Kind::server:
      return {{}, ""};
    case CpuFamily::Kind::arm_server:
      return {{.low = 0.67, .high = 1.5}, "the fit has seen no server with an ARM CPU, and few makers publish a TDP"};
    case CpuFamily::Kind::desktop:
      return {{.low = 0.67, .high = 2},
              "the fit is for servers: it knows no graphics card and no turbo beyond the TDP"};
    case CpuFamily::Kind::laptop:
      return {{.low = 0.4, .high = 2}, "the fit is for servers: a laptop rests much lower, and has a screen"};
    case CpuFamily::Kind::board:
      return {{.low = 0.4, .high = 2.5}, "the fit is for servers, and a board is far below the smallest of them"};
  }
  return {kGenericBounds, "its kind is unknown"};
}

// A virtual machine: neither its neighbours nor its host's memory and disks are known.
constexpr Bounds kVirtualBounds{.low = 0.5, .high = 2};
constexpr double kStealNoticed = 0.01;

constexpr std::string_view kKeys = "cpu_tdp, cpu_year and cpu_threads_per_chip in the section [energy]";

CpuFamily generic(const os::MachineFacts& facts) {
  CpuFamily family;
  family.name = "a common server CPU";
  family.year = kGenericYear;
  family.threads_per_chip =
      facts.virtual_machine ? kGenericHostThreads : std::max(1, facts.threads / std::max(1, facts.sockets));
  family.tdp = kGenericTdpPerThread * family.threads_per_chip;
  family.chips_per_machine = kGenericHostChips;
  return family;
}

}  // namespace

base::Result<Estimate> make_estimate(const os::MachineFacts& facts, const CpuName& cpu,
                                     const std::vector<CpuFamily>& families, const Settings& settings) {
  if (facts.memory <= units::Bytes(0))
    return base::Error::invalid(
        "the size of the memory is unknown (MemTotal in /proc/meminfo), and the estimate needs it");
  const auto known = find_family(families, cpu);
  auto family = known ? *known : generic(facts);
  if (settings.cpu_tdp) family.tdp = *settings.cpu_tdp;
  if (settings.cpu_year) family.year = *settings.cpu_year;
  const bool told = settings.cpu_tdp && settings.cpu_year;
  if (settings.cpu_threads_per_chip)
    family.threads_per_chip = *settings.cpu_threads_per_chip;
  else if (!facts.virtual_machine)
    family.threads_per_chip = std::max(1, facts.threads / std::max(1, facts.sockets));

  const int chips = facts.virtual_machine ? family.chips_per_machine : facts.sockets;
  const double host_threads = std::max<double>(chips * family.threads_per_chip, facts.threads);
  // Hosts sell memory in proportion to threads, so the host has as much for each thread as the virtual machine.
  const auto memory = facts.virtual_machine ? facts.memory * (host_threads / facts.threads) : facts.memory;

  Estimate estimate{.server = ServerPower({.chips = static_cast<double>(chips),
                                           .tdp = family.tdp,
                                           .memory = memory,
                                           .year = family.year,
                                           .threads_per_chip = static_cast<double>(family.threads_per_chip)}),
                    .host_threads = host_threads};
  estimate.kind = facts.virtual_machine ? Estimate::Kind::virtual_machine : Estimate::Kind::machine;
  if (facts.virtual_machine) estimate.idle_fraction = facts.threads / host_threads;
  const auto unlike = misfit(family.kind);
  estimate.extra = known || told ? unlike.extra : kGenericBounds;

  const auto shown = !cpu.model.empty() ? cpu.model : !cpu.id.empty() ? cpu.id : std::string("of unknown name");
  const auto chip = base::format("{}{}, {}, {} threads per chip", chips > 1 ? base::format("{} × ", chips) : "",
                                 units::text(family.tdp), family.year, family.threads_per_chip);
  if (known || told)
    estimate.detail = base::format("the whole machine, estimated from its CPU load and {} ({})",
                                   known ? family.name : "the configured CPU", chip);
  else
    estimate.detail = base::format(
        "the whole machine, estimated from its CPU load; the CPU '{}' is not in the table, "
        "so a common server CPU is assumed ({}) and the interval is twice as wide",
        shown, chip);
  if (facts.virtual_machine)
    estimate.detail +=
        base::format("; a virtual machine with {} of an assumed {:.0f} host threads", facts.threads, host_threads);
  if (estimate.extra == unlike.extra && unlike.extra != Bounds{})
    estimate.detail += base::format("; the interval is wider, {:.2g} to {:.2g} times: {}", unlike.extra.low,
                                    unlike.extra.high, unlike.why);
  if (!known && !told) estimate.fix = base::format("set {}", kKeys);
  return estimate;
}

Bounds bounds(const Estimate& estimate, double utilisation, double steal) {
  auto result = estimate.kind == Estimate::Kind::virtual_machine ? kVirtualBounds : ServerPower::bounds(utilisation);
  if (steal > kStealNoticed) {
    // Stolen time says that the host is crowded: its idle power is spread over more, and its threads share cores.
    result.low *= 1 - std::min(steal, 0.9);
    result.high *= 1 + steal;
  }
  result.low *= estimate.extra.low;
  result.high *= estimate.extra.high;
  return result;
}

}  // namespace power_sources
