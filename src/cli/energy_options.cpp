#include "cli/energy_options.h"

#include "base/format.h"

namespace cli {

using Type = options::Option::Type;

constexpr auto section = "Energy (the CPU's data are for estimates, where nothing measures)";

std::vector<options::Option> energy_options() {
  std::vector<std::string> known;
  for (const auto& source : power_sources::known_sources()) known.push_back(source.source);
  return {
      {.flag = "sources",
       .key = "energy.sources",
       .variable = "FFWATT_SOURCES",
       .type = Type::list,
       .value_name = "NAMES",
       .section = section,
       .help = "Use only these power sources",
       .choices = known},
      {.flag = "cpu-tdp",
       .key = "energy.cpu_tdp",
       .variable = "FFWATT_CPU_TDP",
       .type = Type::number,
       .value_name = "WATTS",
       .section = section,
       .help = "Rated power of one CPU chip"},
      {.flag = "cpu-year",
       .key = "energy.cpu_year",
       .variable = "FFWATT_CPU_YEAR",
       .type = Type::integer,
       .value_name = "YEAR",
       .section = section,
       .help = "Year in which the CPU's family came out",
       .least = 2000,
       .most = 2100},
      {.flag = "cpu-threads-per-chip",
       .key = "energy.cpu_threads_per_chip",
       .variable = "FFWATT_CPU_THREADS_PER_CHIP",
       .type = Type::integer,
       .value_name = "N",
       .section = section,
       .help = "Threads of the whole chip, also where a virtual machine sees few of them",
       .least = 1,
       .most = 1024},
  };
}

power_sources::Settings energy_settings(const options::Values& values) {
  power_sources::Settings settings;
  if (values.has("cpu-tdp")) settings.cpu_tdp = units::Watts(values.number("cpu-tdp"));
  if (values.has("cpu-year")) settings.cpu_year = static_cast<int>(values.integer("cpu-year"));
  if (values.has("cpu-threads-per-chip")) {
    settings.cpu_threads_per_chip = static_cast<int>(values.integer("cpu-threads-per-chip"));
  }
  settings.only = values.list("sources");
  return settings;
}

base::Result<power_sources::Opened> open_sources(os::Host& host, const options::Values& values) {
  const auto settings = energy_settings(values);
  if (settings.cpu_tdp && (settings.cpu_tdp->value() < 1 || settings.cpu_tdp->value() > 2000)) {
    return base::Error::invalid(base::format("{}: {} W is not the rated power of a CPU chip; write 1 to 2000",
                                             values.where("cpu-tdp"), values.text("cpu-tdp")));
  }
  return power_sources::open_all(host, settings);
}

}  // namespace cli
