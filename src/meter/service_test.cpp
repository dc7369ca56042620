// The meter of a machine as a service: what it tells of the nights.
#include "meter/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "base/format.h"
#include "meter/calibration_file.h"
#include "os_testing/manual_clock.h"
#include "os_testing/temporary_folder.h"

namespace meter {
namespace {

using namespace units::literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogLines final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view message, std::initializer_list<base::LogField> fields) override {
    lines.push_back(base::log_line(message, fields));
  }
  std::vector<std::string> lines;
};

// One package of 40 W and 10 W for each of its four CPUs that works, with the /proc/stat of that.
class Package final : public power::Source {
 public:
  Package(os::Path stat, const std::atomic<double>& load) : stat_(std::move(stat)), load_(load) {
    zone_.path = "scripted:0", zone_.name = "package-0", zone_.socket = 0, zone_.range = 1'000'000'000'000;
  }
  std::string_view name() const override { return "scripted"; }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }
  void read(const os::Clock& clock, power::Readings& out) override {
    power::Reading reading;
    reading.at = clock.boot();
    const double seconds = last_ ? (reading.at - *last_).value() : 0;
    last_ = reading.at;
    busy_ += 4 * load_ * seconds, idle_ += 4 * (1 - load_) * seconds;
    joules_ += (40 + 40 * load_) * seconds;
    reading.raw = static_cast<std::uint64_t>(joules_ * 1e6);
    std::fstream(stat_, std::ios::in | std::ios::out | std::ios::binary) << stat(busy_, idle_);
    out.good.push_back(reading);
  }
  // At a fixed width: it is written over in place.
  static std::string stat(double busy, double idle) {
    return base::format("cpu  {:20} 0 0 {:20} 0 0 0 0 0 0\n", static_cast<long>(busy * 100),
                        static_cast<long>(idle * 100));
  }

 private:
  const os::Path stat_;
  const std::atomic<double>& load_;
  power::Zone zone_;
  std::optional<units::BootTime> last_;
  double busy_ = 0, idle_ = 0, joules_ = 1;
};

class ServiceTest : public ::testing::Test {
 protected:
  void start(std::optional<units::Seconds> at = units::Seconds(3 * 3'600)) {
    auto& parts = real_.host();
    host_.emplace(os::Host{clock_, parts.random, parts.root, parts.files, parts.processes, parts.cgroups});
    const auto stat = folder_.write("proc/stat", Package::stat(0, 0));
    std::vector<std::unique_ptr<power::Source>> sources;
    sources.push_back(std::make_unique<Package>(stat, load_));
    MeterOptions options;
    options.calibration = folder_.path() / "calibration.json";
    options.calibrate_at = at;
    auto service = Service::start(*host_, std::move(sources), options, log_);
    ASSERT_TRUE(service) << service.error().text();
    service_ = *std::move(service);
    service_->housekeeping();
  }
  // The sampler meets each of its deadlines.
  void run_for(units::Seconds time) {
    const auto end = clock_.boot() + time;
    while (clock_.await_sleeper() <= end) clock_.advance_to_next_sleeper();
    clock_.advance_to(end);
    service_->housekeeping();
  }
  // The clock on the wall alone moves, so that a day does not take thousands of passes.
  void wall_moves(units::Seconds time) {
    clock_.jump_wall(time);
    service_->housekeeping();
  }
  const attribution::Baseline& kept() {
    calibration_ = load_calibration(real_.host().files, folder_.path() / "calibration.json").value_or({});
    return *calibration_.zones.at(0).baseline;
  }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_{os::Root(folder_.path())};
  os_testing::ManualClock clock_;  // nine in the morning
  std::optional<os::Host> host_;
  std::atomic<double> load_ = 0;
  LogLines log_;
  attribution::Calibration calibration_;
  std::unique_ptr<Service> service_;
};

TEST_F(ServiceTest, TheFirstQuietMinuteAndOneOfEachNightAreToldAndKept) {
  start();
  run_for(30_s);
  EXPECT_THAT(log_.lines, IsEmpty());
  run_for(40_s);
  ASSERT_THAT(log_.lines, ElementsAre(HasSubstr("the idle power of this machine was learned")));
  EXPECT_THAT(log_.lines[0], HasSubstr("package-0 40.0 W (38.9 W to 41.1 W)"));
  EXPECT_NEAR(kept().median.value(), 40, 0.1);
  const auto first = kept().at;

  log_.lines.clear();
  wall_moves(units::Seconds(18 * 3'600));  // a little after three
  EXPECT_THAT(log_.lines, IsEmpty());
  run_for(70_s);
  ASSERT_THAT(log_.lines, ElementsAre(HasSubstr("the idle power of this machine was learned")));
  EXPECT_GT(kept().at - first, units::Seconds(17 * 3'600));
}

TEST_F(ServiceTest, AMachineThatWorksAllNightIsToldWithTheReasonAndWhatIsUsedInstead) {
  start();
  run_for(70_s);
  log_.lines.clear();
  load_ = 0.5;
  run_for(10_s);
  wall_moves(units::Seconds(18 * 3'600));
  run_for(10_s);
  EXPECT_THAT(log_.lines, IsEmpty()) << "it has an hour to come to rest";
  wall_moves(units::Seconds(3'600));
  ASSERT_THAT(log_.lines, ElementsAre(HasSubstr("the idle power of this machine could not be learned")));
  EXPECT_THAT(log_.lines[0], HasSubstr("50.0 % of the CPU time was in use"));
  EXPECT_THAT(log_.lines[0], HasSubstr("0.8 days old"));
  EXPECT_THAT(log_.lines[0], HasSubstr("ffwatt calibrate idle"));
  EXPECT_NEAR(kept().median.value(), 40, 0.1) << "the old one stays";
}

TEST_F(ServiceTest, AMachineThatNeverRestedSaysThatNothingIsKnown) {
  load_ = 0.2;
  start(std::nullopt);
  run_for(70_s);
  wall_moves(units::Seconds(3'600));
  ASSERT_THAT(log_.lines, ElementsAre(HasSubstr("energy above idle is not known")));
  wall_moves(units::Seconds(48 * 3'600));
  EXPECT_THAT(log_.lines, testing::SizeIs(1)) << "no night was asked for";
}

}  // namespace
}  // namespace meter
