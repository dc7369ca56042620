// run_transcode(): one spec from encoder choice to verified outputs, however many renditions, streams and repetitions
// it asks for. File output goes to a temporary name beside the final one; verified and synced it waits there until
// publish(): whoever holds the right to publish calls it.
#pragma once

#include <string>

#include "jobs/confidence.h"
#include "runner/outside.h"
#include "runner/run_workload.h"

namespace runner {

struct TranscodeRequest {
  std::string id, name, kind;
  std::string metered_as{};  // as in Request
  std::string part{};        // of several workloads of one id: "-2"
  std::map<std::string, std::string> tags;
  media::TranscodeSpec spec;
  std::vector<media::EncoderState> encoders;  // probed ones
  sandbox::Mode sandbox = sandbox::Mode::off;
  OutsideSettings outside{};  // needed for inputs of the web, and for streams that are contained
  double reserved = 1;
  std::optional<units::Seconds> timeout;
  std::optional<os::Path> log_file;
  os::SignalSet* signals = nullptr;
  std::stop_token cancel;
  std::function<void(const Live&)> on_progress;
  // Streams: asked once of each, a few seconds into it, on a thread of its own, so of several at the same time; its
  // answer becomes Report::made. `play` is media::probe() of that stream, in the sandbox.
  using Play = std::function<base::Result<media::MediaFacts>(units::Seconds limit)>;
  std::function<base::Result<media::MediaFacts>(const Play& play, const media::TranscodeSpec& stream)> check_stream;
  // Run again and again, one after the other; called after each with all that there are.
  jobs::Repetitions repetitions{};
  std::function<void(const std::vector<jobs::Piece>&)> on_repetition{};
  std::optional<os::Path> scratch{};  // a folder of its own, for the notes between two passes
};

// Never an error: what could not even start is a failed report with class input, parameters or node.
jobs::Report run_transcode(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg,
                           const os::Environment& environment, TranscodeRequest request);

// For each of media::output_files(). The temporary name of an output: hidden, in the same folder, with the report's id,
// keeping the extension.
os::Path temporary_output(const os::Path& final_name, const std::string& id);
// Renames the verified output to its final name, durably. Idempotent: already done is ok.
base::Result<void> publish(os::Files& files, const os::Path& final_name, const std::string& id);
void discard(os::Files& files, const os::Path& final_name, const std::string& id);

}  // namespace runner
