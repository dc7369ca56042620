#include "meter/settings.h"

#include "base/format.h"
#include "meter/calibration_file.h"
#include "meter/nightly.h"

namespace meter {
namespace {

using options::Option;

constexpr std::string_view kSystemFolder = "/run/ffwatt";
constexpr std::string_view kSocketName = "meter.sock";
constexpr std::string_view kNone = "none";

std::string_view name(IdlePolicy policy) {
  switch (policy) {
    case IdlePolicy::reserved:
      return "reserved";
    case IdlePolicy::equal:
      return "equal";
    case IdlePolicy::share:
      return "share";
    case IdlePolicy::none:
      return "none";
  }
  return "reserved";
}

}  // namespace

std::vector<Option> meter_options() {
  return {
      {.flag = "meter-socket",
       .key = "energy.meter_socket",
       .variable = "FFWATT_METER_SOCKET",
       .value_name = "PATH",
       .section = "Energy",
       .help = "Socket of this machine's meter; none measures in this process alone"},
      {.flag = "calibration",
       .key = "energy.calibration",
       .variable = "FFWATT_CALIBRATION",
       .type = Option::Type::path,
       .value_name = "FILE",
       .section = "Energy",
       .help = "Where the idle power of this machine is kept"},
      {.flag = "idle-policy",
       .key = "energy.idle_policy",
       .value_name = "RULE",
       .section = "Energy",
       .help = "How idle power is shared among jobs: by reserved cores, equal parts, CPU time share, or none",
       .standard = "reserved",
       .choices = {"reserved", "equal", "share", "none"}},
  };
}

std::vector<Option> meter_service_options() {
  return {{.flag = "calibrate-at",
           .key = "energy.calibrate_at",
           .value_name = "HH:MM",
           .section = "Energy",
           .help = "Hour of the night, local time, from which on idle power is to be learned anew; never asks for none",
           .standard = "03:00"}};
}

base::Result<MeterOptions> options_from(const options::Values& values, const os::Host& host,
                                        const os::Environment& environment, const os::Path& state) {
  MeterOptions out;
  for (const auto policy : {IdlePolicy::reserved, IdlePolicy::equal, IdlePolicy::share, IdlePolicy::none})
    if (values.text("idle-policy") == name(policy)) out.idle = policy;
  // Only a service has this one.
  if (values.has("calibrate-at")) {
    FFWATT_TRY(out.calibrate_at, parse_time_of_day(values.text("calibrate-at")).in(values.where("calibrate-at")));
  }
  out.calibration = values.has("calibration") ? os::Path(values.text("calibration")) : state / "calibration.json";
  if (values.has("meter-socket")) {
    if (values.text("meter-socket") == kNone) return out;
    const os::Path socket = values.text("meter-socket");
    if (!socket.is_absolute())
      return base::Error::invalid(
          base::format("{}: '{}' is no absolute path; a socket is shared by programs of "
                       "different working folders",
                       values.where("meter-socket"), socket.string()));
    out.socket = socket;
    out.known_sockets = {socket};
    return out;
  }
  const os::Path system = os::Path(kSystemFolder) / kSocketName;
  out.known_sockets.push_back(system);
  std::optional<os::Path> own;
  const auto* runtime = os::find(environment, "XDG_RUNTIME_DIR");
  if (runtime && os::Path(*runtime).is_absolute()) {
    own = os::Path(*runtime) / "ffwatt" / kSocketName;
    out.known_sockets.push_back(*own);
  }
  if (host.files.writable_folder(kSystemFolder) ||
      (!host.files.exists(kSystemFolder) && host.files.writable_folder("/run")))
    out.socket = system;
  else
    out.socket = own;
  return out;
}

std::vector<std::string> words_of(const MeterOptions& options) {
  return {base::format("--meter-socket={}", options.socket ? options.socket->string() : std::string(kNone)),
          base::format("--calibration={}", options.calibration.string()),
          base::format("--idle-policy={}", name(options.idle)),
          base::format("--calibrate-at={}", time_of_day(options.calibrate_at))};
}

Settings local_settings(const os::Files& files, const MeterOptions& options, base::Log& log) {
  Settings settings;
  settings.idle = options.idle;
  auto known = load_calibration(files, options.calibration);
  if (known)
    settings.calibration = *std::move(known);
  else
    log.warning("the idle power of this machine is not known", {{"why", known.error().text()}});
  return settings;
}

}  // namespace meter
