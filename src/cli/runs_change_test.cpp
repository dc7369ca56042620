#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/local_runs.h"
#include "cli/stage.h"

namespace cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunsChange : public Stage {
 protected:
  void keep(const std::string& id, std::map<std::string, std::string> tags = {}) {
    jobs::Report report;
    report.id = id;
    report.kind = "run";
    report.command = {"true"};
    report.tags = std::move(tags);
    Context context{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_};
    const auto kept = keep_run(context, report);
    ASSERT_TRUE(kept) << kept.error().text();
  }
  std::string listed(const std::string& where) {
    EXPECT_EQ(ffwatt({"runs", "ls", "--json", "--where", where}), ok) << err();
    return out();
  }
};

TEST_F(RunsChange, TagsAreFoundByFiltersAtOnce) {
  keep("abc123", {{"place", "lab"}});
  keep("def456");
  EXPECT_EQ(
      ffwatt({"runs", "tag", "abc", "def", "--set", "codec=h264", "--set", "by=ada=lovelace", "--unset", "place"}), ok)
      << err();
  EXPECT_EQ(out(), "run abc123: by=ada=lovelace codec=h264\nrun def456: by=ada=lovelace codec=h264\n");
  EXPECT_THAT(listed("tags.codec=h264"), testing::AllOf(HasSubstr("abc123"), HasSubstr("def456")));
  EXPECT_THAT(listed("tags.place=lab"), Not(HasSubstr("abc123")));
}

TEST_F(RunsChange, ATagThatIsNoneChangesNothing) {
  keep("abc123");
  EXPECT_EQ(ffwatt({"runs", "tag", "abc", "--set", "codec"}), usage);
  EXPECT_THAT(err(), HasSubstr("--set: 'codec' is not KEY=VALUE"));
  EXPECT_EQ(ffwatt({"runs", "tag", "abc"}), usage);
  EXPECT_THAT(err(), HasSubstr("give --set KEY=VALUE or --unset KEY"));
  EXPECT_NE(ffwatt({"runs", "tag", "abc", "zzz", "--set", "codec=h264"}), ok);
  EXPECT_THAT(err(), HasSubstr("there is no run 'zzz'"));
  EXPECT_THAT(listed("tags.codec=h264"), Not(HasSubstr("abc123")));
}

TEST_F(RunsChange, WhatIsRemovedIsGoneAndNothingElse) {
  keep("abc123"), keep("def456", {{"old", "yes"}}), keep("fed789", {{"old", "yes"}});
  EXPECT_EQ(ffwatt({"runs", "rm", "abc"}), ok) << err();
  EXPECT_EQ(out(), "1 run removed\n");
  EXPECT_NE(ffwatt({"runs", "show", "abc"}), ok);
  EXPECT_NE(ffwatt({"runs", "rm", "--where", "tags.old=yes"}), ok);
  EXPECT_THAT(err(), HasSubstr("2 runs would be removed"));
  EXPECT_THAT(listed("tags.old=yes"), HasSubstr("def456"));
  EXPECT_EQ(ffwatt({"runs", "rm", "--where", "tags.old=yes", "--yes"}), ok) << err();
  EXPECT_EQ(out(), "2 runs removed\n");
  EXPECT_EQ(ffwatt({"runs", "ls", "--json"}), ok);
  EXPECT_THAT(out(), Not(HasSubstr("456")));
  // An id that was given away is free for another run.
  keep("abc123", {{"new", "yes"}});
  EXPECT_THAT(listed("tags.new=yes"), HasSubstr("abc123"));
}

TEST_F(RunsChange, NobodyForgetsAllRunsBySayingNothing) {
  keep("abc123");
  EXPECT_EQ(ffwatt({"runs", "rm"}), usage);
  EXPECT_THAT(err(), HasSubstr("say which runs"));
  EXPECT_EQ(ffwatt({"runs", "rm", "abc", "--where", "kind=run"}), usage);
  EXPECT_EQ(ffwatt({"runs", "show", "abc"}), ok);
}

}  // namespace
}  // namespace cli
