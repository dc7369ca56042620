#include "master/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/text.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace master {
namespace {

using testing::HasSubstr;

class AuditTest : public testing::Test {
 protected:
  std::unique_ptr<Audit> open(std::uint64_t most = Audit::longest_file) {
    auto opened = Audit::open(real.host().files, file(), real.host().clock, *log, most);
    EXPECT_TRUE(opened) << opened.error().text();
    return opened ? std::move(*opened) : nullptr;
  }
  os::Path file() const { return folder / "audit.jsonl"; }
  std::string text() const { return real_text(file()); }
  std::string real_text(const os::Path& path) const {
    std::stringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    const auto whole = text();
    for (const auto line : base::split(whole, '\n'))
      if (!line.empty()) all.emplace_back(line);
    return all;
  }
  static std::string joined(const std::vector<std::string>& lines) { return base::join(lines, "\n") + "\n"; }
  static std::string why(const std::string& text) {
    const auto verified = Audit::verify({text});
    return verified ? "" : verified.error().text();
  }

  os_testing::TemporaryFolder folder;
  mutable os::RealHost real;
  std::unique_ptr<base::Log> log = base::silent_log();
};

TEST_F(AuditTest, IsAChainThatGoesOnAfterARestart) {
  std::string last;
  {
    const auto audit = open();
    audit->note("ci at 10.0.0.5", "POST /jobs", 201, "r-1");
    audit->note("key at 127.0.0.1", "POST /nodes/n1/drain", 200, "r-2");
    last = audit->last_hash();
  }
  const auto again = open();
  EXPECT_EQ(again->last_hash(), last);
  again->note("\"odd\"\nname", "DELETE /tokens/3k7f22qm", 204, "r-3");
  const auto verified = Audit::verify({text()});
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_EQ(verified->lines, 3u);
  EXPECT_TRUE(verified->from_beginning);
  EXPECT_EQ(verified->last_hash, again->last_hash());
  EXPECT_THAT(text(), HasSubstr("\"who\":\"ci at 10.0.0.5\",\"action\":\"POST /jobs\",\"status\":201"));
}

TEST_F(AuditTest, WhatWasChangedTakenOutOrPutInShows) {
  const auto audit = open();
  for (int i = 0; i < 5; ++i) audit->note("ada", "POST /jobs/" + std::to_string(i) + "/cancel", 200, "");
  const auto good = lines();
  EXPECT_EQ(why(joined(good)), "");
  auto changed = good;
  changed[2].replace(changed[2].find("ada"), 3, "eve");
  EXPECT_THAT(why(joined(changed)), HasSubstr("line 3: was changed"));
  auto without = good;
  without.erase(without.begin() + 1);
  EXPECT_THAT(why(joined(without)), HasSubstr("line 2: does not follow"));
  auto twice = good;
  twice.insert(twice.begin() + 3, good[3]);
  EXPECT_THAT(why(joined(twice)), HasSubstr("line 5: does not follow"));
  auto swapped = good;
  std::swap(swapped[0], swapped[1]);
  EXPECT_THAT(why(joined(swapped)), HasSubstr("does not follow"));
  auto garbage = good;
  garbage[1] = "nonsense";
  EXPECT_THAT(why(joined(garbage)), HasSubstr("line 3: follows a line that is none"));
  EXPECT_THAT(why("\n"), HasSubstr("there is no line"));
  const auto later = Audit::verify({joined({good.begin() + 2, good.end()})});
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->from_beginning);
}

TEST_F(AuditTest, ALineThatACrashToreIsSaidAndCoveredUpByNobody) {
  open()->note("ada", "POST /jobs", 201, "");
  std::ofstream(file(), std::ios::app) << R"({"at":"2026-01)";
  const auto audit = open();
  audit->note("ada", "POST /jobs", 201, "");
  const auto verified = Audit::verify({text()});
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_EQ(verified->unfinished, 1u);
  EXPECT_EQ(verified->lines, 3u) << "with the one that says it";
}

TEST_F(AuditTest, AFileThatIsNoAuditLogIsNotWrittenOver) {
  std::ofstream(file()) << "something else\n";
  const auto opened = Audit::open(real.host().files, file(), real.host().clock, *log);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text(), HasSubstr("is none of an audit log"));
  EXPECT_EQ(text(), "something else\n");
}

TEST_F(AuditTest, ALongFileIsPutAsideAndTheChainGoesOn) {
  const auto audit = open(900);
  for (int i = 0; i < 5; ++i) audit->note("ada", "POST /jobs", 201, "");
  std::vector<std::string> texts;
  const auto names = real.host().files.list(folder.path());
  ASSERT_TRUE(names);
  for (const auto& name : *names) texts.push_back(real_text(folder / name));
  ASSERT_EQ(texts.size(), 2u) << "audit-TIME.jsonl sorts before audit.jsonl";
  const auto verified = Audit::verify(texts);
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_EQ(verified->lines, 5u);
}

TEST_F(AuditTest, ManyThreadsMakeOneChain) {
  const auto audit = open();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&audit] {
        for (int i = 0; i < 50; ++i) audit->note("ada", "POST /jobs", 201, "");
      });
  }
  EXPECT_EQ(Audit::verify({text()})->lines, 200u);
}

}  // namespace
}  // namespace master
