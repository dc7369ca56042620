// From the values of single frames to what is said of a film. Pure.
#pragma once

#include <optional>
#include <span>

#include "media/picture_quality.h"

namespace quality {

// Nothing where there are no frames. The worst second is a run of as many frames as pass in one second (all of a
// shorter film). Values in dB may be infinite; none is NaN.
std::optional<media::Pooled> pool(media::Metric metric, std::span<const double> frames, units::Hertz rate);

}  // namespace quality
