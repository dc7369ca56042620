#include "exporter/settings.h"

#include "base/format.h"
#include "exporter/collector.h"
#include "os/service_notify.h"
#include "power_sources/settings.h"

namespace exporter {

using options::Option;

namespace {

constexpr std::string_view kState = "/var/lib/ffwatt";

// NAME=URL#METRIC
base::Result<Subjects::Target> target_from(const std::string& text) {
  const auto equals = text.find('='), hash = text.rfind('#');
  if (equals == text.npos || hash == text.npos || equals == 0 || hash < equals + 2 || hash + 1 == text.size())
    return base::Error::invalid(base::format(
        "--watch {}: write NAME=URL#METRIC, such as master=http://localhost:8080/metrics#ffwatt_jobs", text));
  return Subjects::Target{text.substr(0, equals), text.substr(equals + 1, hash - equals - 1), text.substr(hash + 1)};
}

base::Result<Subjects> subjects_from(const options::Values& values) {
  Subjects subjects;
  if (values.has("rtmp-stat")) subjects.rtmp_stat = values.text("rtmp-stat");
  if (values.has("docker-socket")) subjects.docker_socket = values.text("docker-socket");
  for (const auto& text : values.list("watch")) {
    FFWATT_TRY(auto target, target_from(text));
    for (const auto& other : subjects.targets)
      if (other.name == target.name)
        return base::Error::invalid(base::format("--watch: two targets are named '{}'; name each once", target.name));
    subjects.targets.push_back(std::move(target));
  }
  return subjects;
}

}  // namespace

options::Shape shape() {
  std::vector<std::string> known;
  for (const auto& collector : known_collectors()) known.push_back(collector.name);
  options::Shape shape;
  shape.program = "exporter";
  shape.description = "Shows this machine's energy to Prometheus and whatever else scrapes /metrics.";
  shape.examples = {"exporter", "exporter --port 0 --address 127.0.0.1"};
  shape.options = {
      {.flag = "port",
       .short_flag = 'p',
       .key = "exporter.port",
       .type = Option::Type::integer,
       .value_name = "PORT",
       .help = "TCP port of /metrics and /health; 0 takes a free one",
       .standard = "9500",
       .least = 0,
       .most = 65535},
      {.flag = "address",
       .key = "exporter.address",
       .value_name = "ADDRESS",
       .help = "Address to listen on; :: means every one",
       .standard = "::"},
      {.flag = "collector",
       .key = "exporter.collector",
       .type = Option::Type::list,
       .value_name = "NAMES",
       .help = "What to export",
       .standard = "power",
       .choices = known},
      {.flag = "sysroot",
       .key = "exporter.sysroot",
       .type = Option::Type::path,
       .value_name = "FOLDER",
       .help = "Find proc and sys in this folder: a container's view of its host, or a copy of another machine's",
       .standard = "/"},
      {.flag = "rtmp-stat",
       .key = "exporter.rtmp_stat",
       .value_name = "URL",
       .help = "Collector streams: nginx's statistics page, such as http://127.0.0.1:8081/stat"},
      {.flag = "docker-socket",
       .key = "exporter.docker_socket",
       .type = Option::Type::path,
       .value_name = "SOCKET",
       .help = "Collector containers: ask Docker for their names here; whoever can open this socket owns the machine"},
      {.flag = "watch",
       .key = "exporter.watch",
       .type = Option::Type::list,
       .value_name = "NAME=URL#METRIC",
       .help = "Collector health: a page, and the metric that it must show"},
  };
  for (auto& option : power_sources::energy_options()) shape.options.push_back(std::move(option));
  for (auto& option : meter::meter_options()) shape.options.push_back(std::move(option));
  for (auto& option : meter::meter_service_options()) shape.options.push_back(std::move(option));
  return shape;
}

base::Result<Settings> settings_from(const options::Values& values, const os::Host& host,
                                     const os::Environment& environment, std::string version) {
  Settings settings;
  settings.port = static_cast<std::uint16_t>(values.integer("port"));
  settings.address = values.text("address");
  settings.sysroot = values.text("sysroot");
  settings.collectors = values.list("collector");
  FFWATT_TRY(settings.energy, power_sources::settings_from(values));
  FFWATT_TRY(settings.subjects, subjects_from(values));
  const auto* state = os::find(environment, "STATE_DIRECTORY");
  FFWATT_TRY(settings.meter, meter::options_from(values, host, environment, state ? *state : kState));
  // Another machine's files, or a copy of them: the programs of this one are not metered by it.
  if (settings.sysroot != "/" && !values.has("meter-socket")) settings.meter.socket.reset();
  settings.notify_socket = os::notify_socket(environment);
  settings.version = std::move(version);
  return settings;
}

}  // namespace exporter
