#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/stage.h"
#include "json/json.h"

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RunsLs : public Stage {
 protected:
  void keep(const std::string& id, int started, std::optional<double> joules, const std::string& scenario) {
    jobs::Report report;
    report.id = id, report.kind = "run", report.command = {"ffmpeg"};
    report.timings.started = *units::parse_rfc3339("2026-01-31T09:00:00Z") + units::Seconds(started);
    report.spec.emplace().scenario = scenario;
    if (joules)
      report.energy = {{jobs::Part::total, units::Measured<units::Joules>::of(
                                               units::Joules(*joules), units::Joules(*joules), units::Joules(*joules),
                                               units::Quality::measured, "perf", units::Scope::package)}};
    Context context{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_};
    const auto kept = keep_run(context, report);
    ASSERT_TRUE(kept) << kept.error().text();
  }
  std::vector<std::string> ids(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"runs", "ls", "--json"});
    EXPECT_EQ(ffwatt(flags), ok) << err();
    std::vector<std::string> found;
    const auto listed = json::parse(out());
    for (const auto& run : listed->at("runs").items()) found.push_back(run.at("id").as_string());
    return found;
  }
};

TEST_F(RunsLs, AnswersWhichWasTheMostEfficient) {
  keep("aaa111", 1, 90, "a");
  keep("bbb222", 2, 9, "b");
  keep("ccc333", 3, std::nullopt, "a");
  EXPECT_THAT(ids({}), ElementsAre("ccc333", "bbb222", "aaa111"));
  EXPECT_THAT(ids({"--sort", "energy_joules"}), ElementsAre("bbb222", "aaa111", "ccc333"));
  EXPECT_THAT(ids({"--sort", "energy_joules", "--order", "desc", "-n", "1"}), ElementsAre("aaa111"));
  EXPECT_THAT(ids({"--scenario", "a"}), ElementsAre("ccc333", "aaa111"));
  EXPECT_THAT(ids({"--since", "2026-01-31T09:00:02Z", "--where", "quality=measured"}), ElementsAre("bbb222"));
  EXPECT_THAT(ids({"--where", "id=aaa111", "--codec", "h264"}), ElementsAre("aaa111"));
  EXPECT_THAT(ids({"--node", "elsewhere"}), IsEmpty());
}

TEST_F(RunsLs, SaysWhereNoneMatchesAndWhatIsWrong) {
  keep("aaa111", 1, 90, "a");
  EXPECT_EQ(ffwatt({"runs", "ls", "--scenario", "b"}), ok);
  EXPECT_THAT(err(), HasSubstr("No run matches"));
  EXPECT_EQ(ffwatt({"runs", "ls", "--sort", "energy_joule"}), usage);
  EXPECT_THAT(err(), HasSubstr("Did you mean 'energy_joules'"));
  EXPECT_EQ(ffwatt({"runs", "ls", "--where", "hight=1080"}), usage);
  EXPECT_THAT(err(), HasSubstr("Did you mean 'height'"));
  EXPECT_EQ(ffwatt({"runs", "ls", "--where", "height"}), usage);
  EXPECT_THAT(err(), HasSubstr("is not FACT=VALUE"));
}

}  // namespace
}  // namespace cli
