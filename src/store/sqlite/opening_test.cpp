// Opening the master's database and the local runs: who else has it, and what may be wrong with the place.
#include "store/sqlite/opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "os_testing/manual_clock.h"
#include "os_testing/temporary_folder.h"
#include "store/store.h"

namespace store {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

jobs::Report report_of(std::string id) {
  jobs::Report report;
  report.id = std::move(id);
  report.kind = "run";
  return report;
}

class OpeningTest : public testing::Test {
 protected:
  os::Host& host() { return real_.host(); }
  os::Path file() { return folder_ / "state" / "ffwatt" / "runs.db"; }
  static unsigned mode(const os::Path& path) {
    struct ::stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
};

TEST_F(OpeningTest, MakesTheFoldersAndAFileThatOnlyThisUserReads) {
  ASSERT_TRUE(open_local(host(), file()));
  ASSERT_TRUE(open_sqlite(host(), folder_ / "farm" / "jobs.db"));
  EXPECT_EQ(mode(file()), 0600u);
  EXPECT_EQ(mode(file().parent_path()), 0700u);
  EXPECT_EQ(mode(folder_ / "farm" / "jobs.db"), 0600u);
}

TEST_F(OpeningTest, AdmitsOneMasterAndNamesTheLock) {
  const auto first = open_sqlite(host(), file());
  ASSERT_TRUE(first) << first.error().text();
  const auto second = open_sqlite(host(), file());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::retry);
  EXPECT_THAT(second.error().text(), HasSubstr(file().string() + ".lock: a master runs on"));
  EXPECT_THAT(second.error().text(), HasSubstr("stop it"));
}

TEST_F(OpeningTest, AdmitsTheNextMasterWhenTheFirstHasEnded) {
  ASSERT_TRUE(open_sqlite(host(), file()));
  ASSERT_TRUE(open_sqlite(host(), file()));
}

TEST_F(OpeningTest, LetsManyRunsWriteAtOnce) {
  ASSERT_TRUE(open_local(host(), file()));
  constexpr int writers = 6, reports = 3;
  std::vector<std::jthread> threads;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      for (int r = 0; r < reports; ++r) {
        const auto runs = open_local(host(), file());
        ASSERT_TRUE(runs) << runs.error().text();
        const auto added = (*runs)->add_report(report_of("run" + std::to_string(w) + std::to_string(r)));
        ASSERT_TRUE(added) << added.error().text();
      }
    });
  threads.clear();
  EXPECT_EQ((*open_local(host(), file()))->reports(100)->size(), static_cast<std::size_t>(writers * reports));
}

TEST_F(OpeningTest, LetsManyRunsMakeTheFileAtOnce) {
  std::vector<std::jthread> threads;
  for (int w = 0; w < 6; ++w)
    threads.emplace_back([&, w] {
      const auto runs = open_local(host(), file());
      ASSERT_TRUE(runs) << runs.error().text();
      const auto added = (*runs)->add_report(report_of("first" + std::to_string(w)));
      ASSERT_TRUE(added) << added.error().text();
    });
  threads.clear();
  EXPECT_EQ((*open_local(host(), file()))->reports(100)->size(), 6u);
}

TEST_F(OpeningTest, LeavesNoJournalBesideTheLocalRuns) {
  auto runs = open_local(host(), file());
  ASSERT_TRUE(runs);
  ASSERT_TRUE((*runs)->add_report(report_of("aaa111")));
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-journal"));
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
}

TEST_F(OpeningTest, SharesOneSchemaBetweenLocalRunsAndAMaster) {
  ASSERT_TRUE((*open_local(host(), file()))->add_report(report_of("aaa111")));
  EXPECT_EQ((*open_sqlite(host(), file()))->report("aaa")->id, "aaa111");
  EXPECT_EQ((*open_local(host(), file()))->report("aaa")->id, "aaa111");
}

TEST_F(OpeningTest, GivesUpAfterTenSecondsWhereTheLockIsHeld) {
  auto runs = open_local(host(), file());
  ASSERT_TRUE(runs);
  runs = base::Error::absent("closed");
  os_testing::ManualClock clock;
  os::Host waiting{clock, host().random, host().root, host().files, host().processes, host().cgroups};
  runs = open_local(waiting, file());
  ASSERT_TRUE(runs);
  const auto held = host().files.lock(sqlite::lock_file_of(file()), os::Files::Wait::no);
  ASSERT_TRUE(held);
  std::jthread time([&] {
    clock.await_sleeper();
    clock.advance(units::Seconds(11));
  });
  const auto added = (*runs)->add_report(report_of("aaa111"));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind(), ErrorKind::retry);
  EXPECT_THAT(added.error().text(), HasSubstr("has held " + file().string() + ".lock for 10 s"));
}

TEST_F(OpeningTest, SaysWhatIsNoDatabase) {
  const auto text = folder_.write("notes.txt", std::string(8192, 'a'));
  for (const auto& error : {open_sqlite(host(), text).error(), open_local(host(), text).error()}) {
    EXPECT_EQ(error.kind(), ErrorKind::failed);
    EXPECT_THAT(error.text(), HasSubstr(text.string()));
    EXPECT_THAT(error.text(), HasSubstr("no database of ffwatt; name another file, or move this one away"));
  }
  EXPECT_EQ(folder_.read("notes.txt"), std::string(8192, 'a')) << "it was not touched";
}

TEST_F(OpeningTest, SaysThatAFolderIsNoFile) {
  for (const auto& error : {open_sqlite(host(), folder_.path()).error(), open_local(host(), folder_.path()).error()})
    EXPECT_THAT(error.text(), HasSubstr(folder_.path().string()));
}

TEST_F(OpeningTest, SaysThatItMayNotWriteThere) {
  std::filesystem::create_directory(folder_ / "closed");
  std::filesystem::permissions(folder_ / "closed",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const bool may_anyway = ::access((folder_ / "closed").c_str(), W_OK) == 0;  // root may write everywhere
  const auto opened = open_local(host(), folder_ / "closed" / "runs.db");
  EXPECT_EQ(opened.ok(), may_anyway);
  if (!opened) {
    EXPECT_EQ(opened.error().kind(), ErrorKind::denied);
    EXPECT_THAT(opened.error().text(), HasSubstr("closed"));
  }
  const auto below_a_file = open_local(host(), folder_.write("plain", "") / "runs.db");
  EXPECT_FALSE(below_a_file);
}

TEST_F(OpeningTest, NoticesThatTheFileWasTakenAway) {
  const auto store = open_sqlite(host(), file());
  ASSERT_TRUE(store);
  EXPECT_TRUE((*store)->health());
  std::filesystem::rename(file(), file().string() + ".away");
  const auto health = (*store)->health();
  ASSERT_FALSE(health);
  EXPECT_THAT(health.error().text(), HasSubstr("was removed or replaced while it was in use"));
}

}  // namespace
}  // namespace store
