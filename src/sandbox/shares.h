// How much of the machine one job may take at most. Generous on purpose: these limits end what has run away, and never
// a heavy encode (a cap of 2 GB for every job kills x265 at 4K). Inside of `sandbox`.
#pragma once

#include "sandbox/sandbox.h"

namespace sandbox {

// The bounds' own; else 9/10 of this machine's memory, so that the kernel kills the job and not its neighbours. 0 where
// nobody knows how much there is.
units::Bytes memory_for(os::Host& host, const Bounds& bounds);
// Encoders and decoders start a thread or two for each CPU and picture in flight; x265 with two pools on a machine of
// 128 CPUs comes to about 500.
std::int64_t tasks_for(os::Host& host);

}  // namespace sandbox
