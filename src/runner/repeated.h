// run_repeated(): the same work again and again, one after the other, until it is known how its energy scatters. The
// report is that of one run, on average. Inside of `runner`.
#pragma once

#include <functional>

#include "runner/run_transcode.h"

namespace runner {

jobs::Report run_repeated(os::Host& host, TranscodeRequest request,
                          const std::function<jobs::Report(TranscodeRequest)>& run);

}  // namespace runner
