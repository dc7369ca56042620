#include "cli/output.h"

#include <gmock/gmock.h>

#include "cli/exit_code.h"
#include "cli/stage.h"

namespace cli {
namespace {

using testing::HasSubstr;
class Output : public Stage {
 protected:
  Context context_{host_.host(), environment_, signals_, out_, err_, terminal_, terminal_, *log_};
};

TEST_F(Output, TheFormatIsTheEndOfTheFilesName) {
  EXPECT_EQ(*format_of("a/b.html"), "html");
  EXPECT_EQ(*format_of("b.CSV"), "csv");
  for (const auto* wrong : {"b", "b.pdf", "/dev/stdout"}) {
    const auto format = format_of(wrong);
    ASSERT_FALSE(format.ok()) << wrong;
    EXPECT_THAT(format.error().text(), HasSubstr(".html"));
  }
}

TEST_F(Output, WhatWasSavedIsSaidInTheWidthOfTheTerminal) {
  const std::string what = "run 7f3k2a", next = "ffwatt report 7f3k2a --out run.html";
  const std::string one = " saved run 7f3k2a · next: ffwatt report 7f3k2a --out run.html\n";
  os::TerminalFacts terminal{.is_terminal = true, .columns = 80};
  EXPECT_EQ(saved_words(terminal, what, next), one);
  terminal.columns = 40;
  EXPECT_EQ(saved_words(terminal, what, next), " saved run 7f3k2a\n next: ffwatt report 7f3k2a --out\n   run.html\n");
  terminal.is_terminal = false;
  EXPECT_EQ(saved_words(terminal, what, next), one);
}

TEST_F(Output, ADeviceIsWrittenToAndNeverReplaced) {
  EXPECT_TRUE(save_text(context_, "/dev/null", "text").ok());
  EXPECT_EQ(files().status("/dev/null")->kind, os::FileStatus::Kind::other);
}

TEST_F(Output, ADashOrDevStdoutIsWhereTheCommandPrints) {
  for (const auto* name : {"-", "/dev/stdout"}) EXPECT_TRUE(save_text(context_, name, "text ").ok());
  EXPECT_EQ(out(), "text text ");
  EXPECT_FALSE(files().status("-").ok());
}

TEST_F(Output, AFileIsReplacedAndAFolderRefused) {
  const auto file = write("out.md", "old and longer");
  EXPECT_TRUE(save_text(context_, file, "new").ok());
  EXPECT_EQ(*files().read(file), "new");
  const auto refused = save_text(context_, folder_, "new");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text(), HasSubstr("is a folder"));
}

TEST_F(Output, AComplaintNamesTheProgramAndAnswersTheErrorsCode) {
  const struct {
    base::Error error;
    int code;
  } cases[] = {{base::Error::invalid("x"), usage},
               {base::Error::denied("x"), no_permission},
               {base::Error::retry("x"), try_again},
               {base::Error::absent("x"), failed},
               {base::Error::failed("x"), failed}};
  for (const auto& [error, code] : cases) EXPECT_EQ(exit_code(error), code) << base::name(error.kind());
  EXPECT_EQ(complain(context_, "ffwatt run", base::Error::invalid("which?")), usage);
  EXPECT_EQ(err(), "ffwatt run: which?\n");
}

}  // namespace
}  // namespace cli
