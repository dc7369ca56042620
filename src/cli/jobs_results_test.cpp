// `ffwatt jobs results` against a master that answers what the test has laid ready.
#include <gmock/gmock.h>

#include <mutex>

#include "cli/exit_code.h"
#include "cli/stage.h"
#include "json/json.h"
#include "net/http_server.h"
#include "net/router.h"
#include "wire/listings.h"

namespace cli {
namespace {

using testing::HasSubstr;

class JobsResults : public Stage {
 protected:
  JobsResults() {
    auto started = net::HttpServer::start(
        {.address = "127.0.0.1"},
        [this](const net::Request& request, const net::Responder& responder) {
          const std::lock_guard lock(mutex_);
          asked_.clear();
          for (const auto& [name, text] : request.query) asked_ += " " + name + "=" + text;
          responder.send(answer_);
        },
        *log_);
    EXPECT_TRUE(started) << started.error().text();
    server_ = *std::move(started);
  }

  static jobs::Report report(std::string id, std::optional<double> joules, std::string scenario) {
    jobs::Report report;
    report.id = std::move(id), report.kind = "job", report.node = "worker-1";
    report.timings.started = *units::parse_rfc3339("2026-01-31T09:00:00Z");
    report.timings.elapsed = units::Seconds(4.65);
    report.spec.emplace().scenario = std::move(scenario);
    report.progress.emplace().frames = 1500;
    if (joules)
      report.energy = {{jobs::Part::total, units::Measured<units::Joules>::of(
                                               units::Joules(*joules), units::Joules(*joules), units::Joules(*joules),
                                               units::Quality::measured, "perf", units::Scope::package)}};
    return report;
  }
  void answers(net::Response response) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(response);
  }
  void answers(const std::vector<jobs::Report>& reports) {
    auto value = wire::encode_results(reports);
    answers(net::Response::json(200, json::write(value.set("next", "more"))));
  }
  int results(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"jobs", "results", "--master", "http://127.0.0.1:" + std::to_string(server_->port())});
    return ffwatt(flags);
  }
  std::string asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  std::mutex mutex_;
  net::Response answer_;
  std::string asked_;
  std::unique_ptr<net::HttpServer> server_;
};

TEST_F(JobsResults, AsTableShowAsManyColumnsAsTheLineHolds) {
  answers({report("019c1234-5678-7abc-8def-0123456789ab", 412.6, "1080p30-h264"),
           report("019c1234-5678-7abc-8def-0123456789ac", std::nullopt, "720p30-h264")});
  terminal_.is_terminal = true;
  terminal_.columns = 80;
  EXPECT_EQ(results({}), ok) << err();
  EXPECT_EQ(out(),
            "job                                   energy   quality       state      J/frame\n"
            "019c1234-5678-7abc-8def-0123456789ab  412.6 J  measured      completed  0.275 J\n"
            "019c1234-5678-7abc-8def-0123456789ac  n/a      unmeasurable  completed  n/a\n");
  EXPECT_THAT(err(), HasSubstr("The first 2; --limit shows more"));
  terminal_.columns = 120;
  EXPECT_EQ(results({}), ok) << err();
  EXPECT_EQ(
      out(),
      "job                                   energy   quality       state      J/frame  time    node      scenario\n"
      "019c1234-5678-7abc-8def-0123456789ab  412.6 J  measured      completed  0.275 J  4.65 s  worker-1  "
      "1080p30-h264\n"
      "019c1234-5678-7abc-8def-0123456789ac  n/a      unmeasurable  completed  n/a      4.65 s  worker-1  "
      "720p30-h264\n");
  terminal_.is_terminal = false;
  EXPECT_EQ(results({}), ok) << err();
  EXPECT_THAT(out(), HasSubstr("2026-01-31T09:00:00.000Z")) << "whoever reads a pipe wants all";
}

TEST_F(JobsResults, AskInTheWordsOfTheMaster) {
  answers(std::vector<jobs::Report>{});
  EXPECT_EQ(results({"--scenario", "a b", "--codec", "h264", "--node", "n", "--since", "2026-01-31", "--where",
                     "tags.rack=b7", "--sort", "energy_joules", "--order", "asc", "-n", "7"}),
            ok)
      << err();
  EXPECT_EQ(asked(),
            " format=json scenario=a b codec=h264 node=n since=2026-01-31 sort=energy_joules order=asc tags.rack=b7 "
            "limit=7");
  EXPECT_THAT(err(), HasSubstr("No result matches"));
  EXPECT_EQ(results({}), ok);
  EXPECT_EQ(asked(), " format=json limit=20");
}

TEST_F(JobsResults, CsvIsAllOfThemAsTheyCome) {
  answers(net::Response{200, {{"Content-Type", "text/csv"}}, "id,name\na,b\n"});
  EXPECT_EQ(results({"--csv"}), ok) << err();
  EXPECT_EQ(out(), "id,name\na,b\n");
  EXPECT_EQ(asked(), " format=csv");
  EXPECT_EQ(results({"--csv", "--limit", "100000"}), ok) << err();
  EXPECT_EQ(asked(), " format=csv limit=100000");
  EXPECT_EQ(results({"--csv", "--json"}), usage);
}

TEST_F(JobsResults, JsonIsTheMastersAnswer) {
  answers({report("a", 1, "b")});
  EXPECT_EQ(results({"--json"}), ok) << err();
  EXPECT_EQ(json::parse(out())->at("next").as_string(), "more");
  EXPECT_EQ(json::parse(out())->at("results").items().size(), 1u);
}

TEST_F(JobsResults, PassTheMastersWordsOn) {
  answers(net::problem({400, "invalid", "The request is not valid", "cannot sort by 'energy'", {}}));
  EXPECT_EQ(results({"--sort", "energy"}), usage);
  EXPECT_THAT(err(), HasSubstr("cannot sort by 'energy'"));
}

}  // namespace
}  // namespace cli
