#include "agent/settings.h"

#include <algorithm>
#include <filesystem>

#include "agent/roots.h"
#include "base/format.h"
#include "base/text.h"
#include "jobs/needs.h"
#include "power_sources/settings.h"
#include "pricing/rates.h"

namespace agent {

using options::Option;

namespace {

// The texts that name a path are read later and elsewhere.
os::Path from_root(const os::Path& path) { return std::filesystem::absolute(path).lexically_normal(); }

constexpr int most_slots = 64;  // as many as a claim may ask for
// What a master takes of one node.
constexpr std::size_t most_labels = 64, longest_label = 256;

base::Error refused(const options::Values& values, std::string_view flag, std::string_view text, std::string why) {
  return base::Error::invalid(base::format("{}: '{}' {}", values.where(flag), text.substr(0, 80), why));
}

// "2" is of the node itself, "nvenc:8" of a device that carries more.
base::Result<void> read_slots(const options::Values& values, Settings& settings) {
  if (values.list("slots").empty()) return refused(values, "slots", "", "is no number of slots; write 1, or more");
  enum class Seen { no, yes } own = Seen::no;
  for (const auto& text : values.list("slots")) {
    const auto colon = text.find(':');
    const auto device = colon == std::string::npos ? std::string() : text.substr(0, colon);
    const auto count = base::to_int(colon == std::string::npos ? text : text.substr(colon + 1));
    if (!count || *count < 1 || *count > most_slots)
      return refused(
          values, "slots", text,
          base::format("is no number of slots; write a number from 1 to {}, or with a device, nvenc:8", most_slots));
    if (colon == std::string::npos) {
      if (own == Seen::yes) return refused(values, "slots", text, "is a second number for the node itself; give one");
      own = Seen::yes;
      settings.slots = static_cast<int>(*count);
      continue;
    }
    const auto& known = jobs::slot_devices();
    if (std::find(known.begin(), known.end(), device) == known.end())
      return refused(values, "slots", text,
                     base::format("names no device that is counted; they are {}.{}", base::join(known, ", "),
                                  base::did_you_mean(device, known)));
    if (!settings.device_slots.emplace(device, static_cast<int>(*count)).second)
      return refused(values, "slots", text, "counts a device for the second time; give each once");
  }
  return {};
}

base::Result<void> read_labels(const options::Values& values, Settings& settings) {
  if (!values.has("label")) return {};
  for (const auto& text : values.list("label")) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return refused(values, "label", text, "is no label; write NAME=VALUE, for example rack=b7");
    const auto name = text.substr(0, equals), value = text.substr(equals + 1);
    if (name.size() > longest_label || value.size() > longest_label)
      return refused(values, "label", text, base::format("is longer than {} characters", longest_label));
    if (!settings.labels.emplace(name, value).second)
      return refused(values, "label", text, "gives a label its second value; give each once");
  }
  if (settings.labels.size() > most_labels)
    return base::Error::invalid(
        base::format("{} labels are more than the {} that a node may have", settings.labels.size(), most_labels));
  return {};
}

base::Result<void> read_destinations(const options::Values& values, Settings& settings) {
  if (!values.has("allow-destination")) return {};
  if (values.where("allow-destination").starts_with("ffwatt.toml:"))
    return base::Error::invalid(
        base::format("{}: a file of the working folder may not open this machine's network to jobs; put it into "
                     "/etc/ffwatt/config.toml, or say --allow-destination",
                     values.where("allow-destination")));
  for (const auto& text : values.list("allow-destination"))
    FFWATT_CHECK(settings.destinations.allow(text).in(values.where("allow-destination")));
  settings.runner_words.push_back("--allow-destination=" + base::join(values.list("allow-destination"), ","));
  return {};
}

base::Result<void> read_roots(const options::Values& values, Settings& settings) {
  if (!values.has("root")) return {};
  for (const auto& text : values.list("root")) {
    const auto root = parse_root(text);
    if (!root) return base::Error::invalid(base::format("{}: {}", values.where("root"), root.error().text()));
    if (!settings.roots.insert(*root).second)
      return refused(values, "root", text, "gives a root its second folder; give each once");
  }
  return {};
}

}  // namespace

