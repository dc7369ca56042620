#include "master/settings.h"

#include "base/format.h"

namespace master {

using options::Option;

options::Shape shape() {
  options::Shape shape;
  shape.program = "master";
  shape.description = "Keeps the queue of jobs, gives them to agents and keeps what came of them.";
  shape.examples = {"master --port 8080", "master --port 0 --address 127.0.0.1 --state-dir /tmp/ffwatt"};
  shape.options = {
      {"port", 'p', "master.port", "FFWATT_PORT", Option::Type::integer, "PORT", "TCP port of the REST interface; 0 takes a free one", "8080", {}},
      {"address", 0, "master.address", "", Option::Type::text, "ADDRESS", "address to listen on; :: means every one", "::", {}},
      {"state-dir", 0, "master.state_dir", "FFWATT_STATE_DIR", Option::Type::path, "FOLDER", "folder of the database and the key file", "", {}},
      {"key-file", 0, "master.key_file", "FFWATT_API_KEY_FILE", Option::Type::path, "FILE", "file with the key for callers from other machines; made if absent", "", {}},
      {"insecure", 0, "master.insecure", "", Option::Type::toggle, "", "let anybody in, without a key: for a closed laboratory only", "", {}},
      {"heartbeat", 0, "master.heartbeat", "", Option::Type::duration, "DURATION", "how often agents report and renew their leases", "30s", {}},
      {"lease", 0, "master.lease", "", Option::Type::duration, "DURATION", "how long a job stays with an agent that is silent; at least three heartbeats", "90s", {}},
  };
  return shape;
}

base::Result<Settings> settings_from(const options::Values& values, const os::Environment& environment, std::string version) {
  Settings settings;
  const auto port = values.integer("port");
  if (port < 0 || port > 65535) return base::Error::invalid(base::format("--port {}: a port is a number from 0 to 65535", port));
  settings.port = static_cast<std::uint16_t>(port);
  settings.address = values.text("address");
  settings.access = values.toggle("insecure") ? Access::Mode::insecure : Access::Mode::guarded;
  settings.core.version = std::move(version);
  settings.core.times.renewal = values.duration("heartbeat");
  settings.core.times.time_to_live = values.duration("lease");
  if (settings.core.times.renewal < units::Seconds(0.05))
    return base::Error::invalid("--heartbeat: at least 50ms");
  if (settings.core.times.time_to_live < settings.core.times.renewal * 3)
    return base::Error::invalid("--lease: must be at least three times --heartbeat, or one lost heartbeat loses the job");
  settings.core.quiet_after_restart = std::min(units::Seconds(10), settings.core.times.renewal);

  if (values.has("state-dir")) {
    settings.state_folder = values.text("state-dir");
  } else if (const auto* service = os::find(environment, "STATE_DIRECTORY")) {
    settings.state_folder = *service;  // set by systemd for StateDirectory=
  } else if (const auto* state = os::find(environment, "XDG_STATE_HOME"); state && !state->empty()) {
    settings.state_folder = os::Path(*state) / "ffwatt" / "master";
  } else if (const auto* home = os::find(environment, "HOME"); home && !home->empty()) {
    settings.state_folder = os::Path(*home) / ".local/state/ffwatt/master";
  } else {
    return base::Error::invalid("there is no folder for the database: set --state-dir, STATE_DIRECTORY or HOME");
  }
  settings.key_file = values.has("key-file") ? os::Path(values.text("key-file")) : settings.state_folder / "key";
  return settings;
}

}  // namespace master
