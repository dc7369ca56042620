// Reports for this module's tests: one of each kind that a reader can meet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jobs/report.h"

namespace report::samples {

jobs::Report measured();       // powercap, with an idle share, memory on its own line, a trace
jobs::Report estimated();      // a virtual machine: the model, whole machine, a skewed interval
jobs::Report unmeasurable();   // no source at all
jobs::Report interrupted();    // Ctrl-C
jobs::Report failed();         // ffmpeg did not find its input
jobs::Report other_program();  // a command that is not ffmpeg
jobs::Report hostile();        // markup, formulas and control characters wherever text from outside can stand
// Any mix of present and absent fields, long and odd texts, numbers of any size; the same for the same seed.
jobs::Report random(std::uint64_t seed);

// `points` of a power curve that starts, works and ends, 0.08 s apart, with a gap of a second in the middle.
std::vector<jobs::PowerPoint> trace(std::size_t points);

}  // namespace report::samples