options::Shape shape() {
  options::Shape shape;
  shape.program = "agent";
  shape.description = "Takes jobs from a master, runs ffmpeg for them, measures it and reports.";
  shape.examples = {"agent --register --master http://localhost:8080",
                    "agent --master http://master.example:8080 --key-file ./key --slots 2",
                    "agent --slots 1,nvenc:8 --label rack=b7"};
  shape.options = {
      {.flag = "master",
       .short_flag = 'm',
       .key = "agent.master",
       .variable = "FFWATT_MASTER",
       .value_name = "URL",
       .help = "The master's address; of several masters of one farm all, with commas between",
       .standard = "http://localhost:8080"},
      {.flag = "register",
       .type = Option::Type::toggle,
       .help = "Register at the master; this is what an agent always does"},
      {.flag = "key-file",
       .key = "agent.key_file",
       .variable = "FFWATT_API_KEY_FILE",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "File with an enrol token or the master's key, for a master on another machine"},
      {.flag = "ca",
       .key = "agent.ca",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "Authority of a master over https: PEM, its state folder's tls/ca.pem"},
      {.flag = "ca-pin",
       .key = "agent.ca_pin",
       .value_name = "HEX",
       .help =
           "Fingerprint of that authority, which is fetched from the master; `ffwatt nodes join-command` prints it"},
      {.flag = "name",
       .key = "agent.name",
       .value_name = "NAME",
       .help = "Name of this node in lists; the host name if absent"},
      {.flag = "slots",
       .key = "agent.slots",
       .type = Option::Type::list,
       .value_name = "N,DEVICE:N",
       .help = "Jobs at the same time; 1 gives each job the machine to itself; more of a device by nvenc:8",
       .standard = "1"},
      {.flag = "label",
       .key = "agent.labels",
       .type = Option::Type::list,
       .value_name = "NAME=VALUE",
       .help = "A label of this node, which jobs can ask for; may come more than once",
       .items = Option::Items::lines},
      {.flag = "root",
       .key = "agent.roots",
       .type = Option::Type::list,
       .value_name = "NAME=FOLDER",
       .help = "A folder that jobs may read and write, as NAME:/file; with one, no other path. May come more than once",
       .items = Option::Items::lines},
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
      {.flag = "orphan-limit",
       .key = "agent.orphan_limit",
       .type = Option::Type::duration,
       .help = "How long a job may go on past the end of its lease while no master is reached",
       .standard = "30m"},
      sandbox::option(),
      {.flag = "allow-destination",
       .key = "agent.allow_destinations",
       .variable = "FFWATT_ALLOW_DESTINATIONS",
       .type = Option::Type::list,
       .value_name = "HOST:PORT",
       .help = "What jobs may reach beside public addresses, such as nginx-rtmp:1935 or 10.1.0.0/16"},
      {.flag = "input-ca-file",
       .key = "agent.input_ca_file",
       .type = Option::Type::path,
       .value_name = "FILE",
       .help = "Certificates (PEM) that vouch for servers of inputs by https; the system's if absent"},
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
  for (auto& option : pricing::pricing_options()) shape.options.push_back(std::move(option));
  for (auto& option : power_sources::energy_options()) shape.options.push_back(std::move(option));
  for (auto& option : meter::meter_options()) shape.options.push_back(std::move(option));
  for (auto& option : meter::meter_service_options()) shape.options.push_back(std::move(option));
  return shape;
}

base::Result<Settings> settings_from(const options::Values& values, const os::Host& host,
                                     const os::Environment& environment, std::string version) {
  Settings settings;
  settings.version = std::move(version);
  settings.master = values.text("master");
  FFWATT_CHECK(read_slots(values, settings));
  FFWATT_CHECK(read_labels(values, settings));
  FFWATT_TRY(settings.energy, power_sources::settings_from(values));
  settings.runner_words = {"--slots", base::join(values.list("slots"), ",")};
  FFWATT_CHECK(read_destinations(values, settings));
  if (values.has("input-ca-file")) {
    settings.input_ca_file = from_root(values.text("input-ca-file")).string();
    settings.runner_words.push_back("--input-ca-file=" + settings.input_ca_file);
  }
  FFWATT_TRY(settings.sandbox, sandbox::mode_from(values));
  settings.runner_words.push_back(base::format("--sandbox={}", sandbox::name(settings.sandbox)));
  for (auto& word : power_sources::flags_given(values)) settings.runner_words.push_back(std::move(word));
  FFWATT_TRY(settings.rates,
             pricing::rates_from(values, host.files, pricing::usual_pricing_files(environment, host.root)));
  for (auto& word : pricing::flags_given(values)) settings.runner_words.push_back(std::move(word));
  settings.orphan_limit = values.duration("orphan-limit");
  settings.meter_patience = values.duration("meter-patience");
  if (values.toggle("meter")) settings.be = Settings::Be::meter;
  if (values.has("name")) settings.name = values.text("name");
  if (values.has("run-one")) settings.run_one = values.text("run-one");
  if (values.has("key-file")) {
    FFWATT_TRY(const auto key, host.files.read(from_root(values.text("key-file"))));
    settings.key = std::string(base::trim(key));
  }

  if (values.has("ca")) settings.ca_file = from_root(values.text("ca")).string();
  if (values.has("ca-pin")) {
    settings.ca_pin = base::lower(values.text("ca-pin"));
    std::erase(settings.ca_pin, ':');
    if (settings.ca_pin.size() != 64 || settings.ca_pin.find_first_not_of("0123456789abcdef") != std::string::npos)
      return base::Error::invalid("--ca-pin: is no SHA-256 fingerprint of 64 hex digits");
    if (!settings.ca_file.empty())
      return base::Error::invalid("--ca and --ca-pin say the same in two ways: leave out one of them");
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
  if (!settings.ca_pin.empty()) settings.ca_file = (settings.state_folder / "ca.pem").string();
  settings.output_folder =
      values.has("output-dir") ? from_root(values.text("output-dir")) : settings.state_folder / "outputs";
  FFWATT_CHECK(read_roots(values, settings));
  settings.runner_words.insert(settings.runner_words.end(), {"--state-dir", settings.state_folder.string(),
                                                             "--output-dir", settings.output_folder.string()});
  for (const auto& [name, folder] : settings.roots)
    settings.runner_words.insert(settings.runner_words.end(), {"--root", name + "=" + folder.string()});
  FFWATT_TRY(settings.meter, meter::options_from(values, host, environment, settings.state_folder.parent_path()));
  for (auto& word : meter::words_of(settings.meter)) settings.runner_words.push_back(std::move(word));
  return settings;
}

}  // namespace agent
