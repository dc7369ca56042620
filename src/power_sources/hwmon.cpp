// hwmon: the sensors of the board, of some processors and of GPUs in /sys/class/hwmon, as far as it is known what they
// measure (hwmon_chips.h). Energy counters are preferred to gauges of the same thing. Units as in
// Documentation/hwmon/sysfs-interface.rst: energyN_input µJ, powerN_… µW, inN_input mV, currN_input mA.
#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "os/machine.h"
#include "power_sources/counters.h"
#include "power_sources/hwmon_chips.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using Kind = power::Zone::Kind;

constexpr std::string_view kFolder = "/sys/class/hwmon";
constexpr double kMicro = 1e-6;
// A limit outside of these is a placeholder of the firmware.
constexpr units::Watts kLeastLimit{1}, kMostLimit{20'000};

// The held files of one zone: a counter, a gauge, or a voltage and a current.
struct Probe {
  std::unique_ptr<os::HeldFile> file, current;
  double low_factor = 1, high_factor = 1;

  base::Result<power::Reading> read(const os::Clock& clock, Kind kind) {
    const auto before = clock.boot();
    FFWATT_TRY(auto reading, look(clock, *file));
    double microwatts = static_cast<double>(reading.raw);
    if (current) {
      FFWATT_TRY(const auto milliamperes, read_number(*current));
      microwatts *= static_cast<double>(milliamperes);
      reading.half_width = (clock.boot() - before) / 2.0;
      reading.at = before + reading.half_width;
    }
    if (kind == Kind::gauge) reading.power = units::Watts(microwatts * kMicro), reading.raw = 0;
    reading.low_factor = low_factor, reading.high_factor = high_factor;
    return reading;
  }
};

class Hwmon final : public power::Source {
 public:
  Hwmon(std::vector<power::Zone> zones, std::vector<Probe> probes)
      : zones_(std::move(zones)), probes_(std::move(probes)) {}
  std::string_view name() const override { return "hwmon"; }
  std::span<const power::Zone> zones() const override { return zones_; }

  void read(const os::Clock& clock, power::Readings& out) override {
    read_each(
        zones_, [&](std::size_t i) { return probes_[i].read(clock, zones_[i].kind); }, out);
  }

 private:
  std::vector<power::Zone> zones_;
  std::vector<Probe> probes_;
};

// One folder hwmonN, read once at opening.
class Chip {
 public:
  Chip(os::Host& host, std::string folder) : host_(host), folder_(std::move(folder)), name_(text("name").value_or("")) {
    if (auto files = host_.files.list(host_.root.path(path("")))) files_ = *std::move(files);
  }

  const std::string& name() const { return name_; }
  std::string path(std::string_view file) const {
    return file.empty() ? base::format("{}/{}", kFolder, folder_) : base::format("{}/{}/{}", kFolder, folder_, file);
  }
  bool has(const std::string& file) const { return std::ranges::binary_search(files_, file); }
  std::optional<std::string> text(const std::string& file) const {
    const auto content = host_.files.read(host_.root.path(path(file)), 4096);
    return content ? std::optional<std::string>(base::trim(*content)) : std::nullopt;
  }
  // What a zone of this chip is known by, over reboots: the device that it belongs to and the driver's name, never
  // hwmonN, which depends on the order in which drivers came. No file of that name need exist.
  std::string key() const {
    const auto device = host_.files.real_path(host_.root.path(path("device")));
    const auto sys = host_.files.real_path(host_.root.path("/sys"));
    if (device && sys) {
      const auto inside = device->lexically_relative(*sys);
      if (!inside.empty() && *inside.begin() != "..") return base::format("/sys/{}/{}", inside.string(), name_);
    }
    const auto link = host_.files.link_target(host_.root.path(path("device")));
    return link ? base::format("{}/{}/{}", kFolder, link->filename().string(), name_)
                : base::format("{}/{}", kFolder, name_);
  }
  // "amdgpu 0000:03:00.0": by the device, since hwmonN depends on the order in which drivers came.
  std::string title() const {
    const auto device = host_.files.link_target(host_.root.path(path("device")));
    return base::format("{} {}", name_, device ? device->filename().string() : folder_);
  }

  // The files that tell energy or power, energy first: what comes first is used for its scope.
  struct Channel {
    Sensor::Kind kind;
    std::string stem, file, current;
  };
  std::vector<Channel> channels() const {
    std::vector<Channel> result;
    for (const auto& file : files_)
      if (file.starts_with("energy") && file.ends_with("_input"))
        result.push_back({Sensor::Kind::energy, stem(file), file, {}});
    for (const auto& file : files_) {
      if (!file.starts_with("power")) continue;
      // power_meter has the mean only; where both are there, the mean misses no peak between two looks.
      const bool mean = file.ends_with("_average");
      if (mean || (file.ends_with("_input") && !has(stem(file) + "_average")))
        result.push_back({Sensor::Kind::power, stem(file), file, {}});
    }
    for (const auto& file : files_) {
      if (!file.starts_with("in") || !file.ends_with("_input") || name_ != "ina3221") continue;
      const auto current = "curr" + stem(file).substr(2) + "_input";
      if (has(current)) result.push_back({Sensor::Kind::power, stem(file), file, current});
    }
    return result;
  }
  std::string label(const Channel& channel) const {
    if (const auto own = text(channel.stem + "_label")) return *own;
    return text("label").value_or("");
  }
  units::Watts limit(const Channel& channel) const {
    const auto power = "power" + channel.stem.substr(channel.stem.find_first_of("0123456789"));
    units::Watts most{0};
    for (const auto* end : {"_cap_max", "_cap", "_rated_max"}) {
      const auto content = text(power + end);
      const auto microwatts = content ? base::to_unsigned(*content) : std::nullopt;
      if (!microwatts) continue;
      const units::Watts watts(static_cast<double>(*microwatts) * kMicro);
      if (watts >= kLeastLimit && watts <= kMostLimit) most = std::max(most, watts);
    }
    return most;
  }
  std::optional<units::Seconds> interval(const Channel& channel) const {
    const auto content = text(channel.stem + "_average_interval");
    const auto milliseconds = content ? base::to_unsigned(*content) : std::nullopt;
    if (!milliseconds || *milliseconds == 0 || *milliseconds > 3'600'000) return std::nullopt;
    return units::Seconds(static_cast<double>(*milliseconds) / 1000);
  }
  // "power1_accuracy" holds "90.0%".
  double error(const Channel& channel) const {
    auto content = text(channel.stem + "_accuracy").value_or("");
    if (content.ends_with('%')) content.pop_back();
    const auto percent = base::to_double(content);
    return percent && *percent > 0 && *percent <= 100 ? 1 - *percent / 100 : 0;
  }

 private:
  static std::string stem(const std::string& file) { return file.substr(0, file.find('_')); }

  os::Host& host_;
  std::string folder_, name_;
  std::vector<std::string> files_;
};

struct Findings {
  std::vector<power::Zone> zones;
  std::vector<Probe> probes;
  std::vector<power::Reading> first;
  std::vector<std::string> faults;
  std::string denied;               // the first file that may not be read
  std::map<std::string, int> keys;  // how many chips have it
};

power::Zone describe(const Chip& chip, const std::string& key, const Chip::Channel& channel, const std::string& label,
                     const Verdict::Use& use) {
  power::Zone zone;
  zone.path = key + "/" + channel.file;
  zone.name = chip.title();
  if (!label.empty()) zone.name += " " + label;
  zone.scope = use.scope, zone.socket = use.socket, zone.tick = use.tick;
  zone.kind = channel.kind == Sensor::Kind::energy ? Kind::counter : Kind::gauge;
  zone.joules_per_unit = kMicro;
  zone.limit = chip.limit(channel);
  if (const auto interval = chip.interval(channel)) zone.tick = *interval;
  if (use.scope == units::Scope::gpu) {
    zone.split = power::Zone::Split::none;
    zone.no_split_reason = base::format("{} does not tell how much of the GPU one process used", chip.name());
  }
  return zone;
}

// Does a zone that is in use already tell this one's energy? Of the machine there is one, of a socket too, and of a
// card's energy and its power.
const power::Zone* told_already(const Findings& found, const power::Zone& zone, const std::string& key) {
  for (const auto& other : found.zones) {
    if (other.scope != zone.scope) continue;
    if (zone.scope == units::Scope::gpu ? other.path.starts_with(key + "/") : other.socket == zone.socket)
      return &other;
  }
  return nullptr;
}

void survey(os::Host& host, const Chip& chip, Findings& found) {
  // Two chips of one name and device, or without a device: told apart by their order, the best that is left.
  auto key = chip.key();
  if (const int twin = ++found.keys[key]; twin > 1) key += base::format("-{}", twin);
  for (const auto& channel : chip.channels()) {
    const auto label = chip.label(channel);
    const auto what = base::format("{} {}", chip.title(), label.empty() ? channel.file : label);
    const auto cap = chip.has(channel.stem + "_cap") ? Sensor::Cap::yes : Sensor::Cap::no;
    const auto verdict = judge({.chip = chip.name(), .label = label, .kind = channel.kind, .cap = cap});
    if (!verdict.use) {
      found.faults.push_back(base::format("{}: {}", what, verdict.why_not));
      continue;
    }
    auto zone = describe(chip, key, channel, label, *verdict.use);
    if (const auto* other = told_already(found, zone, key)) {
      found.faults.push_back(base::format("{}: {} is in use", what, other->name));
      continue;
    }
    const auto fail = [&](const base::Error& error) {
      if (error.kind() == base::ErrorKind::denied && found.denied.empty()) found.denied = chip.path(channel.file);
      found.faults.push_back(base::format("{}: {}", what, error.text()));
    };
    Probe probe;
    auto file = host.files.hold(host.root.path(chip.path(channel.file)));
    if (!file) {
      fail(file.error());
      continue;
    }
    probe.file = *std::move(file);
    if (!channel.current.empty()) {
      auto current = host.files.hold(host.root.path(chip.path(channel.current)));
      if (!current) {
        fail(current.error());
        continue;
      }
      probe.current = *std::move(current);
    }
    const auto error = chip.error(channel);
    probe.low_factor = 1 - error, probe.high_factor = 1 + error;
    const auto first = probe.read(host.clock, zone.kind);
    if (!first) {
      fail(first.error());
      continue;
    }
    found.zones.push_back(std::move(zone));
    found.probes.push_back(std::move(probe));
    found.first.push_back(*first);
  }
}

// Counters of processors and boards at zero, and those inside of a virtual machine, are looked at twice.
void drop_implausible(os::Host& host, Findings& found, bool virtual_machine) {
  const auto suspicious = [&](std::size_t i) {
    const auto& zone = found.zones[i];
    return zone.kind == Kind::counter && zone.scope != units::Scope::gpu &&
           (virtual_machine || found.first[i].raw == 0);
  };
  bool any = false;
  for (std::size_t i = 0; i < found.zones.size(); ++i) any |= suspicious(i);
  if (!any) return;
  // A board's counter moves once in its tick.
  units::Seconds wait = kSecondLook;
  for (std::size_t i = 0; i < found.zones.size(); ++i)
    if (suspicious(i)) wait = std::max(wait, found.zones[i].tick);
  host.clock.sleep_until(host.clock.boot() + wait, {});
  for (std::size_t i = found.zones.size(); i-- > 0;) {
    if (!suspicious(i)) continue;
    const auto why = implausible(found.zones[i], found.first[i], found.probes[i].read(host.clock, Kind::counter));
    if (why.empty()) continue;
    found.faults.push_back(base::format("{}: {}", found.zones[i].name, why));
    const auto at = static_cast<std::ptrdiff_t>(i);
    found.zones.erase(found.zones.begin() + at);
    found.probes.erase(found.probes.begin() + at);
    found.first.erase(found.first.begin() + at);
  }
}

}  // namespace

