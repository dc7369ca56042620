#include "master/pending_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace master {
namespace {

using Answer = PendingNodes::Answer;

jobs::TokenText token(char letter) { return jobs::make_token(jobs::Scope::worker, std::string(40, letter)); }
units::BootTime at(double seconds) { return units::BootTime::from_seconds(1000 + seconds); }

TEST(PendingNodes, AreLetInOnceByTheCodeThatTheyShow) {
  PendingNodes pending;
  EXPECT_EQ(pending.knock(token('a'), "n1", "10.0.0.1", at(0)), Answer::pending);
  EXPECT_EQ(pending.knock(token('b'), "n2", "10.0.0.2", at(1)), Answer::pending);
  EXPECT_EQ(pending.knock(token('a'), "n1", "10.0.0.1", at(30)), Answer::pending);
  const auto code = PendingNodes::code_of(token('a'));
  EXPECT_THAT(code, testing::MatchesRegex("[0-9A-Z]{4}-[0-9A-Z]{4}"));
  EXPECT_EQ(pending.waiting(at(31)).size(), 2u);
  std::string typed;
  for (const char c : code)
    if (c != '-') typed += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto approved = pending.approve(typed, at(32));
  ASSERT_TRUE(approved) << approved.error().text();
  EXPECT_EQ(approved->name, "n1");
  EXPECT_EQ(approved->age, units::Seconds(32));
  ASSERT_EQ(pending.waiting(at(33)).size(), 1u);
  EXPECT_EQ(pending.waiting(at(33))[0].name, "n2");
  EXPECT_EQ(pending.knock(token('a'), "n1", "10.0.0.1", at(60)), Answer::approved);
  EXPECT_EQ(pending.knock(token('a'), "n1", "10.0.0.1", at(61)), Answer::pending) << "an approval is for one node once";
}

TEST(PendingNodes, AreForgottenWhenTheyDoNotTryAnyMore) {
  PendingNodes pending;
  const auto code = PendingNodes::code_of(token('a'));
  pending.knock(token('a'), "n1", "10.0.0.1", at(0));
  EXPECT_TRUE(pending.waiting(at(301)).empty());
  EXPECT_EQ(pending.approve(code, at(301)).error().kind(), base::ErrorKind::absent);
  EXPECT_FALSE(pending.approve("", at(0)));
  EXPECT_LT(pending.approve(std::string(1 << 20, 'x'), at(0)).error().text().size(), 300u);
}

TEST(PendingNodes, StrangersCannotFillTheMemory) {
  PendingNodes pending;
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(pending.knock(token(static_cast<char>('0' + i)), "n", "10.0.0." + std::to_string(i / 8), at(0)),
              Answer::pending);
  EXPECT_EQ(pending.knock(token('z'), "n", "10.0.0.9", at(1)), Answer::full);
  EXPECT_EQ(pending.knock(token('0'), "n", "10.0.0.0", at(2)), Answer::pending) << "who waits already goes on";
  EXPECT_EQ(pending.knock(token('z'), "n", "10.0.0.1", at(303)), Answer::pending);
}

TEST(PendingNodes, OneAddressTakesNotAllOfThePlaces) {
  PendingNodes pending;
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(pending.knock(token(static_cast<char>('0' + i)), "n", "10.0.0.1", at(0)), Answer::pending);
  EXPECT_EQ(pending.knock(token('z'), "n", "10.0.0.1", at(1)), Answer::full);
  EXPECT_EQ(pending.knock(token('z'), "n", "10.0.0.2", at(1)), Answer::pending);
}

}  // namespace
}  // namespace master
