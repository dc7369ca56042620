#include "os/cpu_counter.h"

#include <charconv>

#include "base/format.h"
#include "base/text.h"

namespace os {
namespace {

constexpr double kNanosecond = 1e-9, kMicrosecond = 1e-6;
// cpu.stat has some twenty short lines; a counter of nanoseconds at most 20 digits and a blank.
constexpr std::size_t kStatSize = 4096, kNumberSize = 32;

// The next number of `text`, cut off its front; nothing where there is none.
std::optional<std::uint64_t> next_number(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

CpuCounter::CpuCounter(std::unique_ptr<HeldFile> file, Format format, const CpuTopology& topology, std::string path)
    : file_(std::move(file)), format_(format), topology_(&topology), path_(std::move(path)) {
  const std::size_t cpus = topology.socket_of_cpu.size();
  buffer_.resize(format == Format::v2_stat ? kStatSize : kNumberSize * (cpus + 1));
}

base::Result<CpuCounter> CpuCounter::open(const Files& files, const Path& folder, const CpuTopology& topology) {
  const bool spread = topology.sockets() > 1;
  std::string reasons;
  for (const auto& [name, format] :
       {std::pair("cpuacct.usage_percpu", Format::v1_per_cpu), std::pair("cpuacct.usage", Format::v1_total),
        std::pair("cpu.stat", Format::v2_stat)}) {
    if (format == Format::v1_per_cpu && !spread) continue;
    if (auto file = files.hold(folder / name))
      return CpuCounter(*std::move(file), format, topology, (folder / name).string());
    else
      reasons += base::format("{}{}", reasons.empty() ? "" : "; ", file.error().text());
  }
  return base::Error::absent(base::format("{} has no CPU time: {}", folder.string(), reasons));
}

base::Result<void> CpuCounter::read(CpuTime& out) {
  const auto size = file_->read(buffer_.data(), buffer_.size());
  // The text is made only where it is needed: of all that a read took in here, it was most.
  if (!size) return size.error().in(base::format("reading {}", path_));
  std::string_view text(buffer_.data(), *size);
  const auto bad = [&] { return base::Error::failed(base::format("reading {}: no CPU time in it", path_)); };
  out.by_socket.clear();
  if (format_ == Format::v2_stat) {
    constexpr std::string_view kKey = "usage_usec ";
    const auto at = text.find(kKey);
    if (at == text.npos) return bad();
    text.remove_prefix(at + kKey.size());
    const auto microseconds = next_number(text);
    if (!microseconds) return bad();
    out.total = units::Seconds(static_cast<double>(*microseconds) * kMicrosecond);
    return {};
  }
  if (format_ == Format::v1_total) {
    const auto nanoseconds = next_number(text);
    if (!nanoseconds) return bad();
    out.total = units::Seconds(static_cast<double>(*nanoseconds) * kNanosecond);
    return {};
  }
  // One number for each possible CPU, in their order.
  out.total = units::Seconds(0);
  out.by_socket.resize(topology_->socket_slots());
  std::size_t cpu = 0;
  for (; const auto nanoseconds = next_number(text); ++cpu) {
    const units::Seconds time(static_cast<double>(*nanoseconds) * kNanosecond);
    out.total += time;
    const int socket = cpu < topology_->socket_of_cpu.size() ? topology_->socket_of_cpu[cpu] : -1;
    if (socket >= 0) out.by_socket[static_cast<std::size_t>(socket)] += time;
  }
  return cpu > 0 ? base::Result<void>() : bad();
}

}  // namespace os
