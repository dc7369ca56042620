// SomeZones: a source of which only some zones are used, because better sources cover the scopes of the others. Its
// zones keep their order and get new numbers. Threads: as its source.
#pragma once

#include <memory>

#include "power/source.h"

namespace power_sources {

// `kept`: indices into source->zones(), rising.
std::unique_ptr<power::Source> some_zones(std::unique_ptr<power::Source> source, std::vector<std::size_t> kept);

}  // namespace power_sources
