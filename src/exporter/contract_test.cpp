// What the exporter shows and what docs/reference/metrics.md promises: the same families with the same labels, so that
// no query can be written that no exporter answers.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "base/text.h"
#include "exporter/collector.h"
#include "exporter/machine_for_tests.h"
#include "exporter/page.h"
#include "exporter/page_server_for_tests.h"
#include "meter/remote_meter.h"

namespace exporter {
namespace {

using Families = std::map<std::string, std::set<std::string>>;  // name → labels

// The rows of the page whose "told by" is `program`.
Families promised(std::string_view program) {
  std::ifstream file(std::string(FFWATT_SOURCE_DIR) + "/docs/reference/metrics.md");
  Families families;
  for (std::string line; std::getline(file, line);) {
    const auto cells = base::split(line, '|');
    if (!line.starts_with("| `ffwatt_") || cells.size() < 6 || base::trim(cells[4]) != program) continue;
    auto& labels = families[std::string(base::trim(cells[1]).substr(1, base::trim(cells[1]).size() - 2))];
    for (const auto label : base::split(cells[3], ','))
      if (!base::trim(label).empty()) labels.emplace(base::trim(label));
  }
  return families;
}

// What the text format says: families by their TYPE line, and the labels of their samples.
Families shown(const std::string& page) {
  Families families;
  std::string family;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) family = line.substr(7, line.find(' ', 7) - 7);
    if (line.starts_with("#")) continue;
    auto& labels = families[family];
    const auto begin = line.find('{'), end = line.rfind('}');
    if (begin == line.npos) continue;
    // A label is what stands before ="; values of this page hold neither commas before a quote nor quotes.
    for (auto at = begin; at < end;) {
      const auto equals = line.find("=\"", at);
      if (equals == line.npos || equals > end) break;
      const auto name = line.substr(at + 1, equals - at - 1);
      if (name != "le") labels.insert(name);
      at = line.find('"', equals + 2) + 1;
    }
  }
  return families;
}

TEST(MetricsContract, ThePageOfTheExporterIsWhatTheReferencePromises) {
  Machine machine("epyc-2s");
  machine.add_zone("intel-rapl:0", "package-0", "5000000");
  machine.add_zone("intel-rapl:1", "package-1", "90000000");
  machine.folder.write("calibration.json",
                       R"({"schema":"ffwatt.calibration/1","zones":[{"zone":"/sys/class/powercap/intel-rapl:0",)"
                       R"("source":"powercap","idle":{"watts":40,"ci95":[39,41],"at":"2026-01-01T00:00:00Z",)"
                       R"("window_seconds":60}},{"zone":"/sys/class/powercap/intel-rapl:1",)"
                       R"("source":"powercap","idle":{"watts":40,"ci95":[39,41],"at":"2026-01-01T00:00:00Z",)"
                       R"("window_seconds":60}}]})");
  meter::MeterOptions options;
  options.calibration = machine.folder / "calibration.json";
  options.socket = machine.folder / "meter.sock";
  machine.folder.write("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
  machine.folder.write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  const auto group = "sys/fs/cgroup/docker-" + std::string(64, 'a') + ".scope/";
  machine.folder.write(group + "cpu.stat", "usage_usec 5\n");
  machine.folder.write(group + "memory.current", "4096\n");
  const auto log = base::silent_log();
  PageServer others(*log);
  others.put("/stat", read_file(std::string(FFWATT_SOURCE_DIR) + "/tests/fixtures/nginx_stat/live.xml"));
  others.put("/metrics", "up 1\n");
  const Subjects subjects{others.url("/stat"), {}, {{"other", others.url("/metrics"), "up"}}};
  std::vector<std::string> names;
  for (const auto& known : known_collectors()) names.push_back(known.name);
  auto collectors = open_collectors({machine.host, "epyc-2s", *log, {}, options, subjects}, names);
  ASSERT_TRUE(collectors) << collectors.error().text();
  Page page(machine.clock, *std::move(collectors), *log);

  // A job that runs while both counters count.
  os::RealHost own;  // a socket's patience is real time
  auto remote = meter::RemoteMeter::connect(own.host(), *options.socket);
  ASSERT_TRUE(remote) << remote.error().text();
  (*remote)->begin({.name = "0192-job", .control_group = {}});
  machine.set_counter("intel-rapl:0", "55000000");
  machine.set_counter("intel-rapl:1", "210000000");
  machine.clock.advance(units::Seconds(1));
  (*remote)->begin({.name = "0193-job", .control_group = {}});  // a boundary read
  // What has a thread of its own is there by and by: those ask our server over a real connection.
  const auto deadline = own.host().clock.boot() + units::Seconds(30);
  while (shown(page.text()) != promised("exporter") && own.host().clock.boot() < deadline) std::this_thread::yield();
  EXPECT_EQ(shown(page.text()), promised("exporter"));
}

}  // namespace
}  // namespace exporter
