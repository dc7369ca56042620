// One real child, held by a pidfd. Inside of `os`.
#pragma once

#include <memory>

#include "os/clock.h"
#include "os/processes.h"

namespace os {

struct ChildHandle {
  pid_t pid = -1;
  Descriptor pidfd;
  SpawnSpec::Group group = SpawnSpec::Group::ours;
  units::Instant started;
};
std::unique_ptr<Process> posix_process(ChildHandle handle, const Clock& clock);

Descriptor open_pidfd(pid_t pid);
bool has_ended(const Descriptor& pidfd);
// 0 or errno.
int signal_pidfd(const Descriptor& pidfd, int number);

}  // namespace os
