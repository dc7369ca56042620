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
  static wire::ScenarioRow row(const std::string& name) {
    wire::ScenarioRow row;
    row.report.name = name;
    return row;
  }

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

TEST_F(ResultsWriterTest, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  folder_.write("deep", "a file where a folder should be");
  const auto writer = open();
  ASSERT_FALSE(writer.ok());
  EXPECT_THAT(writer.error().text(), HasSubstr(folder().string()));
}

}  // namespace
}  // namespace cli::stream_test
