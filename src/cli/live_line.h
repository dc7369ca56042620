// A running job in one line, for people who watch it: "45 %, 0:41 left, frame 1500, 323 fps, 10.8×, 2.50 Mb/s, 88.0 W,
// 412.0 J". What is not known is left out; energy that is only estimated says so.
#pragma once

#include <string>

#include "wire/messages.h"

namespace cli {

std::string live_line(const wire::LiveView& view);

}  // namespace cli
