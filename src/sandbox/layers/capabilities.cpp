// Capabilities: every set is emptied, the bounding set too, so that a job of an agent that runs as root has no more
// rights than its user id gives. Without root there are none but those that a network of its own brought with it.
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/layer.h"

namespace sandbox {
namespace {

// Linux refuses numbers that it does not know with EINVAL; 63 is the end of its two words.
constexpr int kMostCapabilities = 64;

int give_up_all() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (int capability = 0; capability < kMostCapabilities; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    if (errno == EINVAL) break;
    // Without CAP_SETPCAP there is nothing to drop it with, and nothing that no_new_privs would let in.
    if (errno != EPERM) return errno;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct nothing[2]{};
  return ::syscall(SYS_capset, &header, nothing) == 0 ? 0 : errno;
}

}  // namespace

base::Result<Prepared> layers::capabilities(os::Host&, const Bounds&) {
  return Prepared{step("giving up capabilities", [] { return give_up_all(); }), "all dropped"};
}

}  // namespace sandbox
