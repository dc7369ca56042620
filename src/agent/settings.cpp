#include "agent/settings.h"

#include "base/format.h"
#include "base/text.h"

namespace agent {

using options::Option;

options::Shape shape() {
  options::Shape shape;
  shape.program = "agent";
  shape.description = "Takes jobs from a master, runs ffmpeg for them, measures it and reports.";
  shape.examples = {"agent --register --master http://localhost:8080",
                    "agent --master http://master.example:8080 --key-file ./key --slots 2"};
  shape.options = {
      {"master", 'm', "agent.master", "FFWATT_MASTER", Option::Type::text, "URL", "the master's address", "http://localhost:8080", {}},
      {"register", 0, "", "", Option::Type::toggle, "", "register at the master; this is what an agent always does", "", {}},
      {"key-file", 0, "agent.key_file", "FFWATT_API_KEY_FILE", Option::Type::path, "FILE", "file with the master's key, for a master on another machine", "", {}},
      {"name", 0, "agent.name", "", Option::Type::text, "NAME", "name of this node in lists; the host name if absent", "", {}},
      {"slots", 0, "agent.slots", "", Option::Type::integer, "N", "jobs at the same time; 1 gives each job the machine to itself", "1", {}},
      {"state-dir", 0, "agent.state_dir", "", Option::Type::path, "FOLDER", "folder of the node's identity and its spool", "", {}},
      {"output-dir", 0, "agent.output_dir", "", Option::Type::path, "FOLDER", "where outputs go whose job names no path", "", {}},
      {"run-one", 0, "", "", Option::Type::path, "FOLDER", "be the runner of one job; agents start this themselves", "", {}},
  };
  return shape;
}

base::Result<Settings> settings_from(const options::Values& values, const os::Files& files,
                                     const os::Environment& environment, std::string version) {
  Settings settings;
  settings.version = std::move(version);
  settings.master = values.text("master");
  const auto slots = values.integer("slots");
  if (slots < 1 || slots > 64) return base::Error::invalid(base::format("--slots {}: a number from 1 to 64", slots));
  settings.slots = static_cast<int>(slots);
  if (values.has("name")) settings.name = values.text("name");
  if (values.has("run-one")) settings.run_one = values.text("run-one");
  if (values.has("key-file")) {
    FFWATT_TRY(const auto key, files.read(values.text("key-file")));
    settings.key = std::string(base::trim(key));
  }

  if (values.has("state-dir")) settings.state_folder = values.text("state-dir");
  else if (const auto* service = os::find(environment, "STATE_DIRECTORY")) settings.state_folder = *service;
  else if (const auto* state = os::find(environment, "XDG_STATE_HOME"); state && !state->empty())
    settings.state_folder = os::Path(*state) / "ffwatt" / "agent";
  else if (const auto* home = os::find(environment, "HOME"); home && !home->empty())
    settings.state_folder = os::Path(*home) / ".local/state/ffwatt/agent";
  else if (!settings.run_one)
    return base::Error::invalid("there is no folder for the agent's state: set --state-dir, STATE_DIRECTORY or HOME");
  settings.output_folder = values.has("output-dir") ? os::Path(values.text("output-dir")) : settings.state_folder / "outputs";
  return settings;
}

}  // namespace agent
