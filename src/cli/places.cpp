#include "cli/places.h"

namespace cli {
namespace {

std::optional<os::Path> variable(const os::Environment& environment, std::string_view name) {
  const auto* value = os::find(environment, name);
  if (!value || value->empty()) return std::nullopt;
  return os::Path(*value);
}

// A relative XDG variable or HOME is to be ignored, says the XDG specification.
std::optional<os::Path> folder(const os::Environment& environment, std::string_view xdg, std::string_view below_home) {
  if (const auto path = variable(environment, xdg); path && path->is_absolute()) return *path / "ffwatt";
  if (const auto home = variable(environment, "HOME"); home && home->is_absolute())
    return *home / below_home / "ffwatt";
  return std::nullopt;
}

}  // namespace

Places places(const os::Environment& environment) {
  Places out;
  if (const auto named = variable(environment, "FFWATT_STATE_DIR")) {
    out.state = *named;
  } else {
    out.state = folder(environment, "XDG_STATE_HOME", ".local/state").value_or("/var/lib/ffwatt");
  }
  out.config.push_back("/etc/ffwatt/config.toml");
  if (const auto user = folder(environment, "XDG_CONFIG_HOME", ".config")) out.config.push_back(*user / "config.toml");
  out.config.push_back("ffwatt.toml");
  return out;
}

}  // namespace cli
