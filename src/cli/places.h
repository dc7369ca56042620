// Where ffwatt keeps and looks for things of a user, after the XDG base folders. Works without HOME.
#pragma once

#include <vector>

#include "os/processes.h"

namespace cli {

struct Places {
  os::Path state;  // $FFWATT_STATE_DIR, else $XDG_STATE_HOME/ffwatt, ~/.local/state/ffwatt, /var/lib/ffwatt
  std::vector<os::Path> config;  // weakest first; the last one is ./ffwatt.toml
  os::Path runs() const { return state / "runs.sqlite"; }
};
Places places(const os::Environment& environment);

}  // namespace cli
