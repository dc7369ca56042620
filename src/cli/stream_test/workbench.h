// Workbench: what a test works with, for as long as it runs, and all that can be refused before it starts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/metering.h"
#include "cli/stream_test/plan.h"
#include "cli/stream_test/results_writer.h"
#include "local/rtmp_server.h"
#include "media/encoder_probe.h"

namespace cli::stream_test {

// An RTMP server of the test's own, and its folder, which goes after it.
class OwnServer {
 public:
  static base::Result<std::unique_ptr<OwnServer>> start(os::Host& host, const os::Environment& environment);
  OwnServer(const OwnServer&) = delete;
  ~OwnServer();
  local::RtmpServer& rtmp() { return *server_; }

 private:
  OwnServer(os::Files& files, os::Path folder) : files_(files), folder_(std::move(folder)) {}
  os::Files& files_;
  const os::Path folder_;
  std::unique_ptr<local::RtmpServer> server_;
};

os::Path temporary_folder(const os::Environment& environment);

struct Workbench {
  media::Ffmpeg ffmpeg;
  std::vector<media::EncoderState> encoders;  // those that the plan needs, tried
  std::unique_ptr<ResultsWriter> results;
  std::unique_ptr<OwnServer> server;  // absent where the user has one, and where nothing is streamed
  Metering metering;
};
// `values` say which ffmpeg, and how to measure.
base::Result<Workbench> open_workbench(Context& context, const options::Values& values, const Plan& plan,
                                       std::string_view program);

}  // namespace cli::stream_test
