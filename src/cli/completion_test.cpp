#include "cli/completion.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/stage.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class Completion : public Stage {
 protected:
  // What is offered for the last of the words.
  std::vector<std::string> offered(std::vector<std::string> words) {
    words.insert(words.begin(), {"__complete", "--", "ffwatt"});
    EXPECT_EQ(ffwatt(words), ok);
    EXPECT_EQ(err(), "");
    std::vector<std::string> lines;
    const auto text = out();
    for (const auto line : base::split(text, '\n'))
      if (!line.empty()) lines.emplace_back(line);
    return lines;
  }
};

TEST_F(Completion, OffersCommandsAndTheWordsOfGroups) {
  EXPECT_THAT(offered({""}), AllOf(Contains("run"), Contains("jobs"), Contains("help"), Not(Contains("__complete"))));
  EXPECT_THAT(offered({"job"}), ElementsAre("jobs"));
  EXPECT_THAT(offered({"jobs", ""}), AllOf(Contains("submit"), Contains("ls"), Contains("rm")));
  EXPECT_THAT(offered({"jobs", "su"}), ElementsAre("submit"));
  EXPECT_THAT(offered({"nonsense", ""}), IsEmpty());
}

TEST_F(Completion, OffersFlagsInTheFormThatDoesSomething) {
  EXPECT_THAT(offered({"run", "--"}), AllOf(Contains("--tag"), Contains("--no-save"), Contains("--help"),
                                            Contains("--config"), Not(Contains("--save"))));
  EXPECT_THAT(offered({"run", "--ta"}), ElementsAre("--tag"));
}

TEST_F(Completion, OffersTheValuesThatAnOptionTakes) {
  EXPECT_THAT(offered({"run", "--color", ""}), ElementsAre("auto", "always", "never"));
  EXPECT_THAT(offered({"run", "--color", "al"}), ElementsAre("always"));
  EXPECT_THAT(offered({"run", "--color=a"}), ElementsAre("--color=auto", "--color=always"));
  EXPECT_THAT(offered({"run", "--out", ""}), ElementsAre(":files"));
  EXPECT_THAT(offered({"run", "--timeout", ""}), IsEmpty());
}

TEST_F(Completion, LeavesAnotherCommandToTheShell) {
  EXPECT_THAT(offered({"run", "--", ""}), ElementsAre(":command 3"));
  EXPECT_THAT(offered({"run", "--name", "x", "--", "ffmpeg", "-i", ""}), ElementsAre(":command 5"));
  EXPECT_THAT(offered({"run", "ffmpeg", "-i", ""}), ElementsAre(":command 2"));
  EXPECT_THAT(offered({"run", ""}), ElementsAre(":command 2"));
}

TEST_F(Completion, OffersRunsByTheirIds) {
  EXPECT_THAT(offered({"runs", "show", ""}), ElementsAre("last"));
  jobs::Report report;
  report.id = "aaa111", report.kind = "run", report.command = {"true"};
  Context context{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_};
  ASSERT_TRUE(keep_run(context, report));
  EXPECT_THAT(offered({"runs", "show", ""}), ElementsAre("last", "aaa111"));
  EXPECT_THAT(offered({"report", "aaa111", "aa"}), ElementsAre("aaa111"));
  EXPECT_THAT(offered({"runs", "show", "aaa111", ""}), IsEmpty());
}

TEST_F(Completion, OffersNamesOfScenariosAndShells) {
  EXPECT_THAT(offered({"jobs", "submit", "1080p30"}), AllOf(Not(IsEmpty()), Each(StartsWith("1080p30"))));
  EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(offered({"scenarios", ""}), ElementsAre("show"));
}

TEST_F(Completion, IsSilentWhereNoMasterAnswers) {
  environment_.emplace_back("FFWATT_MASTER", "http://127.0.0.1:1");
  EXPECT_THAT(offered({"jobs", "show", ""}), IsEmpty());
  environment_.back().second = "nonsense";
  EXPECT_THAT(offered({"nodes", "show", ""}), IsEmpty());
}

TEST_F(Completion, HoldsWithAnyWords) {
  EXPECT_EQ(ffwatt({"__complete"}), ok);
  EXPECT_EQ(ffwatt({"__complete", "--"}), ok);
  EXPECT_THAT(offered({"run", "--=x"}), IsEmpty());
  EXPECT_THAT(offered({"run", "--no-such", ""}), ElementsAre(":command 3"));
  EXPECT_THAT(offered({"\x1b[2J", "\xff"}), IsEmpty());
}

TEST_F(Completion, PrintsAScriptForEachShellAndNamesThemForAnother) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_EQ(ffwatt({"completion", shell}), ok);
    EXPECT_THAT(out(), HasSubstr("__complete -- ")) << shell;
    EXPECT_LE(base::split(out(), '\n').size(), 41u) << shell;
  }
  EXPECT_EQ(ffwatt({"completion", "tcsh"}), usage);
  EXPECT_THAT(err(), HasSubstr("bash, zsh or fish"));
}

}  // namespace
}  // namespace cli
