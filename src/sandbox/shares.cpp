#include "sandbox/shares.h"

#include "os/machine.h"

namespace sandbox {

units::Bytes memory_for(os::Host& host, const Bounds& bounds) {
  if (bounds.memory.value() > 0) return bounds.memory;
  const auto machine = os::machine_facts(host.files, host.root);
  return machine ? machine->memory * 0.9 : units::Bytes(0);
}

std::int64_t tasks_for(os::Host& host) {
  const auto machine = os::machine_facts(host.files, host.root);
  return 128 + 8 * (machine ? machine->threads : 16);
}

}  // namespace sandbox
