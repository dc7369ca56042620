#include <gmock/gmock.h>

#include "base/text.h"
#include "exporter/collector.h"
#include "exporter/machine_for_tests.h"
#include "meter/remote_meter.h"
#include "meter/service.h"

namespace exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kPackage0 =
    R"({node="epyc-2s",quality="measured",scope="package",socket="0",source="powercap",zone="package-0"})";
constexpr auto kPackage1 =
    R"({node="epyc-2s",quality="measured",scope="package",socket="1",source="powercap",zone="package-1"})";
constexpr auto kModel =
    R"({node="vm-2cpu",quality="estimated",scope="machine",socket="",source="model",zone="machine"})";

class PowerCollector : public testing::Test {
 protected:
  // The machines of the fixtures have the names of their folders.
  void open(std::string_view fixture) {
    machine.emplace(fixture);
    options.calibration = machine->folder / "calibration.json";
    node = fixture;
  }
  void start() { collector = open_power({machine->host, node, *log, {}, options}); }
  void two_packages() {
    open("epyc-2s");
    machine->add_zone("intel-rapl:0", "package-0", "5000000");
    machine->add_zone("intel-rapl:1", "package-1", "90000000");
  }
  std::string page() {
    const auto done = collector->collect(registry);
    fault = done ? "" : done.error().text();
    return "\n" + registry.text();
  }
  static std::string line(std::string_view name, std::string_view labels, std::string_view value) {
    return base::format("\n{}{} {}\n", name, labels, value);
  }
  static std::string energy(std::string_view labels, std::string_view value) {
    return line("ffwatt_node_energy_joules_total", labels, value);
  }
  static std::string watts(std::string_view labels, std::string_view value) {
    return line("ffwatt_node_power_watts", labels, value);
  }

  std::unique_ptr<base::Log> log = base::silent_log();
  meter::MeterOptions options;
  std::optional<Machine> machine;
  std::string node, fault;
  metrics::Registry registry;
  std::unique_ptr<Collector> collector;
};

TEST_F(PowerCollector, EachPackageIsACounterFromZeroAndHasNoPowerBeforeItsFirstInterval) {
  two_packages();
  start();
  const auto shown = page();
  EXPECT_EQ(fault, "");
  EXPECT_THAT(shown, HasSubstr(energy(kPackage0, "0")));
  EXPECT_THAT(shown, HasSubstr(energy(kPackage1, "0")));
  EXPECT_THAT(shown, Not(HasSubstr("ffwatt_node_power_watts{")));
}

TEST_F(PowerCollector, JoulesAndWattsAreThoseOfTheCounter) {
  two_packages();
  start();
  machine->set_counter("intel-rapl:0", "55000000");
  machine->set_counter("intel-rapl:1", "210000000");
  machine->pass_a_second();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr(energy(kPackage0, "50")));
  EXPECT_THAT(shown, HasSubstr(watts(kPackage0, "50")));
  EXPECT_THAT(shown, HasSubstr(energy(kPackage1, "120")));
  EXPECT_THAT(shown, HasSubstr(watts(kPackage1, "120")));
}

TEST_F(PowerCollector, TheIdlePowerIsShownWhereItIsKnown) {
  two_packages();
  machine->folder.write("calibration.json",
                        R"({"schema":"ffwatt.calibration/1","zones":[{"zone":"/sys/class/powercap/intel-rapl:0",)"
                        R"("source":"powercap","idle":{"watts":40,"ci95":[39,41],"at":"2026-01-01T00:00:00Z",)"
                        R"("window_seconds":60}}]})");
  start();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr(line("ffwatt_node_idle_baseline_watts", kPackage0, "40")));
  EXPECT_THAT(shown, Not(HasSubstr(line("ffwatt_node_idle_baseline_watts", kPackage1, "40"))));
  EXPECT_THAT(shown, HasSubstr("\nffwatt_meter_cpu_seconds_total "));
}

TEST_F(PowerCollector, AJobIsShownWithItsPartsWhileItRuns) {
  open("vm-2cpu");
  options.socket = machine->folder / "meter.sock";
  start();
  os::RealHost own;  // a socket's patience is real time
  auto remote = meter::RemoteMeter::connect(own.host(), *options.socket);
  ASSERT_TRUE(remote) << remote.error().text();
  const auto handle = (*remote)->begin({.name = "0192-job", .control_group = {}});
  machine->clock.advance(units::Seconds(1));
  const auto other = (*remote)->begin({.name = "0193-job", .control_group = {}});  // a boundary read
  EXPECT_THAT(page(), HasSubstr("ffwatt_job_energy_joules_total{job_id=\"0192-job\",part=\"idle_share\""));
  (*remote)->end(handle, units::Seconds(0));
  (*remote)->end(other, units::Seconds(0));
  EXPECT_THAT(page(), HasSubstr("job_id=\"0192-job\"")) << "no scraper misses its last value";
  EXPECT_THAT(page(), Not(HasSubstr("job_id=\"0193-job\""))) << "it was too short to be known";
}

