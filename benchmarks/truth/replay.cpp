#include "replay.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "attribution/attribute.h"
#include "base/format.h"
#include "base/text.h"
#include "power_sources/cpu_families.h"
#include "power_sources/server_power.h"
#include "units/quantity.h"

namespace truth {
namespace {

using units::Joules;
using units::Seconds;
using units::Watts;

constexpr double kJoulesPerKwh = 3.6e6;
// From the package to the wall, where nobody has measured it (docs/developer/attribution.md).
constexpr double kWall = 1.17;

struct Point {
  double load = 0;  // 0 to 1
  Watts power{};
};
struct Sweep {
  std::string file, cpu, kind;
  std::vector<Point> curve;  // by rising load; the first is idle

  // Linear between the points; loads are above idle's own.
  Watts rise(double load) const {
    const double at = load + curve.front().load;
    const auto next = std::ranges::lower_bound(curve, at, {}, &Point::load);
    if (next == curve.begin()) return Watts(0);
    if (next == curve.end()) return curve.back().power - curve.front().power;
    const auto& before = *std::prev(next);
    const double f = (at - before.load) / (next->load - before.load);
    return before.power + (next->power - before.power) * f - curve.front().power;
  }
  double most() const { return curve.back().load - curve.front().load; }
};

base::Result<Sweep> read_sweep(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::map<std::string, std::size_t, std::less<>> columns;
  for (const auto name : base::split(base::trim(line), ',')) columns.emplace(name, columns.size());
  for (const auto* name : {"cpu_name", "load_type", "cpu_load", "rapl_energy", "duration"})
    if (!columns.contains(name))
      return base::Error::invalid(base::format("{}: has no column '{}'", path.string(), name));
  Sweep sweep;
  sweep.file = path.stem().string();
  for (int number = 2; std::getline(file, line); ++number) {
    const auto fields = base::split(base::trim(line), ',');
    if (fields.size() != columns.size())
      return base::Error::invalid(
          base::format("{}:{}: {} fields, and the head has {}", path.string(), number, fields.size(), columns.size()));
    const auto value = [&](const char* name) { return base::to_double(fields[columns.at(name)]); };
    const auto load = value("cpu_load"), energy = value("rapl_energy"), duration = value("duration");
    if (!load || !energy || !duration || *duration <= 0)
      return base::Error::invalid(base::format("{}:{}: no numbers of load, energy and time", path.string(), number));
    sweep.cpu = fields[columns.at("cpu_name")], sweep.kind = fields[columns.at("load_type")];
    sweep.curve.push_back({*load / 100, Joules(*energy * kJoulesPerKwh) / Seconds(*duration)});
  }
  if (sweep.curve.size() < 3) return base::Error::invalid(base::format("{}: fewer than 3 rows", path.string()));
  std::ranges::sort(sweep.curve, {}, &Point::load);
  return sweep;
}

struct Errors {
  std::vector<double> values;
  void add(double charged, double truth) { values.push_back(std::abs(charged / truth - 1)); }
  std::string text() {
    std::ranges::sort(values);
    double sum = 0;
    for (const double value : values) sum += value;
    return base::format("{:.1f} | {:.1f}", sum / static_cast<double>(values.size()) * 100,
                        values[values.size() * 95 / 100] * 100);
  }
};

std::string two_jobs(const Sweep& sweep) {
  Errors ours, utilisation, share;
  constexpr double kStep = 0.1;
  for (double a = kStep; a < sweep.most(); a += kStep)
    for (double b = kStep; a + b <= sweep.most() + 1e-9; b += kStep) {
      const double truth = (sweep.rise(a) + (sweep.rise(a + b) - sweep.rise(b))).value() / 2;
      const auto idle = sweep.curve.front().power;
      const auto energy = (idle + sweep.rise(a + b)) * Seconds(1);
      const auto charges = attribution::attribute({.energy = energy,
                                                   .duration = Seconds(1),
                                                   .baseline = idle,
                                                   .busy = Seconds(a + b),
                                                   .workloads = {{.cpu = Seconds(a)}, {.cpu = Seconds(b)}}});
      ours.add(charges.workloads[0].above_idle.value(), truth);
      utilisation.add(energy.value() * a, truth);
      share.add(energy.value() * a / (a + b), truth);
    }
  return base::format("| {} | {} | {} | {} | {} |\n", sweep.file, ours.values.size(), ours.text(), utilisation.text(),
                      share.text());
}

base::Result<std::string> estimate(const Sweep& sweep) {
  FFWATT_TRY(const auto families, power_sources::parse_cpu_families(power_sources::cpu_families_text()));
  const auto family = power_sources::find_family(families, {.model = sweep.cpu, .id = {}});
  if (!family) return base::format("| {} | not in the table of CPU families | | | |\n", sweep.file);
  // The machines' memory is not told; a server of this kind has 2 GB a thread.
  const power_sources::ServerPower server({.chips = 1,
                                           .tdp = family->tdp,
                                           .memory = units::Bytes(family->threads_per_chip * 2e9),
                                           .year = family->year,
                                           .threads_per_chip = static_cast<double>(family->threads_per_chip)});
  std::string text;
  Errors errors;
  for (const auto& point : sweep.curve) {
    const double load = point.load - sweep.curve.front().load;
    if (load < 0.05) continue;
    const auto stated = server.at(load) - server.idle(), measured = sweep.rise(load) * kWall;
    errors.add(stated.value(), measured.value());
    if (std::abs(load - 0.3) < 0.06 || load > 0.95)
      text += base::format("{}{:.0f} %: {:.0f} of {:.0f} W", text.empty() ? "" : ", ", load * 100, stated.value(),
                           measured.value());
  }
  return base::format("| {} | {} | {} | {} |\n", sweep.file, family->name, errors.text(), text);
}

}  // namespace

base::Result<std::string> replay(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  if (files.empty())
    return base::Error::absent(base::format("{}: no load sweep (*.csv) in it: name a folder of some", folder.string()));
  std::ranges::sort(files);
  std::string jobs =
      "Two jobs on real machines, error % against the mean of both orders of arrival:\n\n"
      "| sweep | pairs | ours mean | p95 | power × utilisation mean | p95 | total × share mean | p95 |\n"
      "|---|---|---|---|---|---|---|---|\n";
  std::string estimates =
      "\nThe estimate above idle, error % against the package's counter × 1.17:\n\n"
      "| sweep | family | mean | p95 | stated of measured |\n|---|---|---|---|---|\n";
  for (const auto& file : files) {
    FFWATT_TRY(const auto sweep, read_sweep(file));
    jobs += two_jobs(sweep);
    FFWATT_TRY(const auto line, estimate(sweep));
    estimates += line;
  }
  return jobs + estimates + "\n";
}

}  // namespace truth
