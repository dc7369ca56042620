// The exporter as an operator meets it: started on a free port, scraped by curl, stopped by a signal.
#include <gmock/gmock.h>
#include <signal.h>

#include <map>
#include <sstream>

#include "support/story.h"

namespace story {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kEnergy = "ffwatt_node_energy_joules_total";

class Exporter : public Story {
 protected:
  // A machine of two packages with counters, as files below sysroot_.
  Exporter() : sysroot_(folder_ / "machine") {
    using Copy = std::filesystem::copy_options;
    std::filesystem::copy(std::filesystem::path(FFWATT_SOURCE_DIR) / "tests/fixtures/hosts/epyc-2s", sysroot_,
                          Copy::recursive | Copy::copy_symlinks);
    for (const std::string package : {"0", "1"}) {
      const auto zone = sysroot_ / "sys/class/powercap" / ("intel-rapl:" + package);
      std::filesystem::create_directories(zone);
      std::ofstream(zone / "name") << "package-" << package << "\n";
      std::ofstream(zone / "max_energy_range_uj") << "262143328850\n";
      std::ofstream(zone / "constraint_0_max_power_uw") << "200000000\n";
      std::ofstream(zone / "energy_uj") << "000001000000\n";
    }
  }
  // Over the old number, in place and of its width: the exporter holds the file open.
  void set_counter(const std::string& package, const std::string& twelve_digits) const {
    std::fstream(sysroot_ / "sys/class/powercap" / ("intel-rapl:" + package) / "energy_uj",
                 std::ios::in | std::ios::out)
        << twelve_digits;
  }

  // Returns when it serves; url_ is what it printed, without the page's name.
  std::unique_ptr<Program> exporter(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"exporter", "--port", "0", "--address", "127.0.0.1"};
    words.insert(words.end(), more.begin(), more.end());
    auto program = std::make_unique<Program>(start(std::move(words)));
    EXPECT_TRUE(program->prints("/metrics\n")) << program->printed();
    const auto& text = program->printed();
    const auto begin = text.find("http://"), end = text.find("/metrics\n");
    if (begin != std::string::npos && end != std::string::npos) url_ = text.substr(begin, end - begin);
    return program;
  }
  std::string curl(std::vector<std::string> words, const std::string& path) const {
    words.insert(words.begin(), {"curl", "-sS", "--noproxy", "*"});
    words.push_back(url_ + path);
    const auto done = run(std::move(words));
    EXPECT_EQ(done.code, 0) << done.err;
    return done.out;
  }

  // Series to value. Every line of the page must have the text format's form, and a TYPE before its first sample.
  std::map<std::string, double> scrape() const {
    std::map<std::string, double> samples;
    std::map<std::string, std::string> types;
    std::istringstream page(curl({}, "/metrics"));
    for (std::string line; std::getline(page, line);) {
      std::istringstream words(line);
      std::string hash, kind, name, type;
      if (line.starts_with("#")) {
        words >> hash >> kind >> name >> type;
        EXPECT_TRUE(kind == "HELP" || kind == "TYPE") << line;
        if (kind == "TYPE") {
          EXPECT_TRUE(types.emplace(name, type).second) << "twice: " << line;
        }
        continue;
      }
      const auto blank = line.rfind(' ');
      if (blank == std::string::npos) {
        ADD_FAILURE() << "no sample: " << line;
        continue;
      }
      const auto series = line.substr(0, blank);
      name = series.substr(0, series.find('{'));
      for (const auto* tail : {"_bucket", "_sum", "_count"})
        if (name.ends_with(tail) && types.contains(name.substr(0, name.size() - std::string(tail).size())))
          name.resize(name.size() - std::string(tail).size());
      EXPECT_TRUE(types.contains(name)) << line;
      std::size_t used = 0;
      const double value = std::stod(line.substr(blank + 1), &used);
      EXPECT_EQ(used, line.size() - blank - 1) << line;
      EXPECT_TRUE(samples.emplace(series, value).second) << "twice: " << line;
    }
    return samples;
  }
  static std::string energy_of(const std::string& package) {
    return kEnergy + R"({node="epyc-2s",quality="measured",scope="package",socket=")" + package +
           R"(",source="powercap",zone="package-)" + package + "\"}";
  }
  // Scrapes until the counter stands there: the next pass of the sampler is due within a second.
  void await(const std::string& series, double value) const {
    double before = 0, now = 0;
    while ((now = scrape()[series]) < value) {
      ASSERT_GE(now, before) << series;
      before = now;
    }
    EXPECT_EQ(now, value) << series;
  }

  std::filesystem::path sysroot_;
  std::string url_ = "http://127.0.0.1:9";
};

