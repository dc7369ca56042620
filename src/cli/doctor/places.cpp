#include "cli/places.h"

#include "base/format.h"
#include "base/text.h"
#include "cli/doctor/checks.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

// The folder, or the nearest one above it that exists: there it would be made.
os::Path nearest_existing(const os::Files& files, os::Path path) {
  while (!files.exists(path) && path.has_parent_path() && path != path.parent_path()) path = path.parent_path();
  return path;
}

}  // namespace

std::vector<wire::Check> check_places(Context& context) {
  const auto where = places(context.environment);
  const auto& files = context.host.files;
  wire::Check state{"state folder", State::ok, where.state.string(), ""};
  if (!files.writable_folder(nearest_existing(files, where.state))) {
    state.state = State::to_fix;
    state.text = base::format("{} cannot be written to, so runs are not kept", where.state.string());
    state.fix = "export FFWATT_STATE_DIR=FOLDER with a folder of your own";
  }
  std::vector<std::string> present;
  for (const auto& file : where.config)
    if (files.exists(file)) present.push_back(file.string());
  wire::Check config{"configuration", State::ok, base::join(present, ", "), ""};
  if (present.empty()) {
    std::vector<std::string> looked_for;
    for (const auto& file : where.config) looked_for.push_back(file.string());
    config.state = State::not_here;
    config.text = base::format("none of {}; the defaults hold", base::join(looked_for, ", "));
  }
  return {std::move(state), std::move(config)};
}

}  // namespace cli::doctor
