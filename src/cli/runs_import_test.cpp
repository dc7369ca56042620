// ffwatt runs import, in this process.
#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/stage.h"
#include "json/json.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RunsImport : public Stage {
 protected:
  std::vector<json::Value> kept() {
    EXPECT_EQ(ffwatt({"runs", "ls", "--json", "--sort", "started", "--order", "asc"}), ok) << err();
    return out().empty() ? std::vector<json::Value>() : json::parse(out()).value().at("runs").items();
  }
  const std::string old_ = R"({"test_date":"2024-05-01T10:00:00","scenarios":[
    {"name":"a","bitrate":"2500k","resolution":"1280x720","fps":30,"duration":60,"encoder":"libx264","start_time":1714550400,"end_time":1714550460},
    {"name":"a","bitrate":"2500k","resolution":"1280x720","fps":30,"duration":60,"encoder":"libx264","start_time":1714550400,"end_time":1714550460}]})";
};

TEST_F(RunsImport, RowsOfAnOldFileAreRunsWithoutEnergyAndThoseOfOneNameStayApart) {
  const auto file = write("old.json", old_);
  ASSERT_EQ(ffwatt({"runs", "import", file}), ok) << err();
  EXPECT_THAT(out(), HasSubstr("2 runs taken in"));
  const auto runs = kept();
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_NE(runs[0].at("id"), runs[1].at("id"));
  for (const auto& run : runs) {
    EXPECT_EQ(run.at("name"), json::Value("a"));
    EXPECT_EQ(run.at("tags").at("import"), json::Value("old.json"));
    EXPECT_THAT(json::write(run), Not(HasSubstr("joules")));
  }
  EXPECT_EQ(ffwatt({"runs", "ls"}), ok);
  EXPECT_THAT(out(), HasSubstr("n/a"));
}

TEST_F(RunsImport, TheSameFileTwiceAddsNothing) {
  const auto file = write("old.json", old_);
  ASSERT_EQ(ffwatt({"runs", "import", file}), ok) << err();
  ASSERT_EQ(ffwatt({"runs", "import", file}), ok) << err();
  EXPECT_THAT(out(), HasSubstr("0 runs taken in, 2 in the list before"));
  EXPECT_EQ(kept().size(), 2u);
}

TEST_F(RunsImport, WhatRunsLsPrintsComesInOnAnotherMachine) {
  ASSERT_EQ(ffwatt({"runs", "import", write("old.json", old_)}), ok) << err();
  ASSERT_EQ(ffwatt({"runs", "ls", "--json"}), ok);
  const auto listed = write("listed.json", out());
  const auto ids = kept();
  environment_.emplace_back("FFWATT_STATE_DIR", (folder_ / "other").string());
  ASSERT_EQ(ffwatt({"runs", "import", listed}), ok) << err();
  const auto there = kept();
  ASSERT_EQ(there.size(), 2u);
  // Both began at once, so their order says nothing.
  const auto id = [](const json::Value& run) { return run.at("id").as_string(); };
  EXPECT_THAT((std::vector{id(there[0]), id(there[1])}), testing::UnorderedElementsAre(id(ids[0]), id(ids[1])));
}

TEST_F(RunsImport, WhatRunsExportWritesComesInAsTheSameRuns) {
  EXPECT_EQ(ffwatt({"runs", "export"}), failed);
  EXPECT_THAT(err(), HasSubstr("no run matches"));
  ASSERT_EQ(ffwatt({"runs", "import", write("old.json", old_)}), ok) << err();
  ASSERT_EQ(ffwatt({"runs", "export", "--out", folder_ / "out.json"}), ok) << err();
  EXPECT_THAT(err(), HasSubstr("wrote 2 runs to "));
  ASSERT_EQ(ffwatt({"runs", "import", folder_ / "out.json"}), ok) << err();
  EXPECT_THAT(out(), HasSubstr("0 runs taken in, 2 in the list before"));
  ASSERT_EQ(ffwatt({"runs", "export", "--where", "tags.import=old.json"}), ok) << err();
  const auto file = json::parse(out()).value();
  ASSERT_EQ(file.at("scenarios").items().size(), 2u);
  const auto& row = file.at("scenarios").items()[0];
  EXPECT_EQ(row.at("bitrate"), json::Value("2500k"));
  EXPECT_EQ(row.at("start_time").as_number(), 1714550400);
  EXPECT_EQ(row.at("end_time").as_number(), 1714550460);
  EXPECT_TRUE(row.at("energy").items().empty());
}

TEST_F(RunsImport, AFileWithAFaultIsNamedAndNothingOfAnyIsTakenIn) {
  const auto good = write("good.json", old_);
  const struct {
    std::string text, wanted;
  } cases[] = {{old_.substr(0, old_.size() / 2), "bad.json"},
               {R"({"scenarios":[{"name":"a","start_time":"yesterday"}]})", "/scenarios/0/start_time"},
               {R"({"runs":{}})", "/runs is an object, not an array"},
               {"[]", "bad.json"},
               {"", "bad.json"}};
  for (const auto& c : cases) {
    EXPECT_EQ(ffwatt({"runs", "import", good, write("bad.json", c.text)}), usage) << c.text;
    EXPECT_THAT(err(), AllOf(HasSubstr("ffwatt runs import: "), HasSubstr("bad.json"), HasSubstr(c.wanted)));
  }
  EXPECT_EQ(ffwatt({"runs", "import", good, folder_ / "nowhere.json"}), failed);
  EXPECT_EQ(ffwatt({"runs", "import"}), usage);
  EXPECT_TRUE(kept().empty());
}

TEST_F(RunsImport, AnotherRunOfTheSameIdIsNotOverwritten) {
  const auto row = [&](const std::string& name) {
    return R"({"scenarios":[{"run_id":"7f3k2a","name":")" + name + R"(","start_time":1714550400}]})";
  };
  ASSERT_EQ(ffwatt({"runs", "import", write("a.json", row("a"))}), ok) << err();
  EXPECT_EQ(ffwatt({"runs", "import", write("b.json", row("b"))}), usage);
  EXPECT_THAT(err(), HasSubstr("another run is called 7f3k2a here"));
  EXPECT_EQ(kept().size(), 1u);
}

}  // namespace
}  // namespace cli
