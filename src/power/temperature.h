// The temperature of the CPU, where the machine tells one: the warmest sensor of its own driver, else the platform's
// thermal zone of the package. Any thread.
#pragma once

#include <optional>

#include "os/files.h"
#include "os/root.h"
#include "units/quantity.h"

namespace power {

std::optional<units::Celsius> cpu_temperature(const os::Files& files, const os::Root& root);

}  // namespace power
