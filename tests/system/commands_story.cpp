// The other commands from outside: what they answer, where, and with which exit code.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include "support/story.h"

namespace story {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CommandsStory : public Story {
 protected:
  std::string made_run(const std::string& name) {
    EXPECT_EQ(run({"ffwatt", "run", "-q", "--name", name, "--", "true"}).code, 0);
    return parsed(run({"ffwatt", "runs", "show", "last", "--json"}).out).at("id").as_string();
  }
};

TEST_F(CommandsStory, HelpAndVersionAreForStdout) {
  const auto help = run({"ffwatt", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Commands:"));
  EXPECT_THAT(help.err, IsEmpty());
  EXPECT_THAT(run({"ffwatt", "--version"}).out, StartsWith("ffwatt "));
  EXPECT_EQ(run({"ffwatt"}).code, 2);
  EXPECT_EQ(run({"ffwatt", "rnu"}).code, 2);
}

TEST_F(CommandsStory, AMistypedKeyOfTheProjectsFileIsToldWithItsPlace) {
  std::ofstream(folder_ / "ffwatt.toml") << "[energy]\ncpu_tpd = 65\n";
  const auto ended = run({"ffwatt", "run", "--", "true"});
  EXPECT_EQ(ended.code, 78);
  EXPECT_THAT(ended.err, HasSubstr("ffwatt.toml:2:11: unknown key 'energy.cpu_tpd'. Did you mean 'energy.cpu_tdp'"));
}

TEST_F(CommandsStory, RunsAreListedNewestFirstAndShownByAPrefix) {
  EXPECT_THAT(run({"ffwatt", "runs", "ls"}).err, HasSubstr("No run is kept yet"));
  made_run("older");
  const auto id = made_run("newer");
  const auto list = run({"ffwatt", "runs", "ls"});
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_LT(list.out.find("newer"), list.out.find("older"));
  EXPECT_THAT(run({"ffwatt", "runs", "show", id.substr(0, 4)}).out, HasSubstr("newer"));
  const auto unknown = run({"ffwatt", "runs", "show", "zzzzzz"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there is no run 'zzzzzz'; 'ffwatt runs ls' lists them"));
}

TEST_F(CommandsStory, ReadingWhereNothingIsKeptMakesNothing) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> reads = {
      {{"runs", "ls"}, "No run is kept yet"},
      {{"runs", "show"}, "no run is kept yet; make one"},
      {{"runs", "show", "7f3k2a"}, "there is no run '7f3k2a'"},
      {{"report", "last"}, "no run is kept yet"}};
  for (const auto& [words, text] : reads) {
    std::vector<std::string> all{"ffwatt"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_THAT(run(all).err, HasSubstr(text)) << words[0];
  }
  EXPECT_EQ(parsed(run({"ffwatt", "runs", "ls", "--json"}).out).at("runs").items().size(), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state"));
}

TEST_F(CommandsStory, AReportIsWrittenInTheFormatOfItsName) {
  const auto id = made_run("one");
  for (const auto* name : {"r.html", "r.json", "r.csv", "r.md"}) {
    const auto ended = run({"ffwatt", "report", id, "--out", name});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(content(folder_ / name), HasSubstr("one")) << name;
    EXPECT_THAT(ended.out, IsEmpty());
  }
  EXPECT_EQ(parsed(content(folder_ / "r.json")).at("id"), json::Value(id));
  EXPECT_EQ(run({"ffwatt", "report", id, "--out", "r.pdf"}).code, 2);
  EXPECT_THAT(run({"ffwatt", "report", "--format", "csv"}).out, HasSubstr("one"));
}

TEST_F(CommandsStory, ScenariosAreListedAndShown) {
  const auto list = run({"ffwatt", "scenarios"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, HasSubstr("1080p30-h264"));
  EXPECT_THAT(run({"ffwatt", "scenarios", "show", "1080p-h264"}).out, HasSubstr("1920x1080"));
  const auto wrong = run({"ffwatt", "scenarios", "show", "1080p30-h246"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("1080p30-h264"));
}

TEST_F(CommandsStory, DoctorChecksEverythingAndItsExitCodeSaysWhetherSomethingIsToFix) {
  const auto ended = run({"ffwatt", "doctor", "--json"});
  const auto checks = parsed(ended.out).at("checks");
  bool to_fix = false, ffmpeg = false, energy = false;
  for (const auto& check : checks.items()) {
    const auto& name = check.at("name").as_string();
    ffmpeg |= name == "ffmpeg";
    energy |= name == "energy";
    to_fix |= check.at("state") == json::Value("to_fix");
    EXPECT_FALSE(check.at("text").as_string().empty()) << name;
  }
  EXPECT_TRUE(ffmpeg && energy);
  EXPECT_EQ(ended.code, to_fix ? 1 : 0);
}

TEST_F(CommandsStory, DoctorSaysHowToMendWhatIsMissing) {
  const auto ended = run({"ffwatt", "doctor", "--ffmpeg", "no-such-ffmpeg"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("no-such-ffmpeg"));
  EXPECT_THAT(ended.out, HasSubstr("fix: "));
}

TEST_F(CommandsStory, CtrlCEndsACommandThatHasNothingToCleanUp) {
  // A named pipe that nobody writes to is a configuration file that never ends.
  ASSERT_EQ(::mkfifo((folder_ / "scenarios.toml").c_str(), 0600), 0);
  Program program(start({"ffwatt", "scenarios", "--scenarios-folder", folder_.string()}));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().signal, SIGTERM);
}

TEST_F(CommandsStory, LostOutputIsNotSuccess) {
  auto full = start({"sh", "-c", "ffwatt --help > /dev/full"});
  const auto ended = story::run(full);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("ffwatt: writing the output: No space left on device"));
}

TEST_F(CommandsStory, AClosedPipeEndsAProgramQuietly) {
  made_run("one");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  // 4 can be opened because 3 reads; when 3 is closed, nobody reads what 4 is given.
  const std::string closed = "exec 3<>pipe 4>pipe 3>&-; exec ";
  for (const auto* words : {"ffwatt --help", "ffwatt --version", "ffwatt runs ls", "ffwatt runs ls --json",
                            "ffwatt runs show last", "ffwatt runs show last --json", "ffwatt report last",
                            "ffwatt report last --format csv --out /dev/stdout", "ffwatt scenarios", "ffwatt help run",
                            "master --help", "master --version", "agent --help", "exporter --version"}) {
    const auto ended = story::run(start({"sh", "-c", closed + words + " >&4"}));
    EXPECT_EQ(ended.code, 141) << words;
    EXPECT_THAT(ended.err, IsEmpty()) << words;
  }
}

TEST_F(CommandsStory, AFailureKeepsItsExitCodeWhereNobodyReadsTheOutput) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const auto ended =
      story::run(start({"sh", "-c", "exec 3<>pipe 4>pipe 3>&-; exec ffwatt doctor --ffmpeg no-such-ffmpeg >&4"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, IsEmpty());
}

}  // namespace
}  // namespace story