TEST_F(Exporter, CountersOnlyRiseAndAreTheSameForEveryScraper) {
  auto e = exporter({"--sysroot", sysroot_.string()});
  const auto first = scrape();
  ASSERT_TRUE(first.contains(energy_of("0")));
  EXPECT_EQ(first.at(energy_of("0")), 0);
  const auto second = scrape();
  for (const auto& [series, value] : first) {
    if (series.find("_total") == std::string::npos) continue;
    ASSERT_TRUE(second.contains(series)) << series;
    EXPECT_GE(second.at(series), value) << series;
  }

  set_counter("0", "000021000000");
  await(energy_of("0"), 20);
  EXPECT_EQ(scrape()[energy_of("0")], 20) << "another scraper sees the same";
  EXPECT_EQ(scrape()[energy_of("1")], 0);
  set_counter("1", "000041000000");
  await(energy_of("1"), 40);
  EXPECT_EQ(scrape()[energy_of("0")], 20);

  e->signal(SIGTERM);
  const auto ended = e->wait();
  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST_F(Exporter, OnThisMachineItSaysWhatItReadsOrWhyNot) {
  auto e = exporter();
  const auto page = curl({"-i"}, "/metrics");
  EXPECT_THAT(page, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(page, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(page, HasSubstr("Date: "));
  for (const std::string source : {"powercap", "model"}) EXPECT_THAT(page, HasSubstr("source=\"" + source + "\"} 1\n"));
  EXPECT_FALSE(scrape().empty());
  EXPECT_TRUE(page.find("quality=\"measured\"") == std::string::npos ||
              page.find("quality=\"estimated\"") == std::string::npos)
      << "an estimate stands beside a measurement:\n"
      << page;
  EXPECT_EQ(parsed(curl({}, "/health")), json::Value::object({{"status", "healthy"}}));
  EXPECT_THAT(curl({"-i"}, "/nothing"), HasSubstr("HTTP/1.1 404"));
  e->signal(SIGINT);
  EXPECT_EQ(e->wait().code, 0);
}

TEST_F(Exporter, APortInUseNamesItsOwner) {
  auto e = exporter({"--sysroot", sysroot_.string()});
  const auto port = url_.substr(url_.rfind(':') + 1);
  const auto other = run({"exporter", "--address", "127.0.0.1", "--port", port, "--sysroot", sysroot_.string()});
  EXPECT_EQ(other.code, 1) << other.out;
  EXPECT_THAT(other.err, HasSubstr("port " + port + " is in use by exporter (pid " + std::to_string(e->pid()) + ")"));
}

TEST_F(Exporter, WhatItCannotBeToldIsRefusedWithTheReason) {
  const auto unknown = run({"exporter", "--port", "0", "--collector", "powr"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("power"));
  const auto nowhere = run({"exporter", "--port", "0", "--sysroot", (folder_ / "nowhere").string()});
  EXPECT_NE(nowhere.code, 0);
  EXPECT_THAT(nowhere.err, HasSubstr("--sysroot"));
  EXPECT_THAT(run({"exporter", "--help"}).out, HasSubstr("--collector"));
}

TEST_F(Exporter, ItsSettingsMayStandInTheFileOfAllPrograms) {
  std::ofstream(folder_ / "ffwatt.toml") << "[exporter]\nport = 0\naddress = \"127.0.0.1\"\ncollector = [\"power\"]\n"
                                         << "[master]\nport = 8080\n";
  Program e(start({"exporter", "--config", (folder_ / "ffwatt.toml").string()}));
  EXPECT_TRUE(e.prints("/metrics\n"));
  EXPECT_THAT(e.printed(), Not(HasSubstr(":9500/")));
  e.signal(SIGTERM);
  EXPECT_EQ(e.wait().code, 0);
}

}  // namespace
}  // namespace story
