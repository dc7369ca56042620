// In the place of the dashboard, in a build without it (cmake/FfwattWeb.cmake).
#include "master/web_assets.h"

namespace master {

std::span<const WebAsset> web_assets() { return {}; }

}  // namespace master
