#include "power/machine_load.h"

#include <array>
#include <string_view>

namespace power {

base::Result<MachineLoad> MachineLoad::open(const os::Files& files, const os::Root& root) {
  FFWATT_TRY(auto file, files.hold(root.path("/proc/stat")));
  return MachineLoad(std::move(file));
}

base::Result<os::CpuTimes> MachineLoad::read() {
  // Ten numbers of at most 20 digits: the first line always fits.
  std::array<char, 512> buffer;
  FFWATT_TRY(const auto size, file_->read(buffer.data(), buffer.size()));
  std::string_view text(buffer.data(), size);
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return base::Error::failed("/proc/stat: its first line has no end");
  FFWATT_TRY(const auto cpu, os::parse_proc_stat(text.substr(0, end + 1)));
  return cpu.total;
}

}  // namespace power
