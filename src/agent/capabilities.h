// What this node can do, measured: the machine's facts and its GPUs, each encoder by a real encode, each energy source
// by a real read. The encoders are kept in a file of the state folder and tried again when ffmpeg, the kernel, a GPU or
// its driver changes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

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
  std::vector<std::string> roots{};  // names
  os::Path output_folder{};
};
// Never fails: a node without ffmpeg has no working encoder and says why.
jobs::NodeFacts capabilities(os::Host& host, const os::Environment& environment, const CapabilitySettings& settings);

os::Path encoders_file(const os::Path& state_folder);
// What capabilities() kept there for this build of ffmpeg. Nothing where it did not, or for another one.
std::optional<std::vector<media::EncoderState>> kept_encoders(const os::Files& files, const os::Path& cache,
                                                              const std::string& build);

}  // namespace agent
