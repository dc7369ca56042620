// run_one(): the runner process of one job (`agent --run-one FOLDER`). It outlives its agent: it owns the control
// group, ffmpeg and the deadline, leaves progress and finally the report in the job's folder, and knows no master.
// SIGINT: the job is canceled or lost, stop at once. SIGTERM: the job is given back, report an interruption; a machine
// that shuts down sends it to everybody, and then nobody has canceled anything.
#pragma once

#include "agent/roots.h"
#include "agent/settings.h"
#include "base/log.h"
#include "base/result.h"
#include "jobs/report.h"
#include "meter/settings.h"
#include "os/host.h"
#include "os/signals.h"
#include "power_sources/sources.h"
#include "relay/address_policy.h"
#include "sandbox/sandbox.h"
#include "wire/messages.h"

namespace agent {

struct RunOneSettings {
  os::Path folder;  // the attempt's
  int slots = 1;
  sandbox::Mode sandbox = sandbox::Mode::best;
  relay::AddressPolicy destinations{};
  std::string ca_file{};  // as runner::OutsideSettings
  power_sources::Settings energy{};
  meter::MeterOptions meter{};
  std::optional<jobs::Rates> rates{};
  Roots roots{};
  os::Path output_folder{};  // of jobs that name no output
  os::Path encoders{};       // the file in which the agent keeps what it tried
};
RunOneSettings run_one_settings(const Settings& settings);  // of a program that was told to be a runner

// Blocks. An error means that not even a report could be written.
base::Result<void> run_one(os::Host& host, const os::Environment& environment, const RunOneSettings& settings,
                           os::SignalSet& signals, base::Log& log);

// The report of an attempt that never ran, or whose runner died without one.
jobs::Report nothing_ran(const wire::Offer& offer, jobs::FailureClass failure, std::string why, units::WallTime now,
                         std::string why_no_energy = "nothing was run");

}  // namespace agent
