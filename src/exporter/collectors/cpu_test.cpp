#include "exporter/collectors/collector_for_tests.h"

namespace exporter {
namespace {

using testing::HasSubstr;
using testing::Not;

class CpuCollector : public CollectorTest {
 protected:
  CpuCollector() {
    machine.folder.write("proc/stat", "cpu  100 0 50 800 0 0 0 50 0 0\ncpu0 100 0 50 800 0 0 0 50 0 0\n");
    machine.folder.write("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n");
    machine.folder.write("proc/pressure/memory",
                         "some avg10=0.00 avg60=0.00 avg300=0.00 total=7000000\n"
                         "full avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n");
    collector = open_cpu(world());
  }
};

TEST_F(CpuCollector, ShowsTheKernelsTotals) {
  const auto text = page();
  EXPECT_EQ(fault, "");
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_cpu_seconds_total{state="busy"})", "1.5")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_cpu_seconds_total{state="idle"})", "8")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_cpu_seconds_total{state="steal"})", "0.5")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_pressure_seconds_total{resource="cpu",tasks="some"})", "2.5")));
  EXPECT_THAT(text, HasSubstr(line(R"(ffwatt_pressure_seconds_total{resource="memory",tasks="full"})", "3")));
  EXPECT_THAT(text, Not(HasSubstr(R"(resource="io")"))) << "a kernel that does not tell has no series";
}

TEST_F(CpuCollector, AnotherScrapeChangesNoCounter) { EXPECT_EQ(page(), page()); }

TEST_F(CpuCollector, AFileThatVanishesTakesItsSeriesAlongAndLeavesTheOthers) {
  (void)page();
  std::filesystem::remove(machine.folder / "proc/pressure/memory");
  EXPECT_THAT(page(), Not(HasSubstr(R"(resource="memory")")));
  EXPECT_EQ(fault, "");
  std::filesystem::remove(machine.folder / "proc/stat");
  const auto text = page();
  EXPECT_THAT(text, Not(HasSubstr("ffwatt_cpu_seconds_total{")));
  EXPECT_THAT(text, HasSubstr(R"(ffwatt_pressure_seconds_total{resource="cpu",tasks="some"} 2.5)"));
  EXPECT_THAT(fault, HasSubstr("proc/stat"));
}

TEST_F(CpuCollector, APressureThatIsNoNumberIsAFaultAndNotAZero) {
  machine.folder.write("proc/pressure/cpu", "some avg10=0.00 total=many\n");
  const auto text = page();
  EXPECT_THAT(text, Not(HasSubstr(R"(resource="cpu")")));
  EXPECT_THAT(text, HasSubstr(R"(resource="memory")"));
  EXPECT_THAT(fault, HasSubstr("total=many"));
}

}  // namespace
}  // namespace exporter
