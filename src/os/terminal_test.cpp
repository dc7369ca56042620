#include "os/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>

namespace os {
namespace {

class Terminal : public testing::Test {
 protected:
  Terminal() {
    ::grantpt(controller_.get());
    ::unlockpt(controller_.get());
    terminal_ = Descriptor(::open(::ptsname(controller_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    winsize size{};
    size.ws_col = 132;
    ::ioctl(terminal_.get(), TIOCSWINSZ, &size);
  }

  Descriptor controller_{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  Descriptor terminal_;
  Descriptor pipe_{::open("/dev/null", O_RDWR | O_CLOEXEC)};
};

TEST_F(Terminal, IsKnownWithItsWidth) {
  const auto facts = terminal_facts(terminal_.get(), {{"TERM", "xterm"}, {"COLUMNS", "40"}});
  EXPECT_TRUE(facts.is_terminal);
  EXPECT_EQ(facts.columns, 132);
  EXPECT_FALSE(facts.dumb);
  EXPECT_TRUE(facts.color);
}

TEST_F(Terminal, APipeHasTheToldWidthOrEighty) {
  EXPECT_FALSE(terminal_facts(pipe_.get(), {}).is_terminal);
  const std::pair<const char*, int> cases[] = {{"100", 100},         {"x", 80}, {"-5", 80}, {"3", 80},
                                               {"999999999999", 80}, {"", 80}};
  for (const auto& [told, columns] : cases) {
    EXPECT_EQ(terminal_facts(pipe_.get(), {{"COLUMNS", told}}).columns, columns) << told;
  }
}

TEST_F(Terminal, ColorFollowsTheCommonVariables) {
  struct Case {
    bool terminal;
    Environment environment;
    bool color;
  };
  const Case cases[] = {
      {true, {{"TERM", "xterm"}}, true},
      {true, {}, false},
      {true, {{"TERM", "dumb"}}, false},
      {true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, false},
      {true, {{"TERM", "xterm"}, {"NO_COLOR", ""}}, true},
      {true, {{"TERM", "xterm"}, {"CLICOLOR", "0"}}, false},
      {false, {{"TERM", "xterm"}}, false},
      {false, {{"CLICOLOR_FORCE", "1"}}, true},
      {false, {{"CLICOLOR_FORCE", "0"}}, false},
      {true, {{"TERM", "xterm"}, {"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, false},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(terminal_facts(one.terminal ? terminal_.get() : pipe_.get(), one.environment).color, one.color)
        << &one - cases;
  }
}

TEST_F(Terminal, TheLocaleTellsWhetherUtf8IsWelcome) {
  const std::pair<Environment, bool> cases[] = {
      {{}, true},
      {{{"LANG", "C"}}, false},
      {{{"LANG", "C.UTF-8"}}, true},
      {{{"LANG", "C"}, {"LC_CTYPE", "de_DE.utf8"}}, true},
      {{{"LANG", "C.UTF-8"}, {"LC_ALL", "POSIX"}}, false},
      {{{"LANG", "C.UTF-8"}, {"LC_ALL", ""}}, true},
  };
  for (const auto& [environment, utf8] : cases) EXPECT_EQ(terminal_facts(pipe_.get(), environment).utf8, utf8);
}

}  // namespace
}  // namespace os
