#include "store/sqlite/ready_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace store::sqlite {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> drained(ReadyIndex& index, const std::vector<std::string>& classes, std::int64_t now = 0) {
  std::vector<std::int64_t> numbers;
  while (const auto head = index.first(classes, now)) {
    numbers.push_back(head->entry.number);
    index.take(*head);
  }
  return numbers;
}

TEST(ReadyIndex, GivesTheFirstOfAllItsClasses) {
  ReadyIndex index;
  index.add("a", {30, 1});
  index.add("b", {10, 2});
  index.add("a", {20, 3});
  index.add("c", {5, 4});
  EXPECT_THAT(drained(index, {"a", "b"}), ElementsAre(2, 3, 1));
  EXPECT_THAT(drained(index, {"c"}), ElementsAre(4));
}

TEST(ReadyIndex, GivesTheSmallerNumberOfTwoThatCameTogether) {
  ReadyIndex index;
  for (const std::int64_t number : {5, 3, 9}) index.add("a", {7, number});
  EXPECT_THAT(drained(index, {"a"}), ElementsAre(3, 5, 9));
}

TEST(ReadyIndex, StepsOverWhatLeftTheQueue) {
  ReadyIndex index;
  for (std::int64_t number = 1; number <= 10'000; ++number) index.add("a", {number, number});
  for (std::int64_t number = 1; number < 10'000; ++number) index.remove(number);
  EXPECT_THAT(drained(index, {"a"}), ElementsAre(10'000));
  EXPECT_TRUE(index.classes().empty());
}

TEST(ReadyIndex, GivesAJobOnceThatCameAndWentSeveralTimes) {
  ReadyIndex index;
  index.add("a", {1, 1});
  index.remove(1);
  index.add("a", {1, 1});
  index.remove(1);
  index.add("b", {1, 1});
  const auto stale = index.first(std::vector<std::string>{"a"}, 0);
  ASSERT_TRUE(stale) << "the entry of its old class is told from the new one by whoever reads the job";
  index.drop(*stale);
  EXPECT_THAT(drained(index, {"a", "b"}), ElementsAre(1));
}

TEST(ReadyIndex, WakesWhatWaitsForItsTime) {
  ReadyIndex index;
  index.add("a", {1, 1}, 100);
  index.add("a", {2, 2}, 50);
  index.add("a", {3, 3});
  EXPECT_EQ(index.first(std::vector<std::string>{"a"}, 49)->entry.number, 3);
  EXPECT_EQ(index.first(std::vector<std::string>{"a"}, 50)->entry.number, 2);
  EXPECT_THAT(drained(index, {"a"}, 100), ElementsAre(1, 2, 3)) << "and it has kept its place";
}

TEST(ReadyIndex, GivesAJobNotBeforeItsTimeThoughAnOldEntryOfItIsLeft) {
  ReadyIndex index;
  const std::vector<std::string> classes{"a"};
  index.add("a", {1, 1});
  index.remove(1);  // paused: its entry stays
  index.add("a", {1, 1}, 100);
  EXPECT_TRUE(index.contains(1));
  EXPECT_FALSE(index.first(classes, 99));
  index.add("a", {1, 1}, 200);  // delayed once more: nor does an old delay bring it
  EXPECT_FALSE(index.first(classes, 150));
  const auto head = index.first(classes, 200);
  ASSERT_TRUE(head);
  index.take(*head);
  EXPECT_FALSE(index.first(classes, 300)) << "once";
}

TEST(ReadyIndex, DoesNotWaitForAClockThatWasSetBack) {
  ReadyIndex index;
  const std::int64_t hour = 3'600'000'000'000;
  index.add("a", {1, 1}, 2 * hour + 5'000'000'000);
  EXPECT_FALSE(index.first(std::vector<std::string>{"a"}, 2 * hour));
  EXPECT_TRUE(index.first(std::vector<std::string>{"a"}, hour)) << "no back-off is an hour long";
}

TEST(NumberSet, IsEmptyWhenAllHaveLeft) {
  NumberSet set;
  for (const std::int64_t number : {1, 4095, 4096, 1'000'000'007}) set.insert(number);
  EXPECT_TRUE(set.contains(4096));
  EXPECT_FALSE(set.contains(4097));
  for (const std::int64_t number : {1, 4095, 4096, 1'000'000'007}) EXPECT_TRUE(set.erase(number));
  EXPECT_FALSE(set.erase(1));
  EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace store::sqlite
