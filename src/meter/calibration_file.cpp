#include "meter/calibration_file.h"

#include "base/format.h"
#include "json/json.h"
#include "wire/calibration.h"

namespace meter {

base::Result<attribution::Calibration> load_calibration(const os::Files& files, const os::Path& file) {
  const auto text = files.read(file);
  if (!text) {
    if (text.error().kind() == base::ErrorKind::absent) return attribution::Calibration{};
    return text.error();
  }
  const auto what =
      base::format("the calibration {} cannot be used (remove it, or run ffwatt calibrate idle again)", file.string());
  FFWATT_TRY(const auto value, json::parse(*text).in(what));
  FFWATT_TRY(auto calibration, wire::decode_calibration(value).in(what));
  return calibration;
}

base::Result<void> save_calibration(os::Files& files, const os::Path& file,
                                    const attribution::Calibration& calibration) {
  FFWATT_CHECK(files.make_folders(file.parent_path()));
  return files.write_durably(file, json::write(wire::encode(calibration)) + "\n");
}

}  // namespace meter
