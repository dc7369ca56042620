// What one stream test is to do, from its options, checked in full before anything is started. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "media/transcode_spec.h"
#include "options/options.h"
#include "os/files.h"
#include "sandbox/sandbox.h"

namespace cli::stream_test {

struct Plan {
  std::string name;
  media::TranscodeSpec spec;  // rtmp; without a URL where the server is to be ours
  units::Seconds stabilization{}, cooldown{};
  std::optional<units::Seconds> baseline;  // measure the idle machine for so long first
  os::Path output_folder;
  sandbox::Mode sandbox = sandbox::Mode::best;
};

// The options that make a plan; output and energy options are the command's own.
std::vector<options::Option> plan_options();
// invalid, with every fault named by its flag.
base::Result<Plan> plan_of(const options::Values& values);

}  // namespace cli::stream_test