Attempt open_hwmon(os::Host& host, const Settings&) {
  const auto folders = host.files.list(host.root.path(kFolder));
  if (!folders && folders.error().kind() != base::ErrorKind::absent)
    return refused(base::format("{} cannot be listed: {}", kFolder, folders.error().text()));
  Findings found;
  if (folders)
    for (const auto& folder : *folders) survey(host, Chip(host, folder), found);
  const auto facts = os::machine_facts(host.files, host.root);
  drop_implausible(host, found, facts && facts->virtual_machine);

  if (found.zones.empty()) {
    if (!found.denied.empty())
      return refused(base::format("{} may not be read", found.denied), "sudo chmod a+r " + found.denied);
    if (found.faults.empty()) return refused(base::format("no chip in {} tells energy or power", kFolder));
    return refused(base::format("no sensor can be used: {}", base::join(found.faults, "; ")));
  }
  std::vector<std::string> names;
  for (const auto& zone : found.zones) names.push_back(zone.name);
  auto detail = base::join(names, ", ");
  if (!found.faults.empty()) detail += base::format(" (left out: {})", base::join(found.faults, "; "));
  return {std::make_unique<Hwmon>(std::move(found.zones), std::move(found.probes)), std::move(detail), {}};
}

}  // namespace power_sources
