// score(): how near what was made is to its source, measured as a workload of its own, so that nothing of it is in the
// encode's energy or time. Inside of `runner`.
#pragma once

#include <stop_token>
#include <string>

#include "jobs/report.h"
#include "media/encoders.h"
#include "meter/meter.h"
#include "os/host.h"
#include "sandbox/sandbox.h"

namespace runner {

struct ScoringRequest {
  std::string id;             // of the run; the workload is called after it
  media::TranscodeSpec spec;  // precondition: media::check() found nothing, and quality is not empty
  os::Path made;              // the file, under whatever name it has now
  sandbox::Mode sandbox = sandbox::Mode::off;
  double reserved = 1;
  int threads = 1;
  std::optional<units::Seconds> limit;  // of each run of ffmpeg
  std::stop_token cancel;               // stops at once; the reason says so
};

// Never an error: what could not be scored says why. Every ffmpeg and ffprobe runs in the sandbox and in one control
// group.
jobs::Scoring score(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg, const ScoringRequest& request);

}  // namespace runner