TEST_F(PowerCollector, WhereAnotherMeterRunsItSaysSoAndTakesOverLater) {
  open("vm-2cpu");
  options.socket = machine->folder / "meter.sock";
  auto other = meter::Service::start(machine->host, {}, options, *log);
  ASSERT_TRUE(other);
  start();
  page();
  EXPECT_THAT(fault, HasSubstr("a meter of this machine runs already"));
  other->reset();
  machine->clock.advance(units::Seconds(11));
  EXPECT_THAT(page(), HasSubstr("ffwatt_node_energy_joules_total{"));
  EXPECT_EQ(fault, "");
}

TEST_F(PowerCollector, AnyNumberOfScrapersSeesTheSameJoules) {
  two_packages();
  start();
  machine->set_counter("intel-rapl:0", "55000000");
  machine->pass_a_second();
  const auto once = page();
  EXPECT_EQ(page(), once);
  machine->set_counter("intel-rapl:0", "75000000");
  EXPECT_EQ(page(), once) << "a scrape reads no sensor";
  machine->pass_a_second();
  EXPECT_THAT(page(), HasSubstr(energy(kPackage0, "70")));
}

TEST_F(PowerCollector, ACounterThatWrapsLosesNoEnergy) {
  two_packages();
  machine->set_counter("intel-rapl:0", "262133328850");
  start();
  page();
  machine->set_counter("intel-rapl:0", "15000000");
  machine->pass_a_second();
  EXPECT_THAT(page(), HasSubstr(energy(kPackage0, "25")));
}

TEST_F(PowerCollector, ARestartedCounterIsAGapAndADroppedSample) {
  two_packages();
  machine->set_counter("intel-rapl:0", "90000000000");
  start();
  machine->set_counter("intel-rapl:0", "1000000");
  machine->pass_a_second();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr(energy(kPackage0, "0")));
  EXPECT_THAT(shown, HasSubstr(line("ffwatt_energy_gap_seconds_total", kPackage0, "1")));
  EXPECT_THAT(shown, HasSubstr("\nffwatt_energy_samples_dropped_total{reason=\"reset\"} 1\n"));
  EXPECT_THAT(shown, Not(HasSubstr(watts(kPackage0, "0")))) << "unknown is never zero";
}

TEST_F(PowerCollector, AZoneThatCannotBeReadKeepsItsJoulesLosesItsWattsAndSilencesNoOther) {
  two_packages();
  start();
  machine->set_counter("intel-rapl:0", "55000000");
  machine->pass_a_second();
  page();
  machine->set_counter("intel-rapl:0", "nonsense");
  machine->set_counter("intel-rapl:1", "120000000");
  machine->pass_a_second();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr(energy(kPackage0, "50")));
  EXPECT_THAT(shown, Not(HasSubstr(base::format("ffwatt_node_power_watts{}", kPackage0))));
  EXPECT_THAT(shown, HasSubstr(watts(kPackage1, "30")));
  EXPECT_THAT(shown, HasSubstr("\nffwatt_energy_source_up{scope=\"package\",source=\"powercap\"} 0\n"));
  EXPECT_THAT(shown, HasSubstr("\nffwatt_energy_samples_dropped_total{reason=\"unreadable\"} 1\n"));

  machine->set_counter("intel-rapl:0", "75000000");
  machine->pass_a_second();
  const auto again = page();
  EXPECT_THAT(again, HasSubstr(energy(kPackage0, "70"))) << "its counter went on meanwhile";
  EXPECT_THAT(again, HasSubstr(watts(kPackage0, "10")));
  EXPECT_THAT(again, HasSubstr("\nffwatt_energy_source_up{scope=\"package\",source=\"powercap\"} 1\n"));
}

TEST_F(PowerCollector, APartOfAPackageIsNotShownBesideIt) {
  two_packages();
  machine->add_zone("intel-rapl:0:0", "core", "1000000");
  start();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr(energy(kPackage0, "0")));
  EXPECT_THAT(shown, Not(HasSubstr("zone=\"core\"")));
}

