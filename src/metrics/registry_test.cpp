#include "metrics/registry.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace metrics {
namespace {

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

TEST(Registry, APageWithoutSeriesIsEmpty) { EXPECT_EQ(Registry().text(), ""); }

TEST(Registry, CountersAddUpBySeries) {
  Registry registry;
  registry.increment(Name::jobs_submitted, {{"queue", "live"}});
  registry.increment(Name::jobs_submitted, {{"queue", "live"}}, 2);
  registry.increment(Name::jobs_submitted, {{"queue", "batch"}});
  EXPECT_EQ(registry.text(),
            "# HELP ffwatt_jobs_submitted_total Jobs accepted, by queue\n"
            "# TYPE ffwatt_jobs_submitted_total counter\n"
            "ffwatt_jobs_submitted_total{queue=\"batch\"} 1\n"
            "ffwatt_jobs_submitted_total{queue=\"live\"} 3\n");
}

TEST(Registry, ACounterIncrementedByNothingIsVisibleAtZeroAndNeverGoesDown) {
  Registry registry;
  registry.increment(Name::leases_expired, {}, 0);
  EXPECT_TRUE(has_line(registry.text(), "ffwatt_leases_expired_total 0"));
  registry.increment(Name::leases_expired, {}, -1);
  EXPECT_TRUE(has_line(registry.text(), "ffwatt_leases_expired_total 0"));
}

TEST(Registry, GaugesKeepTheirLastValue) {
  Registry registry;
  registry.set(Name::energy_source_up, {{"state", "queued"}}, 7);
  registry.set(Name::energy_source_up, {{"state", "queued"}}, 3.5);
  EXPECT_TRUE(has_line(registry.text(), "ffwatt_energy_source_up{state=\"queued\"} 3.5"));
}

TEST(Registry, HistogramsCountSumAndSortIntoBucketsOfSeconds) {
  Registry registry;
  for (const double seconds : {0.0004, 0.004, 0.3, 45.0, 100.0})
    registry.observe(Name::collector_seconds, {{"route", "/jobs"}}, seconds);
  const auto page = registry.text();
  const std::string name = "ffwatt_collector_duration_seconds";
  EXPECT_TRUE(has_line(page, name + "_count{route=\"/jobs\"} 5"));
  EXPECT_TRUE(has_line(page, name + "_sum{route=\"/jobs\"} 145.3044"));
  EXPECT_TRUE(has_line(page, name + "_bucket{route=\"/jobs\",le=\"0.005\"} 2"));
  EXPECT_TRUE(has_line(page, name + "_bucket{route=\"/jobs\",le=\"60\"} 4"));
  EXPECT_TRUE(has_line(page, name + "_bucket{route=\"/jobs\",le=\"+Inf\"} 5"));
}

TEST(Registry, AForgottenSeriesLeavesThePageAndStartsAnewWhenUsedAgain) {
  Registry registry;
  registry.increment(Name::jobs_finished, {{"outcome", "completed"}}, 5);
  registry.set(Name::node_power, {{"liveness", "up"}}, 2);
  registry.observe(Name::collector_seconds, {{"route", "/"}}, 1);
  registry.forget(Name::jobs_finished, {{"outcome", "completed"}});
  registry.forget(Name::node_power, {{"liveness", "up"}});
  registry.forget(Name::collector_seconds, {{"route", "/"}});
  registry.forget(Name::node_power, {{"liveness", "never seen"}});
  EXPECT_EQ(registry.text(), "");
  registry.increment(Name::jobs_finished, {{"outcome", "completed"}});
  EXPECT_TRUE(has_line(registry.text(), "ffwatt_jobs_finished_total{outcome=\"completed\"} 1"));
}

TEST(Registry, LabelValuesCannotBreakThePage) {
  Registry registry;
  registry.set(Name::energy_source_up, {{"state", "a\"b\\c\nd"}}, 1);
  EXPECT_TRUE(has_line(registry.text(), R"(ffwatt_energy_source_up{state="a\"b\\c\nd"} 1)"));
}

TEST(Registry, ThreadsMayCountForgetAndReadAtOnce) {
  Registry registry;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&registry, i] {
      for (int n = 0; n < 500; ++n) {
        registry.increment(Name::http_requests, {{"route", "/a"}});
        registry.set(Name::energy_source_up, {{"state", std::to_string(n % 3)}}, n);
        registry.observe(Name::collector_seconds, {{"route", "/a"}}, 0.1);
        if (i == 0) registry.forget(Name::energy_source_up, {{"state", "1"}});
        if (n % 50 == 0) (void)registry.text();
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(has_line(registry.text(), "ffwatt_http_requests_total{route=\"/a\"} 2000"));
}

TEST(MetricsTable, NamesAreOursUniqueAndEndAsTheirKindWants) {
  struct Row {
    std::string id, kind, name, help;
  };
  const std::vector<Row> rows{
#define METRIC(id, kind, name, help) {#id, #kind, name, help},
#include "metrics/metrics.def"
#undef METRIC
  };
  std::set<std::string> names;
  for (const auto& row : rows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(row.name.starts_with("ffwatt_")) << row.name;
    EXPECT_EQ(row.name.ends_with("_total"), row.kind == "counter") << row.name;
    // Our histograms are of times. A gauge has its unit at its end too: seconds of an age, or of 1970 in
    // _timestamp_seconds.
    EXPECT_TRUE(row.kind != "histogram" || row.name.ends_with("_seconds")) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
  }
}

}  // namespace
}  // namespace metrics
