#include "exporter/page.h"

#include <gmock/gmock.h>

#include "exporter/program.h"
#include "os_testing/manual_clock.h"

namespace exporter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Takes half a second, counts its collections as joules, and fails where it is told to.
class Fake final : public Collector {
 public:
  Fake(os_testing::ManualClock& clock, std::string& fault) : clock_(clock), fault_(fault) {}
  base::Result<void> collect(metrics::Registry& registry) override {
    clock_.advance(units::Seconds(0.5));
    if (!fault_.empty()) return base::Error::failed(fault_);
    registry.increment(metrics::Name::node_energy, {});
    return {};
  }

 private:
  os_testing::ManualClock& clock_;
  std::string& fault_;
};

class LogLines final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view message, std::initializer_list<base::LogField> fields) override {
    lines.push_back(base::log_line(message, fields));
  }
  std::vector<std::string> lines;
};

class AnExporterPage : public testing::Test {
 protected:
  AnExporterPage() {
    std::vector<Named> collectors;
    collectors.push_back({"first", std::make_unique<Fake>(clock, first_fault)});
    collectors.push_back({"second", std::make_unique<Fake>(clock, second_fault)});
    page.emplace(clock, std::move(collectors), log);
  }
  os_testing::ManualClock clock;
  LogLines log;
  std::string first_fault, second_fault;
  std::optional<Page> page;
};

TEST_F(AnExporterPage, EveryCollectorIsTimedAndSaysWhetherItSucceeded) {
  const auto text = page->text();
  for (const auto* name : {"first", "second"}) {
    EXPECT_THAT(text, HasSubstr(std::string("ffwatt_collector_success{collector=\"") + name + "\"} 1\n"));
    EXPECT_THAT(text,
                HasSubstr(std::string("ffwatt_collector_duration_seconds_sum{collector=\"") + name + "\"} 0.5\n"));
  }
  EXPECT_THAT(page->faults(), IsEmpty());
}

TEST_F(AnExporterPage, AFailingCollectorSilencesNoOther) {
  first_fault = "the sensor is gone";
  const auto text = page->text();
  EXPECT_THAT(text, HasSubstr("ffwatt_collector_success{collector=\"first\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("ffwatt_collector_success{collector=\"second\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("ffwatt_node_energy_joules_total 1\n"));
  EXPECT_THAT(page->faults(), ElementsAre("first: the sensor is gone"));
}

TEST_F(AnExporterPage, AFaultIsLoggedWhenItBeginsAndWhenItEnds) {
  second_fault = "busy";
  for (int i = 0; i < 3; ++i) page->text();
  second_fault = "";
  for (int i = 0; i < 3; ++i) page->text();
  EXPECT_THAT(log.lines, ElementsAre(R"(a collector fails collector=second why=busy)",
                                     R"(a collector works again collector=second)"));
}

TEST(Collectors, AnUnknownNameIsRefusedWithTheNearestOne) {
  os::RealHost real;
  const auto opened = open_collectors({real.host(), "here", *base::silent_log()}, {"powr"});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(opened.error().text(), HasSubstr("Did you mean 'power'"));
  EXPECT_FALSE(open_collectors({real.host(), "here", *base::silent_log()}, {}).ok());
}

TEST(Collectors, ANameThatIsGivenTwiceIsOpenedOnce) {
  os::RealHost real;
  const auto opened = open_collectors({real.host(), "here", *base::silent_log()}, {"power", "power"});
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->size(), 1u);
}

TEST(PageUrl, IsOneThatAPersonCanOpen) {
  EXPECT_EQ(page_url("::", 9500), "http://localhost:9500/metrics");
  EXPECT_EQ(page_url("0.0.0.0", 1), "http://localhost:1/metrics");
  EXPECT_EQ(page_url("localhost", 1), "http://localhost:1/metrics");
  EXPECT_EQ(page_url("::1", 80), "http://[::1]:80/metrics");
  EXPECT_EQ(page_url("192.0.2.7", 80), "http://192.0.2.7:80/metrics");
}

}  // namespace
}  // namespace exporter
