// Who this machine is as a node of the farm, and which life of its agent this is. Both are on the disk before a master
// hears of them: a registration whose answer was lost, or that a next life sends again, leaves no second node behind
// that nobody is; and one that was long on its way is known as one of a life before.
#pragma once

#include <cstdint>

#include "base/id.h"
#include "base/result.h"
#include "os/files.h"
#include "os/random.h"
#include "units/time.h"

namespace agent {

struct NodeId {
  base::Id id;
  // Seconds since 1970 at its start, or one more than the last one's where the clock was set back: so it grows also
  // where the folder comes from a copy.
  std::int64_t life = 0;
};

// Of an agent that starts: the id that was kept in this folder, else a fresh one, with a new life. A file that holds no
// id is replaced; one that cannot be read is an error, since whoever takes a fresh id then would be two nodes.
base::Result<NodeId> begin_life(os::Files& files, const os::Path& state_folder, os::Random& random,
                                units::WallTime now);
base::Result<void> keep_node_id(os::Files& files, const os::Path& state_folder, const NodeId& node);

}  // namespace agent
