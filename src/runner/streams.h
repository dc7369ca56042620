// run_streams(): all that a spec sends or makes at the same time (media/streams.h), each a process, a control group and
// a meter's workload of its own, so that each has its joules; the report's are their sum. Inside of `runner`.
#pragma once

#include <functional>

#include "runner/run_transcode.h"

namespace runner {

// `run` does one of them; called from as many threads as there are streams.
jobs::Report run_streams(os::Host& host, TranscodeRequest request,
                         const std::function<jobs::Report(TranscodeRequest)>& run);

}  // namespace runner
