// Scoring: how near the picture of a stream is to what it was made from. What a stream shows is gone when it was shown,
// so its picture is made once more from the same generated film, a part of it, with the same settings and in no hurry,
// and compared there. It is in none of the test's figures. One thread, which it blocks.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "jobs/report.h"
#include "media/encoders.h"
#include "meter/meter.h"
#include "sandbox/sandbox.h"
#include "wire/results_file.h"

namespace cli::stream_test {

class Scoring {
 public:
  Scoring(Context& context, meter::Meter& meter, const media::Ffmpeg& ffmpeg,
          const std::vector<media::EncoderState>& encoders, sandbox::Mode sandbox)
      : context_(context), meter_(meter), ffmpeg_(ffmpeg), encoders_(encoders), sandbox_(sandbox) {}

  // One for each of media::streams_of(spec); alike ones are scored once. What could not be scored says why.
  std::vector<jobs::Scoring> operator()(const media::TranscodeSpec& spec, std::vector<media::Metric> metrics);

 private:
  jobs::Scoring score(const media::TranscodeSpec& stream, const os::Path& folder,
                      const std::vector<media::Metric>& metrics);
  jobs::Report make(const media::TranscodeSpec& spec);

  Context& context_;
  meter::Meter& meter_;
  const media::Ffmpeg& ffmpeg_;
  const std::vector<media::EncoderState>& encoders_;
  const sandbox::Mode sandbox_;
};

// "Stream 2: VMAF 93.1, PSNR 41.2 dB", for people.
std::vector<std::string> score_lines(const wire::ScenarioRow& row);

}  // namespace cli::stream_test
