// What this node can do, measured: the machine's facts, each encoder by a real encode, each energy source by a real
// read. The encoders are kept in a file of the state folder and tried again when ffmpeg changes.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "jobs/node.h"
#include "os/host.h"
#include "power_sources/sources.h"

namespace agent {

struct CapabilitySettings {
  std::string name;  // empty: the host's
  int slots = 1;
  std::string version;
  os::Path cache;  // file; may be absent
  power_sources::Settings energy{};
  std::map<std::string, int> device_slots{};
  std::map<std::string, std::string> labels{};
};
// Never fails: a node without ffmpeg has no working encoder and says why.
jobs::NodeFacts capabilities(os::Host& host, const os::Environment& environment, const CapabilitySettings& settings);

}  // namespace agent
