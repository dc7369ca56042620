// Limits of the job's control group: unlike a process's own they hold for everything in it together.
#include "base/format.h"
#include "sandbox/layer.h"
#include "sandbox/shares.h"
#include "units/format.h"

namespace sandbox {

base::Result<Prepared> layers::control_group(os::Host& host, const Bounds& bounds) {
  if (!bounds.group)
    return base::Error::absent("no control group could be made for it; run as root, or with Delegate=yes in the unit");
  os::GroupLimits wanted;
  wanted.tasks = tasks_for(host);
  if (const auto memory = memory_for(host, bounds); memory.value() > 0) wanted.memory = memory;
  FFWATT_TRY(const auto in_force, bounds.group->limit(wanted));
  std::string detail = base::format("{}: at most {} tasks", bounds.group->version(), in_force.tasks.value_or(0));
  if (in_force.memory) detail += base::format(", {} of memory", units::text(*in_force.memory));
  return Prepared{nullptr, std::move(detail), in_force.memory};
}

}  // namespace sandbox
