// The help of every command against tests/golden/help. FFWATT_ACCEPT_GOLDEN=1 writes the files anew; that run fails, so
// that it never counts as a pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/format.h"
#include "base/text.h"
#include "cli/frame.h"

namespace cli {
namespace {

void check_golden(std::string name, const std::string& text) {
  std::replace(name.begin(), name.end(), ' ', '_');
  const auto path = std::filesystem::path(FFWATT_SOURCE_DIR) / "tests/golden/help" / name;
  if (std::getenv("FFWATT_ACCEPT_GOLDEN")) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    ADD_FAILURE() << path << " was written anew; read the difference and run again without FFWATT_ACCEPT_GOLDEN";
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing; FFWATT_ACCEPT_GOLDEN=1 writes it";
  std::ostringstream wanted;
  wanted << file.rdbuf();
  EXPECT_EQ(text, wanted.str()) << path << " differs; FFWATT_ACCEPT_GOLDEN=1 writes it anew";
}

void check_width(const std::string& text, std::size_t columns) {
  for (const auto line : base::split(text, '\n')) EXPECT_LE(base::columns(line), columns) << line;
}

TEST(Help, OfEveryCommandIsAsItWasReadLast) {
  for (const auto& command : commands()) {
    for (const int columns : {80, 120}) {
      const auto text = options::help(full_shape(command), columns);
      check_width(text, static_cast<std::size_t>(columns));
      check_golden(base::format("{}_{}.txt", command.words, columns), text);
    }
  }
}

TEST(Help, OfTheWholeProgramIsAsItWasReadLast) {
  for (const int columns : {80, 120}) {
    check_width(overview(columns), static_cast<std::size_t>(columns));
    check_golden(base::format("ffwatt_{}.txt", columns), overview(columns));
  }
}

TEST(UserPage, NamesEveryCommandAndEveryPlaceOfRuns) {
  std::ifstream file(std::filesystem::path(FFWATT_SOURCE_DIR) / "docs/user/commands.md");
  std::ostringstream page;
  page << file.rdbuf();
  std::vector<std::string> wanted{"`ffwatt --version`", "`/var/lib/ffwatt`", "`$FFWATT_STATE_DIR`"};
  for (const auto& command : commands()) wanted.push_back(base::format("`ffwatt {}`", command.words));
  for (const auto& words : wanted) EXPECT_NE(page.str().find(words), std::string::npos) << words;
}

}  // namespace
}  // namespace cli
