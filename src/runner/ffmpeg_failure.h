// From what ffmpeg printed to who has to act: its words are the only evidence, since it ends with code 1 for almost
// everything (255 after a signal). Pure. The words are those of FFmpeg 4.4 to 7.1; unknown ones are `internal`.
#pragma once

#include <string>
#include <string_view>

#include "jobs/report.h"

namespace runner {

// The class of the gravest known line; internal where none is known.
jobs::FailureClass failure_of_ffmpeg(std::string_view log);

// What a person needs of it: at most three lines, without banner, stream tables, statistics and addresses of memory,
// joined by "; ". Empty where nothing remains.
std::string ffmpeg_words(std::string_view log);

// A line that says that a decoder met damage in its input, although ffmpeg went on and ended well: the picture has been
// patched up or frames are missing. Empty where there is none.
std::string damage_in(std::string_view log);

}  // namespace runner
