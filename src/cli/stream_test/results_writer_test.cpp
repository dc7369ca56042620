#include "cli/stream_test/results_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os_testing/manual_clock.h"
#include "os_testing/temporary_folder.h"

namespace cli::stream_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ResultsWriterTest : public testing::Test {
 protected:
  os::Path folder() { return folder_ / "deep/test_results"; }
  base::Result<std::unique_ptr<ResultsWriter>> open() { return ResultsWriter::open(host_, folder()); }
  std::vector<std::string> files() { return host_.files.list(folder()).value(); }
  static wire::ScenarioRow row(const std::string& name, int number = 0, jobs::End end = jobs::End::completed) {
    wire::ScenarioRow row;
    row.report.name = name, row.report.outcome.end = end;
    row.number = number;
    return row;
  }
  const PlanMark mark_{"f00d", 3};

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
  os_testing::ManualClock clock_;
  os::Host host_{
      clock_, real_.host().random, real_.host().root, real_.host().files, real_.host().processes, real_.host().cgroups};
};

TEST_F(ResultsWriterTest, EveryRowIsOnTheDiskWhenAddReturns) {
  const auto writer = open();
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  EXPECT_THAT(files(), ElementsAre("test_results_20260131_090000.json"));
  for (const std::string name : {"one", "two"}) {
    ASSERT_TRUE((*writer)->add(row(name)).ok());
    EXPECT_THAT(host_.files.read((*writer)->path()).value(), HasSubstr("\"name\": \"" + name + "\""));
  }
}

TEST_F(ResultsWriterTest, AFileWithoutRowsGoesAgain) {
  ASSERT_TRUE(open().ok());
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(ResultsWriterTest, TwoTestsOfOneSecondDoNotMeet) {
  const auto one = open(), two = open();
  ASSERT_TRUE(one.ok() && two.ok());
  ASSERT_TRUE((*one)->add(row("one")).ok());
  ASSERT_TRUE((*two)->add(row("two")).ok());
  EXPECT_THAT(files(), ElementsAre("test_results_20260131_090000.json", "test_results_20260131_090000_2.json"));
  EXPECT_THAT(host_.files.read((*one)->path()).value(), HasSubstr("\"one\""));
}

TEST_F(ResultsWriterTest, APlanGoesOnInItsOwnFileAfterWhatEndedByItself) {
  {
    const auto writer = ResultsWriter::open(host_, folder(), mark_);
    ASSERT_TRUE(writer.ok()) << writer.error().text();
    ASSERT_TRUE((*writer)->add(row("one", 1)).ok());
    ASSERT_TRUE((*writer)->add(row("two", 2, jobs::End::failed)).ok());
    ASSERT_TRUE((*writer)->add(row("three", 3, jobs::End::interrupted)).ok());
    const auto second = ResultsWriter::reopen(host_, folder(), mark_);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().kind(), base::ErrorKind::retry) << "somebody writes it";
  }
  const auto other = ResultsWriter::reopen(host_, folder(), {"beef", 3});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind(), base::ErrorKind::absent);
  {
    const auto writer = ResultsWriter::reopen(host_, folder(), mark_);
    ASSERT_TRUE(writer.ok()) << writer.error().text();
    EXPECT_THAT((*writer)->done(), ElementsAre(1, 2));
    ASSERT_TRUE((*writer)->add(row("three again", 3)).ok());
    ASSERT_TRUE((*writer)->replace(row("three scored", 3)).ok());
  }
  EXPECT_THAT(files(), ElementsAre("test_results_20260131_090000.json"));
  const auto text = host_.files.read(folder() / "test_results_20260131_090000.json").value();
  for (const auto* name : {"\"one\"", "\"two\"", "\"three\"", "\"three scored\""}) EXPECT_THAT(text, HasSubstr(name));
  EXPECT_THAT(text, testing::Not(HasSubstr("three again")));
  EXPECT_FALSE(ResultsWriter::reopen(host_, folder(), mark_).ok()) << "it lacks nothing";
}

TEST_F(ResultsWriterTest, AFileWithoutRowsThatSomebodyElseWritesIsLeftAlone) {
  const auto writer = ResultsWriter::open(host_, folder(), mark_);
  ASSERT_TRUE(writer.ok());
  EXPECT_FALSE(ResultsWriter::reopen(host_, folder(), mark_).ok());
  EXPECT_TRUE(host_.files.exists((*writer)->path()));
}

TEST_F(ResultsWriterTest, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  folder_.write("deep", "a file where a folder should be");
  const auto writer = open();
  ASSERT_FALSE(writer.ok());
  EXPECT_THAT(writer.error().text(), HasSubstr(folder().string()));
}

}  // namespace
}  // namespace cli::stream_test
