// cpu: what the processors did, from /proc/stat, and how long tasks waited, from /proc/pressure. Both are totals that
// the kernel keeps and microseconds to read, so a scrape reads them. A kernel without pressure (built or started
// without PSI) has no such series.
#include <charconv>

#include "base/format.h"
#include "base/text.h"
#include "exporter/collector.h"
#include "exporter/series.h"
#include "os/machine.h"

namespace exporter {
namespace {

// "some avg10=0.00 avg60=0.00 avg300=0.00 total=123": microseconds (Documentation/accounting/psi.rst of Linux).
std::optional<units::Seconds> total_of(std::string_view line) {
  const auto at = line.find(" total=");
  if (at == line.npos) return std::nullopt;
  const auto digits = base::trim(line.substr(at + 7));
  std::uint64_t microseconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), microseconds);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return units::Seconds(static_cast<double>(microseconds) / 1e6);
}

class Cpu final : public Collector {
 public:
  explicit Cpu(const World& world) : world_(world) {}

  base::Result<void> collect(metrics::Registry& registry) override {
    std::vector<std::string> faults;
    const auto cpu = os::machine_cpu(world_.host.files, world_.host.root);
    if (cpu) {
      time_.follow(registry, {"busy"}, cpu->total.busy.value());
      time_.follow(registry, {"idle"}, cpu->total.idle.value());
      time_.follow(registry, {"steal"}, cpu->total.steal.value());
    } else {
      faults.push_back(cpu.error().text());
    }
    for (const std::string resource : {"cpu", "io", "memory"}) show_pressure(registry, resource, faults);
    time_.sweep(registry);
    pressure_.sweep(registry);
    if (!faults.empty()) return base::Error::failed(base::join(faults, "; "));
    return {};
  }

 private:
  void show_pressure(metrics::Registry& registry, const std::string& resource, std::vector<std::string>& faults) {
    const auto path = world_.host.root.path("/proc/pressure/" + resource);
    const auto text = world_.host.files.read(path);
    // Where PSI is off the file is missing, or reading it is refused (EOPNOTSUPP).
    if (!text) return;
    for (const auto line : base::split(base::trim(*text), '\n')) {
      const auto tasks = std::string(line.substr(0, line.find(' ')));
      const auto total = total_of(line);
      if ((tasks != "some" && tasks != "full") || !total) {
        faults.push_back(
            base::format("{}: '{}' is no line of pressure; is this a kernel's file?", path.string(), line));
        return;
      }
      pressure_.follow(registry, {resource, tasks}, total->value());
    }
  }

  const World world_;
  Series<1> time_{metrics::Name::cpu_seconds, {"state"}};
  Series<2> pressure_{metrics::Name::pressure, {"resource", "tasks"}};
};

}  // namespace

std::unique_ptr<Collector> open_cpu(const World& world) { return std::make_unique<Cpu>(world); }

}  // namespace exporter
