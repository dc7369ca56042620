// A batch file: the scenarios of `ffwatt test batch`, as JSON: a list of them, or {"scenarios": […]}. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/stream_test/plan.h"

namespace cli::stream_test {

// What a scenario has that does not say otherwise.
struct BatchDefaults {
  units::Seconds stabilization{}, cooldown{};
};

// Names may come twice: a scenario is known by its place. invalid: every fault with its JSON pointer; unknown fields
// with the nearest that there are.
base::Result<std::vector<Scenario>> read_batch(std::string_view text, const BatchDefaults& defaults);

}  // namespace cli::stream_test
