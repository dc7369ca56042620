#include "agent/settings.h"

#include <filesystem>

#include "base/text.h"
#include "power_sources/settings.h"

namespace agent {

using options::Option;

namespace {

// The texts that name a path are read later and elsewhere.
os::Path from_root(const os::Path& path) { return std::filesystem::absolute(path).lexically_normal(); }

}  // namespace

options::Shape shape() {
  options::Shape shape;
  shape.program = "agent";
  shape.description = "Takes jobs from a master, runs ffmpeg for them, measures it and reports.";
  shape.examples = {"agent --register --master http://localhost:8080",
                    "agent --master http://master.example:8080 --key-file ./key --slots 2"};
  shape.options = {
      {.flag = "master",
       .short_flag = 'm',
       .key = "agent.master",
       .variable = "FFWATT_MASTER",
       .value_name = "URL",
       .help = "The master's address",
       .standard = "http://localhost:8080"},
      {.flag = "register",
       .type = Option::Type::toggle,
       .help = "Register at the master; this is what an agent always does"},
      {.flag = "key-file",
       .key = "agent.key_file",
       .variable = "FFWATT_API_KEY_FILE",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "File with the master's key, for a master on another machine"},
      {.flag = "name",
       .key = "agent.name",
       .value_name = "NAME",
       .help = "Name of this node in lists; the host name if absent"},
      {.flag = "slots",
       .key = "agent.slots",
       .type = Option::Type::integer,
       .value_name = "N",
       .help = "Jobs at the same time; 1 gives each job the machine to itself",
       .standard = "1",
       .least = 1,
       .most = 64},
      {.flag = "state-dir",
       .key = "agent.state_dir",
       .type = Option::Type::path,
       .value_name = "FOLDER",
       .help = "Folder of the node's identity and its spool"},
      {.flag = "output-dir",
       .key = "agent.output_dir",
       .type = Option::Type::path,
       .value_name = "FOLDER",
       .help = "Where outputs go whose job names no path"},
      {.flag = "run-one",
       .type = Option::Type::path,
       .value_name = "FOLDER",
       .help = "Be the runner of one job; agents start this themselves"},
      {.flag = "meter",
       .type = Option::Type::toggle,
       .help = "Be the meter of this machine; agents start this themselves where none runs"},
      {.flag = "meter-patience",
       .type = Option::Type::duration,
       .help = "With --meter: end so long after the last client has gone",
       .standard = "60s"},
  };
  for (auto& option : power_sources::energy_options()) shape.options.push_back(std::move(option));
  for (auto& option : meter::meter_options()) shape.options.push_back(std::move(option));
  return shape;
}

base::Result<Settings> settings_from(const options::Values& values, const os::Host& host,
                                     const os::Environment& environment, std::string version) {
  Settings settings;
  settings.version = std::move(version);
  settings.master = values.text("master");
  settings.slots = static_cast<int>(values.integer("slots"));
  FFWATT_TRY(settings.energy, power_sources::settings_from(values));
  settings.runner_words = {"--slots", values.text("slots")};
  for (auto& word : power_sources::flags_given(values)) settings.runner_words.push_back(std::move(word));
  settings.meter_patience = values.duration("meter-patience");
  if (values.toggle("meter")) settings.be = Settings::Be::meter;
  if (values.has("name")) settings.name = values.text("name");
  if (values.has("run-one")) settings.run_one = values.text("run-one");
  if (values.has("key-file")) {
    FFWATT_TRY(const auto key, host.files.read(from_root(values.text("key-file"))));
    settings.key = std::string(base::trim(key));
  }

  if (values.has("state-dir"))
    settings.state_folder = values.text("state-dir");
  else if (const auto* service = os::find(environment, "STATE_DIRECTORY"))
    settings.state_folder = *service;
  else if (const auto* state = os::find(environment, "XDG_STATE_HOME"); state && !state->empty())
    settings.state_folder = os::Path(*state) / "ffwatt" / "agent";
  else if (const auto* home = os::find(environment, "HOME"); home && !home->empty())
    settings.state_folder = os::Path(*home) / ".local/state/ffwatt/agent";
  else if (!settings.run_one && settings.be == Settings::Be::agent)
    return base::Error::invalid("there is no folder for the agent's state: set --state-dir, STATE_DIRECTORY or HOME");
  if (!settings.state_folder.empty()) settings.state_folder = from_root(settings.state_folder);
  settings.output_folder =
      values.has("output-dir") ? from_root(values.text("output-dir")) : settings.state_folder / "outputs";
  FFWATT_TRY(settings.meter, meter::options_from(values, host, environment, settings.state_folder.parent_path()));
  for (auto& word : meter::words_of(settings.meter)) settings.runner_words.push_back(std::move(word));
  return settings;
}

}  // namespace agent
