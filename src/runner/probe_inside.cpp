#include "runner/probe_inside.h"

namespace runner {
namespace {

// Of every packet of 256 MiB it reads the header alone; a file that wants more is an attack on its reader. Memory is
// for the pictures that find a stream's parameters: some threads with some of 8K each.
constexpr units::Seconds kCpuTime{30};
constexpr units::Bytes kMemory{2.0 * (1 << 30)};

}  // namespace

base::Result<media::MediaFacts> probe_inside(os::Host& host, sandbox::Mode mode, const media::Ffmpeg& ffmpeg,
                                             const std::string& target, units::Seconds limit, const Outside* outside) {
  sandbox::Bounds bounds;
  if (target.starts_with('/')) bounds.readable = {target};
  if (outside) outside->allow(bounds);
  bounds.memory = kMemory, bounds.cpu_time = kCpuTime;
  // A group for some milliseconds would cost more than it holds: no second process can be made, and memory is limited.
  sandbox::ContainedProcesses contained(host, mode, std::move(bounds), {.only = {}, .without = {"control_group"}});
  os::Host inside{host.clock, host.random, host.root, host.files, contained, host.cgroups, host.perf};
  return media::probe(inside, ffmpeg, target, limit);
}

}  // namespace runner
