#include "power_sources/settings.h"

#include "base/format.h"

namespace power_sources {
namespace {

using base::Error;
using base::format;
using options::Option;
using options::Values;
using Type = Option::Type;

constexpr auto kEstimates = "Energy (the CPU's data are for estimates, where nothing measures)";
constexpr auto kMeters = "Energy meters (best kept in /etc/ffwatt/config.toml)";

// Controllers of servers smooth and rate-limit their sensors; some fail when they are asked more often.
constexpr units::Seconds kLeastRedfishInterval{15};
// Plugs renew their power about once a second, and have small processors.
constexpr units::Seconds kLeastMeterInterval{0.5};
constexpr units::Seconds kMostInterval{600};
constexpr units::Watts kLeastTdp{1}, kMostTdp{2000};

// Read from any file but one that lies in the folder where somebody happens to stand.
constexpr std::string_view kWorkingFolderFile = "ffwatt.toml:";

std::vector<Option> machine_options() {
  std::vector<std::string> known;
  for (const auto& source : known_sources()) known.push_back(source.source);
  return {
      {.flag = "power-source",
       .key = "energy.sources",
       .variable = "FFWATT_SOURCES",
       .type = Type::list,
       .value_name = "NAMES",
       .section = kEstimates,
       .help = "Use only these power sources",
       .choices = known},
      {.flag = "cpu-tdp",
       .key = "energy.cpu_tdp",
       .variable = "FFWATT_CPU_TDP",
       .type = Type::number,
       .value_name = "WATTS",
       .section = kEstimates,
       .help = "Rated power of one CPU chip"},
      {.flag = "cpu-year",
       .key = "energy.cpu_year",
       .variable = "FFWATT_CPU_YEAR",
       .type = Type::integer,
       .value_name = "YEAR",
       .section = kEstimates,
       .help = "Year in which the CPU's family came out",
       .least = 2000,
       .most = 2100},
      {.flag = "cpu-threads-per-chip",
       .key = "energy.cpu_threads_per_chip",
       .variable = "FFWATT_CPU_THREADS_PER_CHIP",
       .type = Type::integer,
       .value_name = "N",
       .section = kEstimates,
       .help = "Threads of the whole chip, also where a virtual machine sees few of them",
       .least = 1,
       .most = 1024},
  };
}

std::vector<Option> redfish_options() {
  return {
      {.flag = "redfish-url",
       .key = "energy.redfish.url",
       .variable = "FFWATT_REDFISH_URL",
       .value_name = "URL",
       .section = kMeters,
       .help = "Management controller of this server, such as https://bmc.example"},
      {.flag = "redfish-user",
       .key = "energy.redfish.user",
       .variable = "FFWATT_REDFISH_USER",
       .value_name = "NAME",
       .section = kMeters,
       .help = "User there; one who may only read is enough"},
      {.flag = "redfish-password-file",
       .key = "energy.redfish.password_file",
       .variable = "FFWATT_REDFISH_PASSWORD_FILE",
       .type = Type::path,
       .section = kMeters,
       .help = "File with the user's password"},
      {.flag = "redfish-ca-file",
       .key = "energy.redfish.ca_file",
       .type = Type::path,
       .section = kMeters,
       .help = "Certificate (PEM) that vouches for the controller's; its own where it has signed itself"},
      {.flag = "redfish-verify",
       .key = "energy.redfish.verify",
       .type = Type::toggle,
       .section = kMeters,
       .help = "Send the password to whoever answers, without a look at the certificate",
       .standard = "true"},
      {.flag = "redfish-chassis",
       .key = "energy.redfish.chassis",
       .value_name = "ID",
       .section = kMeters,
       .help = "Which chassis is this machine; the first with a reading if absent"},
      {.flag = "redfish-interval",
       .key = "energy.redfish.interval",
       .type = Type::duration,
       .section = kMeters,
       .help = "How often it is asked; never below 15s",
       .standard = "60s"},
  };
}

std::vector<Option> meter_options() {
  return {
      {.flag = "meter-kind",
       .key = "energy.meter.kind",
       .value_name = "KIND",
       .section = kMeters,
       .help = "What the wall meter is",
       .standard = "shelly",
       .choices = known_meters()},
      {.flag = "meter-url",
       .key = "energy.meter.url",
       .variable = "FFWATT_METER_URL",
       .value_name = "URL",
       .section = kMeters,
       .help = "Wall meter or smart plug of this machine, such as http://plug.example; for json the whole URL"},
      {.flag = "meter-user",
       .key = "energy.meter.user",
       .value_name = "NAME",
       .section = kMeters,
       .help = "User there, if it asks for one"},
      {.flag = "meter-password-file",
       .key = "energy.meter.password_file",
       .type = Type::path,
       .section = kMeters,
       .help = "File with the user's password"},
      {.flag = "meter-ca-file",
       .key = "energy.meter.ca_file",
       .type = Type::path,
       .section = kMeters,
       .help = "Certificate (PEM) that vouches for the meter's"},
      {.flag = "meter-energy",
       .key = "energy.meter.energy",
       .value_name = "POINTER",
       .section = kMeters,
       .help = "For json: where the energy counter stands in the answer, such as /aenergy/total"},
      {.flag = "meter-energy-unit",
       .key = "energy.meter.energy_unit",
       .value_name = "UNIT",
       .section = kMeters,
       .help = "For json: unit of the counter",
       .standard = "kWh",
       .choices = {"kWh", "Wh", "mWh", "J"}},
      {.flag = "meter-energy-update",
       .key = "energy.meter.energy_update",
       .type = Type::duration,
       .section = kMeters,
       .help = "How often the meter renews its counter, where you know it"},
      {.flag = "meter-power",
       .key = "energy.meter.power",
       .value_name = "POINTER",
       .section = kMeters,
       .help = "For json: where the power in watts stands in the answer, such as /apower"},
      {.flag = "meter-interval",
       .key = "energy.meter.interval",
       .type = Type::duration,
       .section = kMeters,
       .help = "How often it is asked",
       .standard = "1s"},
      // No key: a file that lies in some folder must not choose which code is loaded.
      {.flag = "nvml-library",
       .variable = "FFWATT_NVML_LIBRARY",
       .type = Type::path,
       .section = kMeters,
       .help = "NVIDIA's management library, where the system does not find libnvidia-ml.so.1"},
  };
}

std::string text_or_none(const Values& values, std::string_view flag) {
  return values.has(flag) ? values.text(flag) : std::string();
}

base::Result<void> refuse_working_folder(const Values& values, const std::vector<Option>& options) {
  for (const auto& option : options)
    if (values.has(option.flag) && values.where(option.flag).starts_with(kWorkingFolderFile))
      return Error::invalid(
          format("{}: {} may not stand in a file of the working folder: whoever wrote that could have your passwords "
                 "sent elsewhere. Put it into /etc/ffwatt/config.toml or ~/.config/ffwatt/config.toml, or name the "
                 "file with --config ./ffwatt.toml",
                 values.where(option.flag), option.key));
  return {};
}

base::Result<units::Seconds> interval(const Values& values, std::string_view flag, units::Seconds least) {
  const auto value = values.duration(flag);
  if (value >= least && value <= kMostInterval) return value;
  return Error::invalid(format("{}: a device is asked every {:g} s to {:g} s, not every {:g} s", values.where(flag),
                               least.value(), kMostInterval.value(), value.value()));
}

// `prefix` is "redfish" or "meter".
base::Result<WebAccess> access(const Values& values, const std::string& prefix, units::Seconds least_interval) {
  WebAccess out;
  const auto flag = [&](const char* name) { return prefix + "-" + name; };
  out.url = text_or_none(values, flag("url"));
  out.user = text_or_none(values, flag("user"));
  out.password_file = text_or_none(values, flag("password-file"));
  out.ca_file = text_or_none(values, flag("ca-file"));
  FFWATT_TRY(out.interval, interval(values, flag("interval"), least_interval));
  if (out.url.empty()) return out;
  if (!out.url.starts_with("http://") && !out.url.starts_with("https://"))
    return Error::invalid(format("{}: a URL begins with http:// or https://", values.where(flag("url"))));
  if (const auto slash = out.url.find('/', out.url.find("//") + 2); out.url.substr(0, slash).find('@') != out.url.npos)
    return Error::invalid(format("{}: a user or password does not belong into the URL; use --{} and --{}",
                                 values.where(flag("url")), flag("user"), flag("password-file")));
  if (out.user.empty() != out.password_file.empty())
    return Error::invalid(
        format("{}: --{} and --{} belong together", values.where(flag("url")), flag("user"), flag("password-file")));
  return out;
}

base::Result<MeterSettings> meter_settings(const Values& values) {
  MeterSettings out;
  FFWATT_TRY(out.access, access(values, "meter", kLeastMeterInterval));
  out.kind = values.text("meter-kind");
  out.energy_unit = values.text("meter-energy-unit");
  out.energy = text_or_none(values, "meter-energy");
  out.power = text_or_none(values, "meter-power");
  if (values.has("meter-energy-update")) out.energy_update = values.duration("meter-energy-update");
  for (const auto* flag : {"meter-energy", "meter-power"})
    if (values.has(flag) && !values.text(flag).starts_with("/"))
      return Error::invalid(format("{}: '{}' is no JSON pointer; it begins with a slash, such as /aenergy/total",
                                   values.where(flag), values.text(flag)));
  if (!out.access.url.empty() && out.kind == "json" && out.energy.empty() && out.power.empty())
    return Error::invalid(format("{}: say where the answer has its numbers: --meter-energy, --meter-power or both",
                                 values.where("meter-url")));
  return out;
}

}  // namespace

std::vector<Option> energy_options() {
  auto all = machine_options();
  for (auto& option : redfish_options()) all.push_back(std::move(option));
  for (auto& option : meter_options()) all.push_back(std::move(option));
  return all;
}

base::Result<Settings> settings_from(const Values& values) {
  FFWATT_CHECK(refuse_working_folder(values, redfish_options()));
  FFWATT_CHECK(refuse_working_folder(values, meter_options()));
  Settings settings;
  settings.only = values.list("power-source");
  if (values.has("cpu-tdp")) {
    settings.cpu_tdp = units::Watts(values.number("cpu-tdp"));
    if (*settings.cpu_tdp < kLeastTdp || *settings.cpu_tdp > kMostTdp)
      return Error::invalid(format("{}: {} W is not the rated power of a CPU chip; write 1 to 2000",
                                   values.where("cpu-tdp"), values.text("cpu-tdp")));
  }
  if (values.has("cpu-year")) settings.cpu_year = static_cast<int>(values.integer("cpu-year"));
  if (values.has("cpu-threads-per-chip"))
    settings.cpu_threads_per_chip = static_cast<int>(values.integer("cpu-threads-per-chip"));
  settings.nvml_library = text_or_none(values, "nvml-library");
  FFWATT_TRY(settings.redfish.access, access(values, "redfish", kLeastRedfishInterval));
  if (!values.toggle("redfish-verify")) settings.redfish.access.verify = WebAccess::Verify::no;
  settings.redfish.chassis = text_or_none(values, "redfish-chassis");
  FFWATT_TRY(settings.meter, meter_settings(values));
  return settings;
}

std::vector<std::string> flags_given(const Values& values) {
  auto all = energy_options();
  all.push_back({.flag = "config", .type = Type::path});
  return options::flags_given(values, all);
}

base::Result<Opened> open_sources(os::Host& host, const Values& values) {
  FFWATT_TRY(const auto settings, settings_from(values));
  return open_all(host, settings);
}

}  // namespace power_sources
