// The file in which a machine's calibration is kept: schema ffwatt.calibration/1.
#pragma once

#include "attribution/calibration.h"
#include "base/result.h"
#include "json/json.h"

namespace wire {

json::Value encode(const attribution::Calibration& calibration);
base::Result<attribution::Calibration> decode_calibration(const json::Value& value);

}  // namespace wire