// Two sockets of 50 W with 25 W of them in the cores, 5 W of memory each, and one package seen through a second driver:
// whoever adds up what has the scope of a package, or of memory, or all, gets what the machine took.
TEST_F(PowerCollector, WithCoresMemoryAndTwinsEveryJouleOfTwoSocketsIsShownOnce) {
  open("epyc-2s");
  const std::vector<std::tuple<std::string, std::string, int>> zones = {
      {"intel-rapl:0", "package-0", 50},     {"intel-rapl:0:0", "core", 25}, {"intel-rapl:0:1", "dram", 5},
      {"intel-rapl:1", "package-1", 50},     {"intel-rapl:1:0", "core", 25}, {"intel-rapl:1:1", "dram", 5},
      {"intel-rapl-mmio:0", "package-0", 50}};
  for (const auto& [path, name, joules] : zones) machine->add_zone(path, name, "7000000");
  start();
  for (const auto& [path, name, joules] : zones)
    machine->set_counter(path, base::format("{}", 7000000 + joules * 1000000));
  machine->pass_a_second();
  const auto shown = page();
  const auto sum_of = [&](std::string_view label) {
    double sum = 0;
    for (const auto row : base::split(shown, '\n'))
      if (row.starts_with("ffwatt_node_energy_joules_total{") && row.find(label) != row.npos)
        sum += base::to_double(row.substr(row.rfind(' ') + 1)).value_or(1e9);
    return sum;
  };
  EXPECT_DOUBLE_EQ(sum_of("scope=\"package\""), 100);
  EXPECT_DOUBLE_EQ(sum_of("scope=\"dram\""), 10);
  EXPECT_DOUBLE_EQ(sum_of("socket=\"0\""), 55);
  EXPECT_DOUBLE_EQ(sum_of("{"), 110);
}

TEST_F(PowerCollector, TwoDiesThatShowOneCounterAreOneSeries) {
  open("epyc-2s");
  machine->add_zone("intel-rapl:0", "package-0-die-0", "5000000");
  machine->add_zone("intel-rapl:1", "package-0-die-1", "5000000");
  start();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr("zone=\"package-0-die-0\"} 0\n"));
  EXPECT_THAT(shown, Not(HasSubstr("zone=\"package-0-die-1\"")));

  // They may turn out to be two later: then both have been counted from the start.
  machine->set_counter("intel-rapl:1", "150000000");
  machine->pass_a_second();
  EXPECT_THAT(page(), HasSubstr("zone=\"package-0-die-1\"} 145\n"));
}

TEST_F(PowerCollector, ZonesOfOneNameAreToldApartByTheirPaths) {
  open("epyc-2s");
  machine->add_zone("intel-rapl:0", "package-0", "5000000");
  machine->add_zone("intel-rapl:1", "package-0", "150000000");
  start();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr("zone=\"/sys/class/powercap/intel-rapl:0\"} 0\n"));
  EXPECT_THAT(shown, HasSubstr("zone=\"/sys/class/powercap/intel-rapl:1\"} 0\n"));
}

TEST_F(PowerCollector, TheInfoSeriesSaysWhichSourceIsUsedAndWhyOthersAreNot) {
  two_packages();
  start();
  const auto shown = page();
  EXPECT_THAT(shown, HasSubstr("ffwatt_energy_source_info{reason=\"package-0, package-1\",scope=\"package\","
                               "source=\"powercap\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("ffwatt_energy_source_info{reason=\"not needed: powercap measures\",scope=\"\","
                               "source=\"model\"} 1\n"));
  EXPECT_THAT(shown, Not(HasSubstr("quality=\"estimated\"")));
}

TEST_F(PowerCollector, AnEstimateIsASeriesOfItsOwnWhereNothingMeasures) {
  open("vm-2cpu");
  start();
  EXPECT_THAT(page(), HasSubstr(energy(kModel, "0")));
  machine->pass_a_second();
  const auto shown = page();
  EXPECT_THAT(shown, Not(HasSubstr(energy(kModel, "0"))));
  EXPECT_THAT(shown, HasSubstr(base::format("\nffwatt_node_power_watts{}", kModel)));
  EXPECT_THAT(shown, Not(HasSubstr("quality=\"measured\"")));
  EXPECT_THAT(shown, HasSubstr("scope=\"\",source=\"powercap\"} 1\n"));
}

TEST_F(PowerCollector, WhereThereIsNothingToReadThereIsNoEnergyButTheReason) {
  open("vm-2cpu");
  std::filesystem::remove(machine->folder / "proc/stat");
  start();
  const auto shown = page();
  EXPECT_EQ(fault, "") << "a machine without a sensor is no fault";
  EXPECT_THAT(shown, Not(HasSubstr("ffwatt_node_energy_joules_total{")));
  EXPECT_THAT(shown, Not(HasSubstr("ffwatt_energy_source_up{")));
  EXPECT_THAT(shown, HasSubstr("source=\"powercap\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("source=\"model\"} 1\n"));
}

}  // namespace
}  // namespace exporter
