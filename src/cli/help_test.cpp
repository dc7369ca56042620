// The help of every command against tests/golden/help.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/format.h"
#include "base/text.h"
#include "cli/frame.h"
#include "cli/golden.h"
#include "jobs/job.h"

namespace cli {
namespace {

std::string golden(std::string words, int columns) {
  std::replace(words.begin(), words.end(), ' ', '_');
  return base::format("help/{}_{}.txt", words, columns);
}

TEST(Help, OfEveryCommandIsAsItWasReadLast) {
  for (const auto& command : commands()) {
    for (const int columns : {80, 120}) {
      const auto text = options::help(full_shape(command), columns);
      check_width(text, static_cast<std::size_t>(columns));
      check_golden(golden(std::string(command.words), columns), text);
    }
  }
}

TEST(Help, OfTheWholeProgramIsAsItWasReadLast) {
  for (const int columns : {80, 120}) {
    check_width(overview(columns), static_cast<std::size_t>(columns));
    check_golden(golden("ffwatt", columns), overview(columns));
  }
}

std::string page(const std::string& name) {
  std::ifstream file(std::filesystem::path(FFWATT_SOURCE_DIR) / "docs/user" / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(UserPage, NamesEveryCommandAndEveryPlaceOfRuns) {
  const auto text = page("commands.md");
  std::vector<std::string> wanted{"`ffwatt --version`", "`/var/lib/ffwatt`", "`$FFWATT_STATE_DIR`"};
  for (const auto& command : commands()) wanted.push_back(base::format("`ffwatt {}`", command.words));
  for (const auto& words : wanted) EXPECT_NE(text.find(words), std::string::npos) << words;
}

TEST(QueuePage, HoldsOnlyCommandLinesThatAreAccepted) {
  os::RealHost host;
  const auto text = page("queue.md");
  int seen = 0;
  for (const auto line : base::split(text, '\n')) {
    if (!line.starts_with("ffwatt ")) continue;
    ++seen;
    const auto parts = base::words(line);
    std::vector<std::string> words(parts.begin() + 1, parts.end());
    const auto found = find_command(words);
    ASSERT_NE(found.command, nullptr) << line;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found.words));
    const auto parsed = options::parse(full_shape(*found.command), {.words = words}, host.host().files);
    EXPECT_TRUE(parsed.ok()) << line << ": " << (parsed ? "" : parsed.error().text());
  }
  EXPECT_GT(seen, 5);
}

TEST(QueuePage, SaysTheHeadStartsThatJobsHave) {
  using jobs::Priority;
  for (const auto queue : {jobs::Queue::live, jobs::Queue::normal, jobs::Queue::batch}) {
    std::string row = base::format("| {} |", jobs::name(queue));
    for (const auto priority : {Priority::high, Priority::medium, Priority::low})
      row += base::format(" {:.0f} min |", jobs::head_start(queue, priority).value() / 60);
    EXPECT_NE(page("queue.md").find(row + "\n"), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace cli
