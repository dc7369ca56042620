// serve(): the relay process of one job. It alone of the job has a network; it connects to addresses that it has
// checked and to no others, and ends with the socket to its runner. What they tell each other are lines:
//   runner → relay   "allow DESTINATION", "ca FILE", "peer URL" (several), "go"; then messages that carry listening
//                    sockets, one for each peer in their order, from every program that the runner contains
//   relay → runner   "ready", and at any time "fault CLASS TEXT"
#pragma once

#include "os/clock.h"
#include "relay/connector.h"

namespace relay {

// The word that makes a program a relay, and the descriptor on which its runner is.
inline constexpr std::string_view kWord = "--relay";
inline constexpr int kControl = 3;

// Blocks until the other end is closed. An error means that it was told nonsense.
base::Result<void> serve(const os::Clock& clock, os::Descriptor control, Resolve resolve = resolve_by_system);

}  // namespace relay
