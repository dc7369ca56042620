// no_new_privs: an execve that would give rights (setuid, file capabilities) gives none, for good. Linux 3.5 and later.
#include <errno.h>
#include <sys/prctl.h>

#include "sandbox/layer.h"

namespace sandbox {

int promise_no_new_rights() { return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno; }

base::Result<Prepared> layers::new_rights(os::Host&, const Bounds&) {
  return Prepared{step("giving up new rights", [] { return promise_no_new_rights(); }), "no_new_privs"};
}

}  // namespace sandbox
