// The calibration of this machine as a file. Errors name the file; one that is not there is an empty calibration.
#pragma once

#include "attribution/calibration.h"
#include "base/result.h"
#include "os/files.h"

namespace meter {

base::Result<attribution::Calibration> load_calibration(const os::Files& files, const os::Path& file);
base::Result<void> save_calibration(os::Files& files, const os::Path& file,
                                    const attribution::Calibration& calibration);

}  // namespace meter
