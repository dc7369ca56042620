#include "power/machine_load.h"

#include <charconv>
#include <string_view>

#include "base/format.h"

namespace power {
namespace {

using units::Seconds;

// Ten numbers of at most 20 digits and a name.
constexpr std::size_t kLine = 256;
// A root group that counts so much less or more than /proc/stat is that of a container, not of the machine.
constexpr double kLeastAgreement = 0.9, kMostAgreement = 1.1;
constexpr Seconds kSlack{1};

struct Line {
  std::string_view name;
  os::CpuTimes times;
};

// "cpu3 user nice system idle iowait irq softirq steal …", in ticks. Guest time is in user already.
std::optional<Line> parse(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == text.npos || !text.starts_with("cpu")) return std::nullopt;
  Line line{.name = text.substr(0, blank), .times = {}};
  double ticks[8]{};
  std::size_t fields = 0;
  for (const char *at = text.data() + blank, *end = text.data() + text.size(); fields < 8 && at < end; ++fields) {
    while (at < end && *at == ' ') ++at;
    std::uint64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc()) {
      if (at < end) return std::nullopt;
      break;
    }
    ticks[fields] = static_cast<double>(number) * kCpuTick.value();
    at = next;
  }
  if (fields < 4) return std::nullopt;
  line.times.busy = Seconds(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]);
  line.times.idle = Seconds(ticks[3] + ticks[4]);
  line.times.steal = Seconds(ticks[7]);
  return line;
}

}  // namespace

base::Result<MachineLoad> MachineLoad::open(const os::Files& files, const os::Root& root) {
  MachineLoad load;
  FFWATT_TRY(load.stat_, files.hold(root.path("/proc/stat")));
  load.topology_ = std::make_unique<os::CpuTopology>(os::cpu_topology(files, root));
  const bool spread = load.topology_->sockets() > 1;
  load.buffer_.resize(spread ? kLine * (load.topology_->socket_of_cpu.size() + 1) : kLine * 2);

  auto group = os::CpuCounter::open(files, root.path("/sys/fs/cgroup/cpuacct"), *load.topology_);
  MachineTimes times;
  os::CpuTime counted;
  if (group && load.read_stat(times) && group->read(counted)) {
    const auto busy = times.total.busy, most = busy + times.total.steal;
    if (counted.total >= busy * kLeastAgreement - kSlack && counted.total <= most * kMostAgreement + kSlack)
      load.group_.emplace(*std::move(group));
  }
  return load;
}

base::Result<void> MachineLoad::read_stat(MachineTimes& out) {
  FFWATT_TRY(const auto size, stat_->read(buffer_.data(), buffer_.size()));
  std::string_view text(buffer_.data(), size);
  const bool spread = topology_->sockets() > 1;
  out.busy_by_socket.assign(spread ? topology_->socket_slots() : 0, Seconds(0));
  bool total_seen = false;
  for (;;) {
    const auto end = text.find('\n');
    if (end == text.npos || !text.starts_with("cpu")) break;
    const auto line = parse(text.substr(0, end));
    if (!line) return base::Error::failed(base::format("/proc/stat: '{}' are no CPU times", text.substr(0, end)));
    text.remove_prefix(end + 1);
    if (line->name == "cpu") {
      out.total = line->times;
      total_seen = true;
      if (!spread) break;
      continue;
    }
    std::size_t cpu = 0;
    const auto digits = line->name.substr(3);
    std::from_chars(digits.data(), digits.data() + digits.size(), cpu);
    const int socket = cpu < topology_->socket_of_cpu.size() ? topology_->socket_of_cpu[cpu] : -1;
    if (socket >= 0) out.busy_by_socket[static_cast<std::size_t>(socket)] += line->times.busy;
  }
  if (!total_seen) return base::Error::failed("/proc/stat: its first line is not that of all CPUs");
  return {};
}

base::Result<void> MachineLoad::read(MachineTimes& out) {
  FFWATT_CHECK(read_stat(out));
  // A root group that is gone for a moment costs precision, not the reading; but the two must not be mixed in one
  // difference, so the failure is the caller's.
  if (group_) {
    FFWATT_CHECK(group_->read(group_time_));
    out.total.busy = group_time_.total;
    if (!out.busy_by_socket.empty() && group_time_.by_socket.size() == out.busy_by_socket.size())
      out.busy_by_socket = group_time_.by_socket;
  }
  return {};
}

base::Result<os::CpuTimes> MachineLoad::read() {
  MachineTimes times;
  FFWATT_CHECK(read(times));
  return times.total;
}

}  // namespace power
