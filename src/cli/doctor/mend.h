// Doing what plan_fixes() says: tells, asks, does, and looks again. One thread.
#pragma once

#include <functional>

#include "cli/doctor/fixes.h"

namespace cli::doctor {

enum class Consent { only_tell, ask, given };
// The exit code: ok where all that was wanted was done, or there was nothing to do; usage where nobody can be asked;
// no_permission where it is for root to do; failed where a step failed. `look_again` opens the sources anew.
int mend(Context& context, const FixFacts& facts, const std::vector<power_sources::Rung>& ladder, Consent consent,
         const std::function<base::Result<power_sources::Opened>()>& look_again);

// Runs a short command of the system's administration, which may be in /usr/sbin, to its end.
base::Result<os::Output> run_tool(Context& context, const std::vector<std::string>& command);

}  // namespace cli::doctor
