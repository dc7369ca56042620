#include "meter/settings.h"

#include "base/format.h"
#include "meter/calibration_file.h"

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

base::Result<MeterOptions> options_from(const options::Values& values, const os::Host& host,
                                        const os::Environment& environment, const os::Path& state) {
  MeterOptions out;
  for (const auto policy : {IdlePolicy::reserved, IdlePolicy::equal, IdlePolicy::share, IdlePolicy::none})
    if (values.text("idle-policy") == name(policy)) out.idle = policy;
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
          base::format("--idle-policy={}", name(options.idle))};
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
