// Resource limits of the process itself: they hold on every kernel, with or without a control group.
#include <errno.h>
#include <sys/resource.h>

#include <array>

#include "base/format.h"
#include "sandbox/layer.h"
#include "sandbox/shares.h"
#include "units/format.h"

namespace sandbox {
namespace {

// Inputs, outputs, libraries, pipes; ffmpeg with a ladder of ten opens fewer than 40.
constexpr rlim_t kDescriptors = 256;

struct Limit {
  __rlimit_resource resource;
  rlim_t most;
};

}  // namespace

base::Result<Prepared> layers::limits(os::Host& host, const Bounds& bounds) {
  // DATA and not AS: it counts what a program can write to and is charged for. Address space is reserved by every
  // thread's arena (64 MiB each) and by GPU drivers (terabytes) without ever being used.
  const auto memory = memory_for(host, bounds);
  const rlim_t data =
      bounds.gpu == Bounds::Gpu::yes || memory.value() <= 0 ? RLIM_INFINITY : static_cast<rlim_t>(memory.value());
  const rlim_t file = bounds.file_size.value() > 0 ? static_cast<rlim_t>(bounds.file_size.value()) : RLIM_INFINITY;
  const rlim_t cpu = bounds.cpu_time.value() > 0 ? static_cast<rlim_t>(bounds.cpu_time.value()) + 1 : RLIM_INFINITY;
  const std::array wanted{Limit{RLIMIT_CORE, 0}, Limit{RLIMIT_NOFILE, kDescriptors}, Limit{RLIMIT_DATA, data},
                          Limit{RLIMIT_FSIZE, file}, Limit{RLIMIT_CPU, cpu}};
  auto apply = [wanted] {
    for (const auto& limit : wanted) {
      rlimit now{};
      if (::getrlimit(limit.resource, &now) != 0) return errno;
      // One that is tighter already stays.
      const rlim_t most = limit.most < now.rlim_max ? limit.most : now.rlim_max;
      const rlimit narrow{most, most};
      if (::setrlimit(limit.resource, &narrow) != 0) return errno;
    }
    return 0;
  };
  std::string detail = base::format("no core dumps, {} open files", kDescriptors);
  if (data != RLIM_INFINITY) detail += base::format(", {} of memory", units::text(memory));
  if (file != RLIM_INFINITY) detail += base::format(", {} in a file", units::text(bounds.file_size));
  if (cpu != RLIM_INFINITY) detail += base::format(", {} of CPU time", units::text(bounds.cpu_time));
  return Prepared{step("setting resource limits", apply), std::move(detail)};
}

}  // namespace sandbox
