// What an agent shows its master. Each agent has a token of its own, which it makes at its first start and keeps in its
// state folder; the master learns its digest when the node is let in, and from then on it opens what is this node's and
// nothing else. What the operator gave it (the key, or an enrol token) is shown only to be let in.
#pragma once

#include <string>

#include "base/result.h"
#include "os/files.h"
#include "os/random.h"

namespace agent {

struct Credentials {
  std::string bearer;     // with every call
  std::string enrolment;  // with a registration; empty: nothing was given
};

// `given`: what the key file holds, or nothing. A worker token is what it works with, in the place of its own.
base::Result<Credentials> credentials(os::Files& files, const os::Path& state_folder, os::Random& random,
                                      const std::string& given);

}  // namespace agent
