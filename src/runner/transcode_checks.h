// What is looked at before a transcode starts and after it has ended, without running anything but ffprobe. Inside of
// `runner`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/report.h"
#include "media/command_line.h"
#include "media/probe.h"
#include "os/host.h"
#include "runner/run_transcode.h"

namespace runner {

struct Failure {
  jobs::FailureClass failure;
  std::string text;
};

// Nothing was run: the report says so, and that no energy can be told.
jobs::Report not_run(const os::Host& host, const TranscodeRequest& request, units::WallTime started, Failure failure);
// Who is to act where a file could not be looked at.
jobs::FailureClass class_of_input(const base::Error& error);
// Why a spec cannot be made from this input by these encoders (one for each of its renditions).
std::optional<Failure> source_fault(const media::TranscodeSpec& spec, const media::MediaFacts& source,
                                    const std::vector<media::Target>& targets);
// Why its files cannot be written here.
std::optional<Failure> output_fault(const os::Files& files, const media::TranscodeSpec& spec);
std::string all_faults(const std::vector<media::SpecFault>& faults);

// Marks it as failed, whatever it was before.
void fail(jobs::Report& report, jobs::FailureClass failure, std::string text);
// How long what is made will be, where that is known.
std::optional<units::Seconds> length_of(const media::TranscodeSpec& spec,
                                        const std::optional<media::MediaFacts>& source);

}  // namespace runner
