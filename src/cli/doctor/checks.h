// The checks of `ffwatt doctor`, one file a subject. Each looks at this machine and answers rows; none changes
// anything.
#pragma once

#include <vector>

#include "attribution/calibration.h"
#include "cli/command.h"
#include "power_sources/sources.h"
#include "wire/checkup.h"

namespace cli::doctor {

// The rungs of the energy ladder: what is used, and why the others are not.
std::vector<wire::Check> check_energy(const power_sources::Opened& opened);
// What was learned about this machine and how old it is: the idle power of its zones, the factor to the wall.
std::vector<wire::Check> check_calibration(const power_sources::Opened& opened,
                                           const attribution::Calibration& calibration, units::WallTime now);
// ffmpeg, ffprobe and what each encoder does when asked to encode. Takes seconds.
std::vector<wire::Check> check_ffmpeg(Context& context, std::string_view ffmpeg_name);
// The layers that contain a job's ffmpeg, each tried on a program that does nothing.
std::vector<wire::Check> check_sandbox(Context& context);
// nginx with its RTMP module, and the ports that the documented servers listen on.
std::vector<wire::Check> check_servers(Context& context);
// The state folder and the configuration files.
std::vector<wire::Check> check_places(Context& context);

// One row a check, wrapped under its text; what is merely absent is told last.
std::string table(std::vector<wire::Check> checks, const os::TerminalFacts& terminal);

}  // namespace cli::doctor
