// `ffwatt backup` with a real master, and the documented script in front of it: the copy is a whole database, with
// which another master goes on.
#include <gmock/gmock.h>

#include <filesystem>

#include "support/farm.h"

namespace story {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

class BackupStory : public Farm {
 protected:
  std::string key() const { return (folder_ / "master/key").string(); }
};

TEST_F(BackupStory, ACopyMadeWhileTheMasterRunsHoldsItsJobs) {
  auto running = master();
  ASSERT_EQ(run({"ffwatt", "jobs", "submit", "480p30-h264", "--set", "duration=1"}).code, 0);
  const auto made = run({"ffwatt", "backup", "--key-file", key()});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto file = made.out.substr(0, made.out.find('\n'));
  ASSERT_TRUE(fs::exists(file)) << file;
  running->signal(SIGTERM);
  EXPECT_EQ(running->wait().code, 0);

  // A new machine: nothing but the copy, under the name that a master looks for.
  fs::rename(file, folder_ / "copy.sqlite");
  fs::remove_all(folder_ / "master");
  fs::create_directories(folder_ / "master");
  fs::rename(folder_ / "copy.sqlite", folder_ / "master/master.sqlite");
  const auto another = master();
  const auto jobs = parsed(run({"ffwatt", "jobs", "ls", "--json"}).out);
  EXPECT_EQ(jobs.at("jobs").items().size(), 1u);
}

TEST_F(BackupStory, TheDocumentedScriptIsTheSameCommand) {
  fs::create_directories(folder_ / "scripts");
  fs::copy_file(fs::path(FFWATT_SOURCE_DIR) / "scripts/backup.sh", folder_ / "scripts/backup.sh");
  const auto script = (folder_ / "scripts/backup.sh").string();
  EXPECT_EQ(run({"sh", script}).code, 69) << "no master answers";
  const auto running = master();
  const auto made = run({"sh", script, "--json", "--key-file", key()});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(fs::exists(parsed(made.out).at("file").as_string()));
  environment_["PATH"] = "/usr/bin:/bin";
  const auto unbuilt = run({"sh", script});
  EXPECT_EQ(unbuilt.code, 127);
  EXPECT_THAT(unbuilt.err, HasSubstr("ffwatt is not built"));
}

}  // namespace
}  // namespace story
